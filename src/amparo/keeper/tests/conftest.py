"""A real PostgreSQL with the keeper's schema, stand-ins for the access room, and an invented world in it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from amparo.keeper import quotas, terms
from amparo.keeper.custody import ensure_kek
from amparo.keeper.keks import EnvironmentKeks, KekStore
from amparo.keeper.opening import Ask, Connection, Desk, ask_for
from amparo.keeper.protocol import Item
from amparo.keeper.seal import KekPublic, new_keys, seal
from amparo.keeper.server import connect

HERE = Path(__file__).parent
SECTIONS = ("identity", "contact", "place", "note", "draft")
ROLES = """
CREATE ROLE amparo_owner LOGIN NOSUPERUSER; CREATE ROLE amparo_definer NOLOGIN BYPASSRLS;
CREATE ROLE amparo_backup NOLOGIN; CREATE ROLE amparo_staff LOGIN; CREATE ROLE amparo_keeper LOGIN;
ALTER ROLE amparo_keeper SET track_activities = off;
ALTER ROLE amparo_keeper SET log_min_error_statement = panic;
ALTER ROLE amparo_keeper SET log_error_verbosity = terse;
ALTER ROLE amparo_keeper SET statement_timeout = '30s'
"""


def programs() -> Path:
    """The server's programs as the runtime finds them, where the server's user may read them; by name, because
    the keeper imports nothing that stands above it."""
    found: Path = import_module("amparo.runtime.binaries").find_bindir()
    readable: Path = import_module("amparo.runtime.folders").readable_binaries(found)
    return readable


class Cluster:
    """A throw-away PostgreSQL that only this test run can reach (Unix socket in a private folder)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.programs = programs()
        self._as = {}
        if os.geteuid() == 0:  # PostgreSQL refuses root
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        options = ["-U", "cluster", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"]
        self._run("initdb", "-D", str(folder / "data"), *options, "--no-instructions")
        self.start()

    def start(self) -> None:
        settings = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c max_connections=60"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.log), "-o", settings, "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def _run(self, *command: str) -> None:
        quiet = subprocess.DEVNULL  # a pipe would stay open in the server
        subprocess.run(
            [self.programs / command[0], *command[1:]],
            check=True,
            cwd="/",
            stdout=quiet,
            stderr=quiet,
            **self._as,
        )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="amparo-keeper-"))
    running = Cluster(folder)
    with psycopg.connect(running.url("cluster", "postgres"), autocommit=True) as conn:
        for statement in ROLES.strip().split(";"):
            conn.execute(statement)
    yield running
    with suppress(subprocess.CalledProcessError):
        running.stop()
    shutil.rmtree(folder)


@dataclass
class World:
    """One agency with a person signed in; holders, grants and sealed values on demand."""

    cluster: Cluster
    database: str
    owner: psycopg.Connection[Any]
    conn: Connection
    store: KekStore
    limits: quotas.Quotas = field(default_factory=quotas.shipped)
    agency: UUID = field(default_factory=uuid4)

    @property
    def keeper_url(self) -> str:
        return self.cluster.url("amparo_keeper", self.database)

    @property
    def desk(self) -> Desk:
        return Desk(self.conn, self.store, self.limits, terms.DEFAULT_BITS)

    def person(self, agency: UUID | None = None) -> tuple[str, UUID]:
        secret, actor = f"session-{uuid4()}", uuid4()
        values = (secret, actor, agency or self.agency)
        self.owner.execute("INSERT INTO sec.fake_session VALUES (%s, %s, %s)", values)
        return secret, actor

    def holder(self, sections: tuple[str, ...] = SECTIONS, agency: UUID | None = None) -> UUID:
        holder, agency = uuid4(), agency or self.agency
        keys = new_keys(holder, self.published(agency), sections)
        for purpose, key in keys.wrapped.items():
            row = (holder, purpose, *key)
            self.owner.execute("INSERT INTO keeper.data_key VALUES (%s, %s, %s, %s, %s)", row)
        for section, public in keys.public.items():
            self.owner.execute(
                "INSERT INTO keeper.section_key VALUES (%s, %s, %s)", (holder, section, public)
            )
        return holder

    def published(self, agency: UUID) -> dict[str, KekPublic]:
        """As the web reads them: the current public keys from the database."""
        query = "SELECT purpose, generation, public FROM keeper.kek WHERE agency = %s AND retired_at IS NULL"
        return {
            p: KekPublic(agency, generation, public)
            for p, generation, public in self.owner.execute(query, [agency])
        }

    def grant(
        self, actor: UUID, holder: UUID, section: str, own: bool = False, reason: str | None = None
    ) -> None:
        row = (actor, holder, section, own, reason)
        self.owner.execute("INSERT INTO sec.fake_grant VALUES (%s, %s, %s, %s, %s)", row)

    def allow_system(self, name: str, section: str) -> None:
        self.owner.execute("INSERT INTO sec.fake_system VALUES (%s, %s)", (name, section))

    def sealed(self, value: str, holder: UUID, section: str, field: str = "text") -> Item:
        query = "SELECT public FROM keeper.section_key WHERE holder = %s AND section = %s"
        public = self.owner.execute(query, (holder, section)).fetchone()[0]
        record = uuid4()
        sealed = seal(value.encode(), public, holder=holder, section=section, record=record, field=field)
        return Item(holder, section, record, field, sealed)

    def ask(self, secret: str, items: list[Item], because: str = "follow-up", result: str = "OPENED") -> Ask:
        return ask_for(secret, because, uuid4(), result, items)

    def logged(self, secret: str) -> list[tuple[Any, ...]]:
        query = (
            "SELECT holder, section, result, count, purpose FROM audit.fake_entry WHERE who = %s ORDER BY id"
        )
        return self.owner.execute(query, [secret]).fetchall()

    def counted(self, actor: UUID) -> int:
        return self.owner.execute("SELECT count(*) FROM keeper.opened WHERE actor = %s", [actor]).fetchone()[
            0
        ]


@pytest.fixture(scope="module")
def database(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    name = "t_" + request.module.__name__.rpartition(".")[2]
    with psycopg.connect(cluster.url("cluster", "postgres"), autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} OWNER amparo_owner")
    with psycopg.connect(cluster.url("amparo_owner", name), autocommit=True) as conn:
        conn.execute((HERE.parent / "schema.sql").read_text("utf-8"))
        conn.execute((HERE / "fake_sec.sql").read_text("utf-8"))
    return name


@pytest.fixture
def world(cluster: Cluster, database: str) -> Iterator[World]:
    store = EnvironmentKeks("5e" * 32)
    owner = psycopg.connect(cluster.url("amparo_owner", database), autocommit=True)
    with owner, connect(cluster.url("amparo_keeper", database)) as conn:
        owner.execute(
            "TRUNCATE keeper.opened, audit.fake_entry, sec.fake_session, sec.fake_system, sec.fake_term"
        )
        made = World(cluster, database, owner, conn, store)
        ensure_kek(made.desk, made.agency)
        yield made
