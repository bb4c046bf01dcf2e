"""One real PostgreSQL for the whole run, migrated once, with every connection of the code under test as amparo_staff.

`AMPARO_TEST_BINDIR` chooses another server's programs (CI runs the suite on PostgreSQL 15 as well).
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

SRC = Path(__file__).parent / "src"
LOGINS = ("owner", "staff", "public", "exchange", "worker", "keeper", "sealer", "stats", "auditor", "backup")
PASSWORDS = {login: secrets.token_hex(12) for login in LOGINS}
# Read when the settings are loaded, long before a server runs; `database` below puts the real address in.
os.environ.update(
    DJANGO_SETTINGS_MODULE="amparo.config.settings",
    AMPARO_DOOR="staff",
    AMPARO_DATABASE_URL="postgresql://amparo_staff@/amparo_test?host=/nonexistent",
    AMPARO_SECRET_KEY=secrets.token_hex(32),
    AMPARO_MFA_KEY=secrets.token_hex(32),
    AMPARO_KEEPER_SOCKET=f"{tempfile.mkdtemp(prefix='amparo-k-')}/keeper.sock",
    AMPARO_KEEPER_WORKER_TOKEN=secrets.token_hex(16),
    AMPARO_ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    AMPARO_DEMO="1",
)


def pytest_configure(config: pytest.Config) -> None:
    import django

    django.setup()


class Database:
    """The test database and the addresses of all its logins."""

    def __init__(self, cluster: Any, name: str) -> None:
        self.cluster, self.name = cluster, name

    def url(self, login: str) -> str:
        from amparo.runtime.provision import login_url

        return login_url(self.cluster.admin_url(self.name), self.name, login, PASSWORDS[login])

    def connect(self, login: str, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(login), autocommit=True, **options)


def migrate(url: str) -> None:
    """Migrations run in a process of their own, as the owner, as they do on an installation."""
    env = {**os.environ, "AMPARO_DOOR": "migrate", "AMPARO_DATABASE_URL": url, "PYTHONPATH": str(SRC)}
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.exit(f"The migrations failed:\n{done.stderr[-3000:]}", returncode=1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    from amparo.runtime.postgres import Cluster

    bindir = os.environ.get("AMPARO_TEST_BINDIR")
    it = Cluster.temporary(Path(bindir) if bindir else None)
    it.start()
    yield it
    it.stop()


@pytest.fixture(scope="session")
def database(cluster: Any) -> Database:
    from amparo.runtime.provision import provision

    it = Database(cluster, "amparo_test")
    provision(cluster.admin_url(), it.name, PASSWORDS)
    migrate(it.url("owner"))
    return it


@pytest.fixture(scope="session")
def django_db_setup(database: Database, django_db_blocker: Any) -> Iterator[None]:
    """Django connects as the staff door does. No test transaction wraps a test: that would hide leaked contexts."""
    from django.db import connections

    wanted = psycopg.conninfo.conninfo_to_dict(database.url("staff"))
    connections["default"].settings_dict.update(
        NAME=wanted["dbname"],
        USER=wanted["user"],
        PASSWORD=wanted["password"],
        HOST=wanted["host"],
        PORT=wanted["port"],
    )
    with django_db_blocker.unblock():
        yield
        connections["default"].close()
        connections["default"].close_pool()


@pytest.fixture(scope="session")
def admin(database: Database, django_db_setup: None) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection, for setting rows up and for looking behind the walls."""
    with psycopg.connect(database.cluster.admin_url(database.name), autocommit=True) as connection:
        yield connection


@pytest.fixture
def login(database: Database) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """login("staff") is a fresh raw connection of that login."""
    opened: list[psycopg.Connection[Any]] = []

    def connect(name: str) -> psycopg.Connection[Any]:
        opened.append(database.connect(name))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def world(admin: psycopg.Connection[Any]) -> Any:
    """A small invented world: three agencies, a dozen people; each test opens children of its own."""
    from tests.world import build

    return build(admin)


@pytest.fixture(scope="session")
def real_keeper(database: Database, world: Any) -> Iterator[Any]:
    """The key service as a process of its own, on its own login, with the keys of the small world."""
    from tests.keeper_process import KeeperProcess

    from amparo.foundation import sealing

    with KeeperProcess(database.url("keeper")) as process:
        sealing.keeper.cache_clear()
        yield process
