"""Does the matrix bite? Each planted hole, in a copy of the database, must make it disagree."""

from __future__ import annotations

import psycopg
import pytest

from . import holes, rooms
from .cells import declared, forbidden, run
from .planting import protected_tables
from .test_matrix import TEMPLATE, copied, template  # noqa: F401 (fixtures)

HOLES = holes.HOLES | rooms.mapping("HOLES")
FOUND: dict[str, str] = {}


def owner_reads(database, tables):
    with database.connect("owner") as owner:
        return [t for t in tables if owner.execute(f"SELECT count(*) FROM {t}").fetchone()[0]]


def soonest_first(table):
    """One role of each group first: the order in which a hole shows earliest. Every cell is still there."""
    first = ("caseworker", "supervisor", "coordinator", "duty_officer", "interpreter")
    return dict(sorted(table.items(), key=lambda item: item[0].role not in first))


def first_disagreement(database, people):
    with database.connect("staff") as staff:
        done = run(staff, people, soonest_first(declared() | forbidden()), until_first=True)
    return f"{done.disagreements[0]}" if done.disagreements else ""


@pytest.mark.attack
@pytest.mark.parametrize("hole", list(HOLES))
def test_a_planted_hole_is_found(cluster, template, copied, hole):  # noqa: F811
    database, people = copied("amparo_hole"), template[1]
    with psycopg.connect(cluster.admin_url("amparo_hole"), autocommit=True) as admin:
        tables = protected_tables(admin)
        HOLES[hole](admin)
    read = owner_reads(database, tables) if "owner" in hole else []
    FOUND[hole] = f"owner reads {read}" if read else first_disagreement(database, people)
    assert FOUND[hole], f"nobody noticed that {hole}"


@pytest.mark.attack
def test_all_holes_were_found():
    assert len(HOLES) >= 12
    print(f"\nplanted holes found: {sum(map(bool, FOUND.values()))}/{len(HOLES)}")
    assert sorted(FOUND) == sorted(HOLES)


def test_without_a_hole_the_owner_reads_nothing(cluster, template):  # noqa: F811
    database, _ = template
    with psycopg.connect(cluster.admin_url(TEMPLATE), autocommit=True) as admin:
        tables = protected_tables(admin)
    assert owner_reads(database, tables) == []
