"""The declared permission matrix, every cell as SQL on the staff login in that person's context."""

from __future__ import annotations

import psycopg
import pytest
from conftest import PASSWORDS, Database, migrate

from .cells import TABLES, declared, forbidden, roles, run
from .planting import protected_tables
from .population import RELATIONS, populate

TEMPLATE = "amparo_matrix"


@pytest.fixture(scope="module")
def template(cluster):
    """A migrated database with the matrix's people in it, that nobody is connected to."""
    from amparo.runtime.provision import provision

    it = Database(cluster, TEMPLATE)
    provision(cluster.admin_url(), TEMPLATE, PASSWORDS)
    migrate(it.url("owner"))
    with psycopg.connect(cluster.admin_url(TEMPLATE), autocommit=True) as admin:
        people = populate(admin, roles())
    people.admin = None
    return it, people


@pytest.fixture
def copied(cluster, template):
    """copied(name): a clone of the template, dropped at the end."""
    from amparo.runtime.provision import clone, drop

    made = []

    def copy(name):
        clone(cluster.admin_url(), TEMPLATE, name)
        made.append(name)
        return Database(cluster, name)

    yield copy
    for name in made:
        drop(cluster.admin_url(), name)


def test_the_table_covers_every_role_relation_and_object(template):
    from amparo.rooms.access.permissions import Role

    table = declared() | forbidden()
    assert {c.role for c in table} == set(Role)
    assert {c.relation for c in table} == set(RELATIONS)
    assert {c.object for c in table} == set(TABLES)
    granted = sum(grant is not None for _, _, grant in RELATIONS.values())
    each = (len(TABLES) - 1) * 4
    assert len(table) == len(Role) * (len(RELATIONS) * each + granted * 4)


def test_every_protected_table_is_an_object(template, cluster):
    with psycopg.connect(cluster.admin_url(TEMPLATE), autocommit=True) as admin:
        assert set(protected_tables(admin)) == {table for table, _ in TABLES.values()}


def test_no_code_under_test_reads_the_table():
    from tests.architecture.source import PACKAGE

    code = [p for p in PACKAGE.rglob("*.*") if p.suffix in (".py", ".sql")]
    assert [p for p in code if "matrix.yaml" in p.read_text()] == []


def test_every_cell_as_sql(template):
    database, people = template
    with database.connect("staff") as staff:
        done = run(staff, people, declared())
    print(f"\nmatrix as SQL: {done.cells} cells, {done.allows} allows ({done.share:.0%}), "
          f"{len(done.disagreements)} disagreements")  # fmt: skip
    assert done.disagreements == []
    assert done.cells == len(declared())
    assert done.share >= 0.20


def test_what_nobody_may(template):
    database, people = template
    with database.connect("staff") as staff:
        done = run(staff, people, forbidden())
    print(f"\nforbidden to all: {done.cells} cells, {len(done.disagreements)} disagreements")
    assert done.disagreements == []
    assert done.cells >= 10_000
