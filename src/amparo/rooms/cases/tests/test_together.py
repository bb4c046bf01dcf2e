"""Files that belong together are seen from both sides by holders of both, and by nobody else: no row and no count."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from amparo.foundation import errors
from amparo.rooms.cases import actions, queries
from amparo.rooms.cases.sheets import Around, Said

pytestmark = pytest.mark.usefixtures("people", "keeper", "sent")


@pytest.fixture
def siblings(world, opening):
    ama = world.actor("ama")
    brother = actions.open_case(by=ama, opening=opening(called="Anish", age_low=6, age_high=6, gender="boy"))
    sister = actions.open_linked(by=ama, beside=brother, kind="siblings", opening=opening(called="Mina"))
    return brother, sister


def test_both_ways_for_whoever_reaches_both(world, siblings):
    brother, sister = siblings
    for one, other in ((brother, sister), (sister, brother)):
        (link,) = queries.links_of(world.actor("ama"), one)
        assert (link.subject_id, link.kind, link.is_apart) == (other, "siblings", False)
        assert [x.subject_id for x in queries.links_of(world.actor("ben"), one)] == [
            other
        ]  # the team's supervisor


def test_whoever_reaches_one_learns_nothing_of_the_other(world, siblings, login):
    brother, sister = siblings
    world.grant(brother, "ilya", ["register", "case", "people"])
    ilya = world.actor("ilya")
    assert queries.links_of(ilya, brother) == ()
    with pytest.raises(errors.NotThere):
        queries.links_of(ilya, sister)
    staff = login("staff")
    with staff.transaction():
        staff.execute("SELECT sec.enter(%s)", [ilya.secret])
        assert staff.execute("SELECT count(*) FROM sec.links_of(%s)", [brother]).fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), staff.transaction():
        staff.execute("SELECT sec.enter(%s)", [ilya.secret])
        staff.execute("SELECT count(*) FROM cases_link")


def test_the_register_alone_shows_no_link(world, siblings):
    """A coordinator lists every file and reads no case sheet: that two belong together is content."""
    with pytest.raises(errors.Refused):
        queries.links_of(world.actor("kofi"), siblings[0])


def test_linking_needs_both(world, siblings, opening):
    other = actions.open_case(by=world.actor("faye"), opening=opening())
    for by, subjects in (("ama", (siblings[0], other)), ("faye", (siblings[0], other)), ("zoe", siblings)):
        with pytest.raises(errors.NotThere):
            actions.link_files(by=world.actor(by), subjects=subjects, kind="siblings")
    assert other not in {x.subject_id for x in queries.links_of(world.actor("ama"), siblings[0])}


def test_together_is_the_default_and_its_opposite_needs_a_reason(world, siblings):
    ama, brother = world.actor("ama"), siblings[0]
    (link,) = queries.links_of(ama, brother)
    with pytest.raises(errors.Refused, match="keep_apart_reason"):
        actions.keep_apart(by=ama, subject_id=brother, link_id=link.id, why="no")
    with pytest.raises(psycopg.errors.CheckViolation):
        world.admin.execute("UPDATE cases_link SET is_apart = true WHERE id = %s", [link.id])
    actions.keep_apart(by=ama, subject_id=brother, link_id=link.id, why="he is afraid of her")
    assert queries.links_of(ama, siblings[1])[0].is_apart
    with pytest.raises(errors.NotThere):
        actions.keep_apart(by=ama, subject_id=brother, link_id=uuid.uuid4(), why="he is afraid of her")
    actions.keep_together(by=ama, subject_id=brother, link_id=link.id)
    assert not queries.links_of(ama, siblings[1])[0].is_apart


def test_no_function_lists_people_alleged_to_have_harmed(world, siblings):
    ama = world.actor("ama")
    uncle = Around("Idris", "claims_family", may_contact="no", may_know="no")
    person = actions.add_person(by=ama, subject_id=siblings[0], around=uncle)
    said = Said("took what they earned", "the eldest", "3 May")
    row = actions.add_allegation(by=ama, person_id=person, said=said)
    assert [(r.id, r.said) for r in queries.allegations_opened(ama, siblings[0])] == [(row, said)]
    assert queries.allegations_opened(ama, siblings[1]) == ()
    with pytest.raises(errors.NotThere):
        queries.allegations_opened(
            world.actor("ben"), siblings[0]
        )  # the team's supervisor reads none without a grant
    world.grant(siblings[0], "ilya", ["register", "people"], mode="write")
    with pytest.raises(errors.NotThere):
        actions.add_allegation(by=world.actor("ilya"), person_id=person, said=said)
    dump = str(
        world.rows(
            "SELECT * FROM cases_person, cases_allegation WHERE cases_person.subject_id = %s", siblings[0]
        )
    )
    assert "Idris" not in dump
    assert "earned" not in dump


def test_a_changed_sheet_keeps_what_stood_there(world, siblings):
    ama = world.actor("ama")
    person = actions.add_person(by=ama, subject_id=siblings[0], around=Around("Idris", "claims_family"))
    actions.change_person(
        by=ama, person_id=person, around=Around("Idris", "other", may_contact="no"), version=1
    )
    with pytest.raises(errors.Conflict):
        actions.change_person(by=ama, person_id=person, around=Around("Idris", "other"), version=1)
    assert queries.people_opened(ama, siblings[0])[0].around.may_contact == "no"
    assert world.rows("SELECT count(*) FROM desk_revision WHERE record = %s", person) == [(1,)]
    with pytest.raises(errors.NotThere):
        actions.change_person(by=world.actor("zoe"), person_id=person, around=Around("X", "other"), version=2)


def test_erasing_a_file_forgets_its_case_and_its_links(world, siblings):
    brother, sister = siblings
    world.admin.execute("UPDATE access_subject SET shredded_at = now() WHERE id = %s", [brother])
    left = world.rows(
        "SELECT (SELECT count(*) FROM cases_case WHERE subject_id = %s) + (SELECT count(*) FROM cases_link WHERE subject_id = %s)"
        " + (SELECT count(*) FROM cases_risk WHERE subject_id = %s)", brother, brother, brother,
    )  # fmt: skip
    assert left == [(0,)]
    assert queries.links_of(world.actor("ama"), sister) == ()
