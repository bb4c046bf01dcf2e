"""`amparo doctor` finds what was broken on purpose, names it in one line, and is silent about the rest."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import psycopg
import pytest

from amparo.runtime import doctor, provision, template
from amparo.runtime.postgres import Cluster

PASSWORDS = {login: secrets.token_urlsafe(12) for login in provision.LOGINS}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster.temporary() as running:
        name = template.ensure(running.admin_url(), PASSWORDS)
        provision.clone(running.admin_url(), name, "amparo")
        yield running


@pytest.fixture
def told(cluster, monkeypatch, tmp_path):
    """Gives the environment of one login; nothing else of Amparo is set."""
    import os

    for name in [name for name in os.environ if name.startswith("AMPARO_")]:
        monkeypatch.delenv(name)

    def tell(door: str = "worker", login: str = "staff", **more: str) -> None:
        url = provision.login_url(cluster.admin_url(), "amparo", login, PASSWORDS[login])
        made = {"AMPARO_DOOR": door, "AMPARO_DATABASE_URL": url, "AMPARO_SECRET_KEY": "k" * 50,
                "AMPARO_KEEPER_SOCKET": str(tmp_path / "keeper.sock"), **more}  # fmt: skip
        for name, value in made.items():
            monkeypatch.setenv(name, value)

    return tell


@pytest.fixture
def as_admin(cluster):
    with psycopg.connect(cluster.admin_url("amparo"), autocommit=True) as connection:
        yield connection


def verdicts() -> dict[str, str]:
    return {finding.about: finding.verdict for finding in doctor.findings()}


def said_about(about: str) -> str:
    return next(finding.said for finding in doctor.findings() if finding.about == about)


def test_a_sound_login_is_ok_in_every_line_it_may_see(told):
    told()

    assert verdicts() == {
        "environment": "OK",
        "keeper": "PROBLEM",  # none runs here
        "database": "OK",
        "login": "OK",
        "ownership": "OK",
        "row security": "OK",
        "clock": "OK",
        "migrations": "UNSEEN",
    }


@pytest.mark.parametrize("login", provision.RUN_TIME_LOGINS)
def test_every_run_time_login_as_provisioned_is_ok(told, login):
    told(login=login)

    assert {about: said for about, said in verdicts().items() if about in ("login", "ownership")} == {
        "login": "OK",
        "ownership": "OK",
    }


def test_the_owner_sees_that_all_migrations_are_applied(told):
    told(door="migrate", login="owner")

    assert verdicts()["migrations"] == "OK"
    assert verdicts()["ownership"] == "OK"


def test_a_waiting_migration_is_named(told, as_admin):
    told(door="migrate", login="owner")
    row = as_admin.execute(
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations) RETURNING app, name, applied"
    ).fetchone()
    try:
        assert f"1 are waiting, first {row[0]}.{row[1]}" in said_about("migrations")
    finally:
        as_admin.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("BYPASSRLS", "bypasses row security"),
        ("SUPERUSER", "is a superuser"),
        ("CREATEROLE", "may make logins"),
    ],
)
def test_a_login_with_too_much_right_is_named(told, as_admin, attribute, said):
    told()
    as_admin.execute(f"ALTER ROLE amparo_staff {attribute}")
    try:
        assert said in said_about("login")
    finally:
        as_admin.execute(f"ALTER ROLE amparo_staff NO{attribute}")


def test_a_login_that_may_become_the_owner_is_named(told, as_admin):
    told()
    as_admin.execute("GRANT amparo_owner TO amparo_staff")
    try:
        assert "may take over" in said_about("ownership")
    finally:
        as_admin.execute("REVOKE amparo_owner FROM amparo_staff")


@pytest.mark.parametrize("wall", ["NO FORCE", "DISABLE"])
def test_a_table_whose_wall_was_taken_down_is_named(told, as_admin, wall):
    told()
    up = "FORCE" if wall == "NO FORCE" else "ENABLE"
    as_admin.execute(f"ALTER TABLE access_grant {wall} ROW LEVEL SECURITY")
    try:
        assert "access_grant" in said_about("row security")
    finally:
        as_admin.execute(f"ALTER TABLE access_grant {up} ROW LEVEL SECURITY")


def test_a_clock_that_runs_apart_is_named(told, monkeypatch):
    told()
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)

    assert "Synchronise both" in said_about("clock")


def test_a_database_that_is_away_is_one_line(told, monkeypatch, tmp_path):
    told()
    monkeypatch.setenv("AMPARO_DATABASE_URL", f"postgresql://a:b@/amparo?host={tmp_path}")

    assert "does not answer" in said_about("database")


def test_demo_mode_and_a_gap_in_the_environment_are_problems(told, monkeypatch):
    told(AMPARO_DEMO="1")
    assert verdicts()["demo mode"] == "PROBLEM"

    monkeypatch.delenv("AMPARO_SECRET_KEY")
    assert "AMPARO_SECRET_KEY is missing" in said_about("environment")


@pytest.mark.parametrize(
    ("mode", "verdict"), [(0o600, "OK"), (0o400, "OK"), (0o640, "PROBLEM"), (0o604, "PROBLEM")]
)
def test_the_key_file_must_be_its_owners_alone(told, tmp_path, mode, verdict):
    file = tmp_path / "keks.json"
    file.write_text("{}")
    file.chmod(mode)
    told(login="keeper", AMPARO_KEK_FILE=str(file))

    assert verdicts()["key file"] == verdict


def test_a_problem_makes_the_exit_code_one_and_no_problem_none(told, monkeypatch):
    lines: list[str] = []
    told()
    assert doctor.examine(lines.append) == 1
    assert lines[-1].strip() == "Problems: 1."

    monkeypatch.delenv("AMPARO_KEEPER_SOCKET")
    monkeypatch.setattr(doctor, "environment", lambda: iter(()))
    assert doctor.examine(lines.append) == 0
    assert lines[-1].strip() == "No problem found."
