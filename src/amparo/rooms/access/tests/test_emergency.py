"""Emergency access: kept whatever comes of it, told at once, five a day, reviewed by another agency."""

from __future__ import annotations

import pytest

from amparo.foundation.errors import NeedsStrongSignIn, NotThere, Quota, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.access import actions, queries
from amparo.rooms.access.policy import ALL_SECTIONS

from .people import code_of, found_agency, hire, sees

REASON = "The child was brought to us hurt, tonight."


@pytest.fixture
def child(world):
    return world.child()


@pytest.fixture
def helper(world):
    """A caseworker of another agency with a day's quota of their own."""
    return hire(world, found_agency(world), "caseworker")


def use(world, name, code, reason=REASON):
    return actions.use_emergency_access(by=world.actor(name, strong=True), code=code, reason=reason)


def attempts(world, name):
    return world.rows(
        "SELECT subject_id FROM access_emergencyaccess WHERE actor_id = %s ORDER BY at", world.ids[name]
    )


def test_it_opens_everything_but_the_place_for_an_hour(world, child, helper):
    assert not sees(world, helper, child)
    assert use(world, helper, code_of(world, child)) == child
    (row,) = [r for r in queries.who_has_access(world.actor(helper), child) if r.cause == "emergency"]
    assert set(row.sections) == set(ALL_SECTIONS) - {"place"}
    assert (row.mode, (row.until_at - row.from_at).total_seconds()) == ("read", 3600)
    assert not queries.file_for(world.actor(helper), child).may_write
    world.admin.execute(
        "UPDATE access_grant SET from_at = from_at - interval '61 minutes', until_at = until_at - interval '61 minutes'"
        " WHERE actor_id = %s", [world.ids[helper]],
    )  # fmt: skip
    assert not sees(world, helper, child)


def test_hidden_by_a_block_absent_and_impossible_answer_alike_and_are_kept(world, child, helper):
    blocked, free = code_of(world, child), code_of(world, world.child())
    agency = world.rows(
        "SELECT u.agency_id FROM access_membership m JOIN access_unit u ON u.id = m.unit_id WHERE m.actor_id = %s",
        world.ids[helper],
    )[0][0]
    actions.block_agency(by=world.actor("ben"), subject_id=child, agency_id=agency)
    answers = [use(world, helper, code) for code in (blocked, "000000", "not a code")]
    assert answers == [None, None, None]
    assert attempts(world, helper) == [(None,)] * 3
    entries = [e for e in world.entries("EMERGENCY_ACCESS_REFUSED") if e[0] == world.ids[helper]]
    assert [(e[1], e[2], e[3], e[4]) for e in entries] == [(None, None, REASON, "refused")] * 3
    assert use(world, helper, free) is not None, "the same person, an open file"


def test_five_in_a_day_whatever_came_of_them(world, child, helper):
    code = code_of(world, child)
    for _ in range(4):
        assert use(world, helper, "000000") is None
    assert use(world, helper, code) == child
    for one in (code, "000000"):
        with pytest.raises(Quota):
            use(world, helper, one)
    world.admin.execute(
        "UPDATE access_emergencyaccess SET at = at - interval '25 hours' WHERE actor_id = %s",
        [world.ids[helper]],
    )
    assert use(world, helper, code) == child


def test_it_asks_for_a_fresh_second_step_and_for_a_reason(world, child, helper):
    code = code_of(world, child)
    with pytest.raises(NeedsStrongSignIn):
        actions.use_emergency_access(by=world.actor(helper), code=code, reason=REASON)
    with pytest.raises(Refused, match="reason_too_short"):
        use(world, helper, code, "urgent")
    assert attempts(world, helper) == []


def test_roles_without_it_and_enforcement_agencies_cannot(world, child):
    code = code_of(world, child)
    for name in ("kofi", "dora", "sol", "ines", hire(world, "river", "shelter_worker")):
        with pytest.raises(Refused, match="permission"):
            use(world, name, code)
    agency = found_agency(world)
    worker = hire(world, agency, "caseworker")
    world.admin.execute("UPDATE access_agency SET kind = 'prosecution' WHERE id = %s", [world.ids[agency]])
    assert use(world, worker, code) is None
    assert not sees(world, worker, child)


def test_another_agency_reviews_it_once(world, child, helper):
    code = code_of(world, child)
    use(world, helper, code)
    ((use_id,),) = world.rows("SELECT id FROM access_emergencyaccess WHERE actor_id = %s", world.ids[helper])

    def waiting(name):
        return [r for r in queries.emergencies_to_review(world.actor(name)) if r.id == use_id]

    own = hire(world, "river", "supervisor")
    (row,) = waiting("rana")
    assert (row.who, row.code, row.reason) == (helper.capitalize(), code, REASON)
    assert waiting(own), "the agency that keeps the file is another than the one that opened it"
    with pytest.raises(NotThere):
        actions.review_emergency_access(by=world.actor("rana"), emergency_id=new_id(), was_right=True)
    actions.review_emergency_access(by=world.actor("rana"), emergency_id=use_id, was_right=False)
    assert waiting("rana") == []
    with pytest.raises(NotThere):
        actions.review_emergency_access(by=world.actor(own), emergency_id=use_id, was_right=True)


def test_nobody_of_the_agency_that_used_it_reviews_it(world, child):
    agency = found_agency(world)
    worker, chief = hire(world, agency, "caseworker"), hire(world, agency, "supervisor")
    use(world, worker, code_of(world, child))
    ((use_id,),) = world.rows("SELECT id FROM access_emergencyaccess WHERE actor_id = %s", world.ids[worker])
    assert use_id not in [r.id for r in queries.emergencies_to_review(world.actor(chief))]
    with pytest.raises(NotThere):
        actions.review_emergency_access(by=world.actor(chief), emergency_id=use_id, was_right=True)
    with pytest.raises(Refused, match="permission"):
        actions.review_emergency_access(by=world.actor(worker), emergency_id=use_id, was_right=True)
