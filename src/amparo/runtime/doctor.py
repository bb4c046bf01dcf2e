"""`amparo doctor`: look for what would hurt, say it in one line each, and what to do about it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from amparo.config.env import EnvironmentProblem, read_env

OLDEST_POSTGRESQL = 15
CLOCK_SECONDS = 2.0
FORBIDDEN_ATTRIBUTES = {
    "rolsuper": "is a superuser",
    "rolbypassrls": "bypasses row security",
    "rolcreaterole": "may make logins",
    "rolcreatedb": "may make databases",
    "rolreplication": "may replicate",
}
MAY_BYPASS = "amparo_backup"
OWNER = "amparo_owner"


@dataclass(frozen=True)
class Finding:
    verdict: str  # OK, PROBLEM or UNSEEN
    about: str
    said: str

    def __str__(self) -> str:
        return f"{self.verdict:8} {self.about}: {self.said}"


Findings = Iterator[Finding]


def ok(about: str, said: str) -> Finding:
    return Finding("OK", about, said)


def problem(about: str, said: str) -> Finding:
    return Finding("PROBLEM", about, said)


def unseen(about: str, said: str) -> Finding:
    return Finding("UNSEEN", about, said)


def examine(say: Callable[[str], object] = print) -> int:
    problems = 0
    for finding in findings():
        say(str(finding))
        problems += finding.verdict == "PROBLEM"
    say(f"\nProblems: {problems}." if problems else "\nNo problem found.")
    return 1 if problems else 0


def findings() -> Findings:
    yield from environment()
    yield from key_file()
    yield from keeper()
    url = os.environ.get("AMPARO_DATABASE_URL", "")
    if not url:
        yield unseen("database", "AMPARO_DATABASE_URL is not set, so the database was not looked at")
        return
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        yield problem("database", f"it does not answer ({reason}). Is it running, and is the address right?")
        return
    with connection:
        for check in (server, login, ownership, row_security, clock, migrations):
            yield from check(connection)


def environment() -> Findings:
    if os.environ.get("AMPARO_KEK_FILE") or os.environ.get("AMPARO_KEKS"):
        yield from keeper_environment()
        return
    try:
        env = read_env()
    except EnvironmentProblem as error:
        yield problem("environment", str(error))
        return
    yield ok("environment", f"complete for {env.door}")
    if env.is_demo:
        yield problem(
            "demo mode", "is on: anyone may sign in as anyone. Unset AMPARO_DEMO where real people work."
        )


def keeper_environment() -> Findings:
    from amparo.keeper.settings import Settings, SettingsError

    try:
        Settings.read(os.environ)
    except SettingsError as error:
        yield problem("environment", " ".join(str(error).split()))
        return
    yield ok("environment", "complete for the keeper")
    if os.environ.get("AMPARO_KEKS"):
        yield problem(
            "keys", "AMPARO_KEKS cannot be rotated or destroyed. Use AMPARO_KEK_FILE for real data."
        )


def key_file() -> Findings:
    named = os.environ.get("AMPARO_KEK_FILE", "")
    if not named:
        return
    path = Path(named)
    try:
        seen = path.stat()
    except OSError as error:
        yield problem(
            "key file", f"{path}: {error.strerror}. The keeper makes it only for an empty database."
        )
        return
    if stat.S_IMODE(seen.st_mode) & 0o177:
        yield problem("key file", f"others could use it. Run: chmod 600 {path}")
    elif seen.st_uid != os.geteuid():
        yield problem("key file", f"it belongs to another user. Run: chown {os.geteuid()} {path}")
    else:
        yield ok("key file", "only the keeper's user can read it")


def keeper() -> Findings:
    path = os.environ.get("AMPARO_KEEPER_SOCKET", "")
    if not path:
        return
    from amparo.keeper.client import Keeper, KeeperError

    try:
        health = Keeper(path).health()
    except KeeperError as error:
        yield problem("keeper", f"no good answer at {path} ({error}). Start it: amparo keeper")
        return
    if not health.get("database"):
        yield problem("keeper", "it cannot reach its database. Look at its AMPARO_DATABASE_URL.")
    elif health.get("missing_keks"):
        yield problem(
            "keeper", f"{health['missing_keks']} keys are missing from its store: put the right one back."
        )
    else:
        yield ok("keeper", f"answers at {path}")


def server(connection: psycopg.Connection) -> Findings:
    major = connection.info.server_version // 10000
    if major < OLDEST_POSTGRESQL:
        yield problem(
            "database", f"PostgreSQL {major} is too old; Amparo needs {OLDEST_POSTGRESQL} or later."
        )
    else:
        yield ok("database", f"PostgreSQL {major} answers")


def login(connection: psycopg.Connection) -> Findings:
    row = connection.execute("SELECT to_jsonb(r) FROM pg_roles r WHERE rolname = current_user").fetchone()
    assert row is not None
    name = row[0]["rolname"]
    allowed = {"rolbypassrls"} if name == MAY_BYPASS else set()
    wrong = [said for right, said in FORBIDDEN_ATTRIBUTES.items() if row[0][right] and right not in allowed]
    if wrong:
        yield problem("login", f"{name} {', '.join(wrong)}. Run: amparo provision")
    else:
        yield ok("login", f"{name} has no right beyond its own")


def ownership(connection: psycopg.Connection) -> Findings:
    row = connection.execute(
        "SELECT current_user, count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
    ).fetchone()
    assert row is not None
    name, count = row
    if name == OWNER:
        yield ok("ownership", f"{name} owns the tables; use it for migrations only")
    elif count:
        yield problem(
            "ownership", f"{name} owns or may take over {count} tables, so row security does not bind it."
        )
    else:
        yield ok("ownership", f"{name} owns no table")


def row_security(connection: psycopg.Connection) -> Findings:
    from amparo.config.third_party import TABLES

    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') "
        "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    ).fetchall()
    bare = sorted({row[0] for row in rows} - set(TABLES))
    if bare:
        yield problem("row security", f"not forced on {', '.join(bare)}. Run: amparo migrate")
    else:
        yield ok("row security", "forced on every table that is not declared without it")


def clock(connection: psycopg.Connection) -> Findings:
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    apart = abs(time.time() - row[0])
    if apart > CLOCK_SECONDS:
        yield problem(
            "clock", f"this machine and the database differ by {apart:.1f} s. Synchronise both (NTP)."
        )
    else:
        yield ok("clock", "agrees with the database's")


def migrations(connection: psycopg.Connection) -> Findings:
    try:
        done = {
            tuple(row) for row in connection.execute("SELECT app, name FROM django_migrations").fetchall()
        }
    except psycopg.errors.InsufficientPrivilege:
        yield unseen("migrations", "this login may not see them; ask again with the login amparo_owner")
        return
    except psycopg.errors.UndefinedTable:
        yield problem("migrations", "none was ever applied. Run: amparo migrate")
        return
    waiting = sorted(f"{app}.{name}" for app, name in known_migrations() - done)
    if waiting:
        yield problem("migrations", f"{len(waiting)} are waiting, first {waiting[0]}. Run: amparo migrate")
    else:
        yield ok("migrations", "all applied")


def known_migrations() -> set[tuple[str, ...]]:
    import django
    from django.db.migrations.loader import MigrationLoader

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amparo.config.settings")
    django.setup()
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
