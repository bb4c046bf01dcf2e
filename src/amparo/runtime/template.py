"""A migrated database kept as a template, so that a reset or a test copies files instead of migrating anew.

Its name carries a digest of everything a migration is made from; when that changes, a new one is made and the
old ones go.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from amparo.runtime import provision
from amparo.runtime.problems import StartProblem, disk_full

PREFIX = "amparo_template_"
SOURCES = (
    "**/*.sql",
    "rooms/*/migrations/*.py",
    "rooms/**/*.yaml",
    "rooms/*/permissions.py",
    "rooms/*/provision.py",
    "runtime/provision.py",
    "config/settings.py",
    "config/third_party.py",
)
PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = ("django", "django-allauth", "django-axes", "procrastinate")
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH")


def digest(more: tuple[str, ...] = ()) -> str:
    """Of everything a migration is made from, and of the files that `more` names."""
    seen = hashlib.sha256()
    for library in LIBRARIES:
        seen.update(f"{library} {version(library)}\n".encode())
    for path in sorted({p for pattern in SOURCES + more for p in PACKAGE.glob(pattern) if p.is_file()}):
        seen.update(f"{path.relative_to(PACKAGE)} {path.stat().st_size}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def ensure(admin_url: str, passwords: Mapping[str, str]) -> str:
    """The name of the migrated template on this server; made now if it is not there yet."""
    name = PREFIX + digest()
    with psycopg.connect(admin_url, autocommit=True) as server:
        if provision.exists(server, name):
            return name
    building = f"{PREFIX}new_{os.getpid()}"
    provision.drop(admin_url, building)
    provision.provision(admin_url, building, passwords)
    try:
        migrate(provision.login_url(admin_url, building, "owner", passwords["owner"]))
    except BaseException:
        provision.drop(admin_url, building)
        raise
    _keep(admin_url, building, name)
    return name


def _keep(admin_url: str, building: str, name: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as server:
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
        old = [row[0] for row in rows if "_new_" not in row[0] and row[0] != name]
        if not provision.exists(server, name):
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(building), sql.Identifier(name)
                )
            )
    provision.drop(admin_url, building)
    for database in old:
        provision.drop(admin_url, database)


def migrate(owner_url: str) -> None:
    kept = {n: os.environ[n] for n in PASSED_ON if n in os.environ}
    environment = {
        **kept,
        "AMPARO_DOOR": "migrate",
        "AMPARO_DATABASE_URL": owner_url,
        "PYTHONPATH": _python_path(),
    }
    command = [sys.executable, "-m", "amparo.cli", "migrate", "--quiet"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return
    if "No space left" in done.stderr:
        raise disk_full("the database")
    raise StartProblem(
        "The database could not be migrated:\n" + "\n".join(done.stderr.strip().splitlines()[-15:])
    )


def _python_path() -> str:
    return os.pathsep.join([str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH", "")])])
