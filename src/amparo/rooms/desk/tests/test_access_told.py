"""The acts of the access room as they are really called: a notice stands or falls with its act."""

from __future__ import annotations

import pytest

from amparo.foundation import events as foundation_events
from amparo.foundation.errors import Refused
from amparo.rooms.access import actions, queries
from amparo.rooms.access.tests.people import all_leave, code_of, found_agency, hire, sees
from amparo.rooms.desk import queries as desk

REASON = "The child was brought to us hurt, tonight."


@pytest.fixture
def child(world):
    yield world.child()
    all_leave(world)


def use(world, name, code):
    return actions.use_emergency_access(by=world.actor(name, strong=True), code=code, reason=REASON)


def counts(world, *names):
    return [desk.count_new_notices(world.actor(n)) for n in names]


def newest(world, name):
    return desk.notices_of(world.actor(name)).items[0].text


def published_then_failed(event):
    foundation_events.publish(event)
    raise Refused("test")


def test_emergency_access_and_the_notice_of_it_stand_or_fall_together(world, child, monkeypatch):
    helper = hire(world, found_agency(world), "caseworker")
    code, before = code_of(world, child), counts(world, "ama", "dora")
    with monkeypatch.context() as m:
        m.setattr("amparo.rooms.access.actions.emergency.publish", published_then_failed)
        with pytest.raises(Refused, match="test"):
            use(world, helper, code)
    assert (counts(world, "ama", "dora"), sees(world, helper, child)) == (before, False)
    assert desk.limits_for(world.actor("ama"), child) == ()
    use(world, helper, code)
    assert counts(world, "ama", "dora") == [n + 1 for n in before]
    assert newest(world, "ama").startswith("Somebody used emergency access")
    (limit,) = desk.limits_for(world.actor("ama"), child)
    assert (limit.due_at - limit.started_at).total_seconds() == 24 * 3600


def test_its_review_ends_the_24_hours(world, child):
    helper = hire(world, found_agency(world), "caseworker")
    use(world, helper, code_of(world, child))
    ((use_id,),) = world.rows("SELECT id FROM access_emergencyaccess WHERE actor_id = %s", world.ids[helper])
    assert len(desk.limits_for(world.actor("ama"), child)) == 1
    actions.review_emergency_access(by=world.actor("rana"), emergency_id=use_id, was_right=True)
    assert desk.limits_for(world.actor("ama"), child) == ()


def test_a_hand_over_tells_the_new_worker_and_a_conflict_the_supervisor(world, child):
    actions.declare_conflict(by=world.actor("ama"), subject_id=child)
    assert newest(world, "ben").startswith("A worker declared a conflict of interest.")
    actions.hand_over(
        by=world.actor("ben"), subject_id=child, to=world.ids["cleo"], unit_id=world.ids["river/team"]
    )
    assert newest(world, "cleo") == "A file was handed over to you."
    assert queries.file_for(world.actor("cleo"), child).may_write
