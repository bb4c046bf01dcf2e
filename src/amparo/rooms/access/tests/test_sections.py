"""`sec.may` answers for the section that was asked for, and for no other."""

from __future__ import annotations

import pytest

from amparo.foundation.sealing import CONCERN_SECTIONS as CONCERN_KEYS
from amparo.foundation.sealing import SUBJECT_SECTIONS
from amparo.rooms.access.policy import ALL_SECTIONS, CONCERN_SECTIONS

SECTIONS = ALL_SECTIONS


def test_every_list_of_sections_says_the_same(world):
    def database(kind):
        return set(world.rows("SELECT sec._sections(%s)", kind)[0][0])

    assert database("child") == set(ALL_SECTIONS) == {"register", *SUBJECT_SECTIONS}
    assert database("concern") == set(CONCERN_SECTIONS) == {"register", *CONCERN_KEYS}


def answers(world, login, name, child):
    staff, secret = login("staff"), world.actor(name).secret
    with staff.transaction():
        staff.execute("SELECT sec.enter(%s)", [secret])
        rows = staff.execute(
            "SELECT s || ' ' || m FROM unnest(%s::text[]) s, unnest(ARRAY['read', 'write']) m"
            " WHERE sec.may(%s, s, m)",
            [list(SECTIONS), child],
        ).fetchall()
    return {row[0] for row in rows}


@pytest.mark.parametrize("section", SECTIONS[1:])
def test_a_read_grant_on_one_section_answers_for_that_section_alone(world, login, section):
    child = world.child("ama")
    assert answers(world, login, "ilya", child) == set()
    world.grant(child, "ilya", ["register", section], "read")
    assert answers(world, login, "ilya", child) == {"register read", f"{section} read"}


def test_a_role_reaches_its_own_sections_of_its_units_files(world, login):
    child = world.child("ama")
    reads = {f"{s} read" for s in SECTIONS if s not in ("place", "allegation")}
    assert answers(world, login, "ben", child) == reads | {"note write", "task write", "case write"}
    assert answers(world, login, "rana", child) == set()
    assert answers(world, login, "kofi", child) == {"register read"}


def test_the_keeper_hears_the_same_for_a_section(world, login):
    child = world.child("ama")
    world.grant(child, "ilya", ["register", "note"], "read")
    ilya = world.actor("ilya", strong=True)
    keeper = login("keeper")
    allowed = {
        section: keeper.execute(
            "SELECT sec.may_open(%s, %s, %s, 'read')", [ilya.secret, child, section]
        ).fetchone()[0]["allowed"]
        for section in SECTIONS[1:]
    }
    assert [section for section, yes in allowed.items() if yes] == ["note"]
