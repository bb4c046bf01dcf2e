"""The migrated template: made once, found again, made anew when what it is made from changes."""

from __future__ import annotations

import secrets

import psycopg
import pytest

from amparo.runtime import provision, template
from amparo.runtime.postgres import Cluster

PASSWORDS = {login: secrets.token_urlsafe(12) for login in provision.LOGINS}


@pytest.fixture(scope="module")
def cluster():
    with Cluster.temporary() as running:
        yield running


def databases(cluster) -> set[str]:
    with psycopg.connect(cluster.admin_url()) as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
    return {row[0] for row in rows if row[0].startswith("amparo")}


def test_a_template_is_made_once_and_copies_are_usable(cluster, monkeypatch):
    name = template.ensure(cluster.admin_url(), PASSWORDS)
    monkeypatch.setattr(template, "migrate", lambda url: pytest.fail("migrated again"))

    assert template.ensure(cluster.admin_url(), PASSWORDS) == name
    assert databases(cluster) == {name}
    provision.clone(cluster.admin_url(), name, "amparo_copy")
    with psycopg.connect(
        provision.login_url(cluster.admin_url(), "amparo_copy", "owner", PASSWORDS["owner"])
    ) as owner:
        row = owner.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert row is not None
    assert row[0] > 40
    provision.drop(cluster.admin_url(), "amparo_copy")


def test_another_digest_makes_another_and_the_old_one_goes(cluster, monkeypatch):
    old = template.ensure(cluster.admin_url(), PASSWORDS)
    monkeypatch.setattr(template, "digest", lambda: "0123456789abcdef")
    monkeypatch.setattr(template, "migrate", lambda url: None)

    new = template.ensure(cluster.admin_url(), PASSWORDS)

    assert new != old
    assert databases(cluster) == {new}


def test_a_migration_that_fails_leaves_no_half_template(cluster, monkeypatch):
    monkeypatch.setattr(template, "digest", lambda: "fedcba9876543210")

    def fail(url: str) -> None:
        raise RuntimeError("a migration failed")

    monkeypatch.setattr(template, "migrate", fail)
    before = databases(cluster)

    with pytest.raises(RuntimeError, match="a migration failed"):
        template.ensure(cluster.admin_url(), PASSWORDS)

    assert databases(cluster) == before


def test_the_digest_sees_migrations_sql_and_rules(monkeypatch, tmp_path):
    for name in ("rooms/desk/migrations/0001_x.py", "rooms/access/sql/a.sql", "rooms/desk/clocks.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    monkeypatch.setattr(template, "PACKAGE", tmp_path)
    seen = {template.digest()}
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        path.write_text("two")
        seen.add(template.digest())

    assert len(seen) == 4
