"""A file opened, handed over, restricted, left because of a conflict, held: and who may not."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from amparo.foundation.codes import new_code, parse_code
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.sealing import SUBJECT_SECTIONS
from amparo.rooms.access import actions, queries

from .people import appoint, found_agency, hire, open_unit, sees


def refused(code, act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    assert caught.value.reason == code


@pytest.fixture
def child(world):
    return world.child()


def hand_over(world, child, to, by="ben", unit="river/team"):
    actions.hand_over(by=world.actor(by), subject_id=child, to=world.ids[to], unit_id=world.ids[unit])


def test_who_opens_a_file_is_its_worker_and_its_keys_stand(world):
    child = actions.open_subject(by=world.actor("ama"), kind="child")
    row = queries.file_for(world.actor("ama"), child)
    assert parse_code(row.code) == row.code
    assert (row.kind, row.may_write, row.hold, row.is_restricted) == ("child", True, False, False)
    (grant,) = queries.who_has_access(world.actor("ama"), child)
    assert (grant.who, grant.cause, grant.mode) == ("Ama", "assignment", "write")
    assert "place" in grant.sections
    ((keys,),) = world.rows("SELECT count(*) FROM keeper.section_key WHERE holder = %s", child)
    ((wrapped,),) = world.rows(
        "SELECT count(*) FROM keeper.data_key WHERE holder = %s AND wrapped IS NOT NULL", child
    )
    assert (keys, wrapped) == (len(SUBJECT_SECTIONS), 3)
    assert not sees(world, "zoe", child)


def test_a_file_sent_twice_is_opened_once(world):
    ama = world.actor("ama")
    first = actions.open_subject(by=ama, kind="child", key="one-form")
    assert actions.open_subject(by=ama, kind="child", key="one-form") == first
    assert actions.open_subject(by=ama, kind="child", key="another-form") != first
    with pytest.raises(Conflict):
        actions.open_subject(by=ama, kind="adult", key="one-form")


def test_no_free_code_opens_nothing(world, monkeypatch):
    taken = actions.open_subject(by=world.actor("ama"))
    code = queries.file_for(world.actor("ama"), taken).code
    monkeypatch.setattr("amparo.rooms.access.actions.files.new_code", lambda: code)
    before = world.rows("SELECT count(*) FROM access_subject")
    refused("no_free_code", actions.open_subject, by=world.actor("ama"))
    assert world.rows("SELECT count(*) FROM access_subject") == before


def test_an_agency_without_keys_opens_no_file_until_they_are_made(world):
    agency = found_agency(world, keys=False)
    worker = hire_without_keys(world, agency)
    refused("no_agency_keys", actions.open_subject, by=world.actor(worker))


def hire_without_keys(world, agency):
    name = hire(world, "river")
    appoint(world, name, agency, "caseworker")
    return name


@pytest.mark.parametrize("name", ["kofi", "dora", "hugo", "sol", "ines"])
def test_roles_that_work_for_no_child_open_no_file(world, name):
    refused("permission", actions.open_subject, by=world.actor(name))


def test_an_enforcement_agency_opens_lists_and_reads_nothing(world):
    """Even where somebody changed the kind of an agency whose people hold other roles already."""
    agency = found_agency(world)
    worker = hire(world, agency, "caseworker")
    child = actions.open_subject(by=world.actor(worker))
    assert sees(world, worker, child)
    world.admin.execute("UPDATE access_agency SET kind = 'border' WHERE id = %s", [world.ids[agency]])
    refused("refused", actions.open_subject, by=world.actor(worker))
    assert not sees(world, worker, child)
    assert queries.files_for(world.actor(worker)).page.items == ()
    lead = hire(world, agency, "data_protection_officer")
    refused("permission", queries.files_for, viewer=world.actor(lead))


def test_handing_over_leaves_one_worker(world, child):
    refused("permission", actions.hand_over, by=world.actor("ama"), subject_id=child, to=world.ids["cleo"],
            unit_id=world.ids["river/team"])  # fmt: skip
    hand_over(world, child, "cleo")
    assert (sees(world, "ama", child), sees(world, "cleo", child)) == (False, True)
    owners = [r.who for r in queries.who_has_access(world.actor("ben"), child) if r.cause == "assignment"]
    assert owners == ["Cleo"]


@pytest.mark.parametrize("to", ["zoe", "dora", "nobody", "blocked"])
def test_a_file_goes_only_to_a_worker_of_the_unit_without_saying_why(world, child, to):
    if to == "nobody":
        to = hire(world, "river")
    if to == "blocked":
        to = hire(world, "river", "caseworker")
        world.grant(child, to, ["register", "note"])
        actions.declare_conflict(by=world.actor(to), subject_id=child)
    with pytest.raises(Refused, match="not_available"):
        hand_over(world, child, to)
    assert sees(world, "ama", child)


def test_a_file_moves_to_another_team_of_the_agency(world, child):
    other = open_unit(world, "river")
    worker, chief = hire(world, other, "caseworker"), hire(world, other, "supervisor")
    assert not sees(world, chief, child)
    hand_over(world, child, worker, unit=f"{other}/team")
    assert (sees(world, chief, child), sees(world, "ben", child)) == (True, False)


def test_a_restricted_file_leaves_its_teams_sight_and_is_read_by_name(world, child):
    other = hire(world, "river", "supervisor")
    assert (sees(world, other, child), sees(world, "kofi", child)) == (True, True)
    actions.restrict(by=world.actor("ben", strong=True), subject_id=child, restricted=True)
    assert [sees(world, n, child) for n in ("ama", "ben", other, "kofi")] == [True, True, False, False]
    assert queries.file_for(world.actor("ama"), child).is_restricted
    hand_over(world, child, "cleo")
    assert [sees(world, n, child) for n in ("ama", "cleo", other)] == [False, True, False]
    actions.restrict(by=world.actor("ben", strong=True), subject_id=child, restricted=False)
    assert [sees(world, n, child) for n in (other, "kofi")] == [True, True]
    told = {r[0] for r in world.rows("SELECT what FROM audit.entry WHERE subject_id = %s", child)}
    assert {"FILE_RESTRICTED", "FILE_RESTRICTION_ENDED"} <= told


def test_i_know_this_family_ends_access_at_once_and_for_good(world, child):
    actions.declare_conflict(by=world.actor("ama"), subject_id=child)
    assert not sees(world, "ama", child)
    with pytest.raises(NotThere):
        actions.declare_conflict(by=world.actor("ama"), subject_id=child)
    assert sees(world, "ben", child), "somebody answers for the file meanwhile"
    hand_over(world, child, "cleo")
    assert sees(world, "cleo", child)
    assert queries.blocks_on(world.actor("ben"), child) == (), "who declared it stands in no list"


def test_a_hold_needs_two_people_who_want_the_same(world, child):
    ben, other = world.actor("ben"), world.actor(hire(world, "river", "supervisor"))

    def is_held():
        return queries.file_for(ben, child).hold

    assert actions.place_hold(by=ben, subject_id=child, held=True) is False
    assert actions.place_hold(by=ben, subject_id=child, held=True) is False
    assert not is_held(), "asking twice is not a second person"
    assert actions.place_hold(by=other, subject_id=child, held=False) is False
    assert not is_held(), "a no takes the request back"
    assert actions.place_hold(by=other, subject_id=child, held=True) is False
    assert actions.place_hold(by=ben, subject_id=child, held=True) is True
    assert is_held()
    assert actions.place_hold(by=ben, subject_id=child, held=True) is False
    assert actions.place_hold(by=other, subject_id=child, held=False) is False
    assert is_held(), "one person's wish to keep is not the other's agreement to end"
    assert actions.place_hold(by=ben, subject_id=child, held=False) is True
    assert not is_held()


def listed(world, who, child, code=""):
    return [row for row in queries.holds(world.actor(who), code=code) if row.id == child]


def test_a_hold_that_waits_is_listed_for_whoever_may_agree_and_for_no_other_agency(world, child):
    code = new_code()
    world.admin.execute("UPDATE access_subject SET code = %s WHERE id = %s", [code, child])
    stranger = hire(world, "lantern", "data_protection_officer")
    assert listed(world, "dora", child) == []
    (found,) = listed(world, "dora", child, code)
    assert (found.is_held, found.asked_by) == (False, "")
    actions.place_hold(by=world.actor("ben"), subject_id=child, held=True)
    (mine,), (hers,) = listed(world, "ben", child), listed(world, "dora", child)
    assert (mine.is_mine, hers.is_mine, hers.asked_by) == (True, False, "Ben")
    assert listed(world, stranger, child) == listed(world, stranger, child, code) == []
    assert listed(world, "dora", child, "no code") == []
    refused("permission", queries.holds, viewer=world.actor("ama"))


def test_the_data_protection_officer_of_the_keeping_agency_decides_on_holds_and_reads_nothing(world, child):
    assert actions.place_hold(by=world.actor("dora"), subject_id=child, held=True) is False
    assert actions.place_hold(by=world.actor("ben"), subject_id=child, held=True) is True
    stranger = hire(world, "lantern", "data_protection_officer")
    with pytest.raises(NotThere):
        actions.place_hold(by=world.actor(stranger), subject_id=child, held=False)
    refused("permission", actions.place_hold, by=world.actor("ama"), subject_id=child, held=False)


def test_a_day_of_erasure_is_set_by_who_may_write(world, child):
    actions.set_retention(by=world.actor("ama"), subject_id=child, on=dt.date(2040, 1, 31))
    assert world.rows("SELECT shred_on FROM access_subject WHERE id = %s", child) == [(dt.date(2040, 1, 31),)]
    world.grant(child, "ilya", ["register", "note"])
    refused(
        "refused", actions.set_retention, by=world.actor("ilya"), subject_id=child, on=dt.date(2030, 1, 1)
    )
    with pytest.raises(NotThere):
        actions.set_retention(by=world.actor("zoe"), subject_id=child, on=dt.date(2030, 1, 1))


def test_the_list_pages_by_key_filters_by_code_and_counts_up_to_a_limit(world, monkeypatch):
    worker = hire(world, found_agency(world), "caseworker")
    viewer = world.actor(worker)
    made = [actions.open_subject(by=viewer) for _ in range(23)]
    first = queries.files_for(viewer)
    assert (len(first.page.items), first.count) == (20, 23)
    second = queries.files_for(viewer, after=first.page.next_key)
    assert {r.id for r in (*first.page.items, *second.page.items)} == set(made)
    assert queries.files_for(viewer, before=second.page.previous_key).page.items == first.page.items
    monkeypatch.setattr("amparo.rooms.access.queries.files.COUNT_LIMIT", 22)
    assert queries.files_for(viewer).count is None
    code = first.page.items[3].code
    assert [r.code for r in queries.files_for(viewer, code=f"{code[:2]}-{code[2:]}".lower()).page.items] == [
        code
    ]
    assert queries.files_for(viewer, code="nonsense").page.items == ()
    assert queries.files_for(world.actor("zoe"), code=code).page.items == ()
    assert queries.files_for(world.actor("kofi"), code=code).count == 1
    assert queries.files_for(viewer, after="spoilt").page.items == first.page.items
    assert [c for _, c in queries.codes_of(viewer, made[:3])] == sorted(
        r.code for r in (*first.page.items, *second.page.items) if r.id in made[:3]
    )


def test_looking_is_logged_and_the_child_page_shows_who_looked(world, child):
    queries.file_for(world.actor("ama"), child)
    lines = queries.who_looked(world.actor("ben"), child).items
    assert (lines[0].who, lines[0].what) == ("Ama", "Opened the file")
    mine = queries.my_log(world.actor("ama")).items
    assert (mine[0].what, mine[0].subject_id) == ("Opened the file", child)
    assert all(re.fullmatch(r"[0-9A-Z]{8}", x.code) for x in mine[:1])
    actions.declare_conflict(by=world.actor("ama"), subject_id=child)
    mine = queries.my_log(world.actor("ama")).items
    assert [(x.subject_id, x.code) for x in mine[:2]] == [(None, ""), (None, "")], (
        "what is hidden is not named"
    )
