"""Logins, the database and its schemas: what must stand before the first migration.

Run by an administrator of the server. It may be run again at any time: it puts every attribute back to what
stands here. The migrations then say which login may read or call what.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from amparo.runtime.problems import StartProblem

PREFIX = "amparo_"
OWNER = "amparo_owner"
DEFINER = "amparo_definer"
RUN_TIME_LOGINS = ("staff", "public", "exchange", "worker", "keeper", "sealer", "stats", "auditor")
LOGINS = ("owner", *RUN_TIME_LOGINS, "backup")
PLAIN = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
SCHEMAS = ("sec", "audit", "keeper", "intake")
USERS_OF_SCHEMA = {
    "public": ("staff", "public", "exchange", "worker", "sealer", "stats", "auditor", "backup"),
    "sec": ("staff", "public", "exchange", "worker", "keeper", "sealer", "stats", "auditor", "backup"),
    "audit": ("staff", "worker", "keeper", "sealer", "auditor", "backup"),
    "keeper": ("keeper", "backup"),
    "intake": ("staff", "public", "worker"),
}
RUN_TIME_SETTINGS = {
    "track_activities": "off",  # pg_stat_activity would show other people's statements
    "log_min_messages": "fatal",  # an error's own message repeats values: invalid input syntax for type uuid: "..."
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "row_security": "on",
    "search_path": "public",
}


def role_name(login: str) -> str:
    return login if login.startswith(PREFIX) else PREFIX + login


def login_url(admin_url: str, database: str, login: str, password: str) -> str:
    """The address of `database` for one login, on the server that `admin_url` names."""
    parts = urlsplit(admin_url)
    where = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role_name(login), safe='')}:{quote(password, safe='')}@{where}"
    return urlunsplit(parts._replace(netloc=netloc, path="/" + quote(database, safe="")))


def database_url(admin_url: str, database: str) -> str:
    return urlunsplit(urlsplit(admin_url)._replace(path="/" + quote(database, safe="")))


def provision(admin_url: str, database: str, passwords: Mapping[str, str]) -> None:
    with psycopg.connect(admin_url, autocommit=True) as server:
        _require_superuser(server)
        _roles(server, passwords)
        _settings(server)
        _database(server, database)
    provision_schemas(admin_url, database)


def provision_schemas(admin_url: str, database: str) -> None:
    with psycopg.connect(database_url(admin_url, database), autocommit=True) as inside, inside.transaction():
        _schemas(inside)


def _require_superuser(server: psycopg.Connection) -> None:
    row = server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if not row or not row[0]:
        raise StartProblem(
            "The login that makes the others must be a superuser of the database server.",
            "Name one in the address, for instance postgresql://postgres@/postgres?host=/run/postgresql",
        )


def _roles(server: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    _role(server, DEFINER, f"NOLOGIN {PLAIN} BYPASSRLS")
    for login in LOGINS:
        rights = "BYPASSRLS" if login == "backup" else "NOBYPASSRLS"
        # The owner takes the definer's place only by SET ROLE, or to hand a function over; never silently.
        _role(server, role_name(login), f"LOGIN NOINHERIT {PLAIN} {rights}")
        if login in passwords:
            _password(server, role_name(login), passwords[login])
    member = sql.SQL("GRANT {} TO {}").format(sql.Identifier(DEFINER), sql.Identifier(OWNER))
    if server.info.server_version >= 160000:
        member += sql.SQL(" WITH INHERIT FALSE, SET TRUE")
    server.execute(member)


def _role(server: psycopg.Connection, name: str, attributes: str) -> None:
    exists = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    server.execute(sql.SQL(verb + " ROLE {} " + attributes).format(sql.Identifier(name)))


def _password(server: psycopg.Connection, name: str, password: str) -> None:
    # Hashed here, so that the password itself never stands in a statement or a server log.
    verifier = server.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(verifier)))


def _settings(server: psycopg.Connection) -> None:
    for login in RUN_TIME_LOGINS:
        for setting, value in RUN_TIME_SETTINGS.items():
            server.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role_name(login)), sql.Identifier(setting), sql.Literal(value)
                )
            )
    of_owner = (
        "log_min_messages",
        "log_min_error_statement",
        "log_error_verbosity",
        "log_parameter_max_length_on_error",
    )
    for setting in of_owner:
        server.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(OWNER), sql.Identifier(setting), sql.Literal(RUN_TIME_SETTINGS[setting])
            )
        )


def _database(server: psycopg.Connection, database: str) -> None:
    if not exists(server, database):
        server.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
            ).format(sql.Identifier(database), sql.Identifier(OWNER))
        )
    _database_rights(server, database)


def _database_rights(server: psycopg.Connection, database: str) -> None:
    """Who may connect. A clone does not inherit this from its template, so it is said for each database."""
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    logins = sql.SQL(", ").join(sql.Identifier(role_name(login)) for login in LOGINS)
    server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, logins))


def _schemas(inside: psycopg.Connection) -> None:
    owner, definer = sql.Identifier(OWNER), sql.Identifier(DEFINER)
    for schema in SCHEMAS:
        inside.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(sql.Identifier(schema), owner)
        )
    inside.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    for schema, logins in USERS_OF_SCHEMA.items():
        name = sql.Identifier(schema)
        users = sql.SQL(", ").join(sql.Identifier(role_name(login)) for login in logins)
        inside.execute(sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(name))
        inside.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, users))
        may = "USAGE" if schema == "public" else "USAGE, CREATE"  # to own functions there
        inside.execute(sql.SQL("GRANT " + may + " ON SCHEMA {} TO {}").format(name, definer))
    # PostgreSQL lets everyone call a new function; here each migration names who may.
    inside.execute(
        sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC").format(owner)
    )


def exists(server: psycopg.Connection, database: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def clone(admin_url: str, template: str, name: str) -> None:
    """A copy of a database nobody is connected to. Anything that bore the name before is dropped."""
    with psycopg.connect(admin_url, autocommit=True) as server:
        _drop(server, name)
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
            )
        )
        _database_rights(server, name)


def drop(admin_url: str, name: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as server:
        _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
