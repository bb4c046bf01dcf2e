"""What every login may do before the first migration, on each PostgreSQL version we support."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from amparo.runtime import provision as p
from amparo.runtime.postgres import Cluster

PASSWORDS = {login: f"pw of {login} @/?%" for login in p.LOGINS}
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module", params=[None, pytest.param(DEBIAN_15, marks=pytest.mark.postgres15)])
def cluster(request):
    with Cluster.temporary(request.param) as running:
        p.provision(running.admin_url(), "amparo", PASSWORDS)
        yield running


def connect(cluster: Cluster, login: str, database: str = "amparo") -> psycopg.Connection:
    return psycopg.connect(
        p.login_url(cluster.admin_url(), database, login, PASSWORDS[login]), autocommit=True
    )


def show(cluster: Cluster, login: str, setting: str) -> str:
    with connect(cluster, login) as connection:
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row is not None
    return row[0]


def test_every_login_signs_in_with_its_own_password_only(cluster):
    for login in p.LOGINS:
        with connect(cluster, login) as connection:
            assert connection.info.user == f"amparo_{login}"
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(p.login_url(cluster.admin_url(), "amparo", login, "wrong"))


def test_attributes_are_those_of_the_table(cluster):
    with psycopg.connect(cluster.admin_url()) as connection:
        rows = connection.execute(
            "SELECT rolname, rolcanlogin, rolbypassrls, "
            "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication "
            "FROM pg_roles WHERE starts_with(rolname, 'amparo_')"
        ).fetchall()
    wanted = {f"amparo_{login}": (True, login == "backup", False) for login in p.LOGINS}
    wanted["amparo_definer"] = (False, True, False)

    assert {row[0]: row[1:] for row in rows} == wanted


def test_run_time_logins_hide_their_statements(cluster):
    for login in p.RUN_TIME_LOGINS:
        assert show(cluster, login, "track_activities") == "off"
        assert show(cluster, login, "log_min_error_statement") == "panic"
        assert show(cluster, login, "log_error_verbosity") == "terse"
        assert show(cluster, login, "statement_timeout") == "30s"
        assert show(cluster, login, "row_security") == "on"


def test_a_run_time_login_cannot_show_its_statements_again(cluster):
    with connect(cluster, "staff") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET track_activities = on")


def test_the_owner_hands_functions_to_the_definer_but_is_not_one(cluster):
    with connect(cluster, "owner") as owner:
        owner.execute("CREATE OR REPLACE FUNCTION sec.try_me() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        owner.execute("ALTER FUNCTION sec.try_me() OWNER TO amparo_definer")
        owner.execute("CREATE TABLE IF NOT EXISTS public.try_rows (a int)")
        owner.execute("ALTER TABLE public.try_rows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        owner.execute("SET ROLE amparo_definer")
        owner.execute("RESET ROLE")
        # Membership gives it the right to hand over, not the definer's own rights.
        row = owner.execute("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("SELECT sec.try_me()")


def test_a_new_function_is_nobodys_until_it_is_given(cluster):
    with connect(cluster, "owner") as owner:
        owner.execute("CREATE OR REPLACE FUNCTION sec.ungiven() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        for login in (*p.RUN_TIME_LOGINS, "backup"):
            with connect(cluster, login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT sec.ungiven()")
        owner.execute("GRANT EXECUTE ON FUNCTION sec.ungiven() TO amparo_staff")
    with connect(cluster, "staff") as connection:
        assert connection.execute("SELECT sec.ungiven()").fetchone() == (1,)


@pytest.mark.parametrize("login", p.RUN_TIME_LOGINS)
def test_a_run_time_login_makes_nothing_and_becomes_nobody(cluster, login):
    refused = [
        *(f"CREATE TABLE {schema}.mine (a int)" for schema in ("public", "sec", "audit", "keeper")),
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "SET ROLE amparo_definer",
        "SET ROLE amparo_owner",
    ]
    with connect(cluster, login) as connection:
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[arg-type]


def test_schema_use_is_as_declared(cluster):
    with psycopg.connect(p.database_url(cluster.admin_url(), "amparo")) as connection:
        for schema in ("public", *p.SCHEMAS):
            users = {
                login
                for login in p.LOGINS
                if connection.execute(
                    "SELECT has_schema_privilege(%s, %s, 'USAGE')", [f"amparo_{login}", schema]
                ).fetchone()
                == (True,)
            }
            assert users - {"owner"} == set(p.USERS_OF_SCHEMA[schema])


def test_someone_else_may_not_even_connect(cluster):
    with psycopg.connect(cluster.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE passer_by LOGIN PASSWORD 'passer-by'")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(
                p.login_url(cluster.admin_url(), "amparo", "passer_by", "passer-by").replace(
                    "amparo_passer", "passer"
                )
            )
    finally:
        with psycopg.connect(cluster.admin_url(), autocommit=True) as connection:
            connection.execute("DROP ROLE passer_by")


def test_provision_again_puts_a_broken_attribute_right_and_keeps_data(cluster):
    with psycopg.connect(p.database_url(cluster.admin_url(), "amparo"), autocommit=True) as admin:
        admin.execute("ALTER ROLE amparo_staff BYPASSRLS CREATEROLE")
        admin.execute("ALTER ROLE amparo_staff SET track_activities = on")
        admin.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        admin.execute("SET ROLE amparo_owner; CREATE TABLE kept AS SELECT 7 AS n; RESET ROLE")

    p.provision(cluster.admin_url(), "amparo", PASSWORDS)

    test_attributes_are_those_of_the_table(cluster)
    assert show(cluster, "staff", "track_activities") == "off"
    with connect(cluster, "owner") as owner:
        assert owner.execute("SELECT n FROM kept").fetchone() == (7,)
        owner.execute("DROP TABLE kept")
    with connect(cluster, "staff") as staff, pytest.raises(psycopg.errors.InsufficientPrivilege):
        staff.execute("CREATE TABLE public.mine (a int)")


def test_a_clone_has_the_templates_rows_and_the_same_closed_door(cluster):
    with connect(cluster, "owner") as owner:
        owner.execute("CREATE TABLE public.copied AS SELECT 3 AS n")
    p.clone(cluster.admin_url(), "amparo", "amparo_clone")

    with connect(cluster, "owner", "amparo_clone") as owner:
        assert owner.execute("SELECT n FROM copied").fetchone() == (3,)
    with (
        connect(cluster, "staff", "amparo_clone") as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute("SELECT n FROM copied")
    with psycopg.connect(cluster.admin_url()) as admin:
        row = admin.execute("SELECT datacl::text FROM pg_database WHERE datname = 'amparo_clone'").fetchone()
        assert row is not None
        assert not [entry for entry in row[0].strip("{}").split(",") if entry.startswith("=")]
    p.drop(cluster.admin_url(), "amparo_clone")
    p.drop(cluster.admin_url(), "amparo_clone")  # gone already is gone
    with connect(cluster, "owner") as owner:
        owner.execute("DROP TABLE public.copied")


def test_the_database_speaks_utf8_in_every_script(cluster):
    with connect(cluster, "owner") as owner:
        rows = owner.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'amparo'"
        ).fetchall()
    assert rows == [("UTF8", "C.UTF-8")]


def test_an_ordinary_login_cannot_provision(cluster):
    from amparo.runtime.problems import StartProblem

    url = p.login_url(cluster.admin_url(), "amparo", "owner", PASSWORDS["owner"])
    with pytest.raises(StartProblem, match="superuser"):
        p.provision(url, "amparo", PASSWORDS)
