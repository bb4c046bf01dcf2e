"""What the system actors do by the clock: who is told when, what is erased, and that a second run changes
nothing.
"""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries
from amparo.rooms.desk.rules import calendars

from .facts import happens, told, use_emergency

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def clocks(world, as_login):
    """Runs one of the clock's jobs as the worker would."""

    def run(job=actions.tell_limits, name="clocks"):
        with as_login("worker"):
            return job(by=world.system(name))

    run(), run(actions.tell_ahead)  # whatever other tests left waiting is told before
    return run


@pytest.fixture
def child(world):
    return world.child()


def test_an_emergency_access_is_told_at_once_and_again_until_it_is_reviewed(world, child, clocks):
    at_once = [
        ("ama", "EMERGENCY_ACCESS_USED", 0, False, True),
        ("dora", "EMERGENCY_ACCESS_USED", 0, False, True),
    ]
    record = use_emergency(world, child, hours_ago=1)
    assert told(world, record) == at_once
    assert clocks() == 0  # nothing more is due in the first hours
    record = use_emergency(world, child, hours_ago=19)
    assert clocks() == 1
    assert clocks() == 0
    assert told(world, record) == [
        at_once[0],
        ("dora", "EMERGENCY_ACCESS_REVIEW", 1, False, True),
        at_once[1],
    ]


def test_a_review_that_is_late_reaches_the_country_without_saying_whose_file(world, child, clocks):
    record = use_emergency(world, child, hours_ago=49)
    clocks()
    assert [row for row in told(world, record) if row[0] in ("hugo", "nadia", "sol")] == [
        ("hugo", "EMERGENCY_ACCESS_REVIEW", 2, False, True),
        ("nadia", "EMERGENCY_ACCESS_REVIEW", 3, False, False),
        ("sol", "EMERGENCY_ACCESS_REVIEW", 3, False, False),
    ]


def test_a_review_by_another_agency_stops_the_limit_without_reaching_the_child(world, child, clocks):
    record = use_emergency(world, child, hours_ago=1)
    rana = world.actor("rana")
    with pytest.raises(NotThere):
        queries.limits_for(rana, child)
    happens(by=rana, fact="EMERGENCY_ACCESS_REVIEWED", subject=child, record=record)
    assert queries.limits_for(world.actor("ama"), child) == ()
    world.admin.execute("UPDATE desk_clock SET due_at = started_at WHERE record = %s", [record])
    before = told(world, record)
    clocks()
    assert told(world, record) == before


def test_a_limit_that_stands_still_tells_nobody(world, child, rules, clocks):
    record = new_id()
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=2)
    happens(by=world.actor("ama"), fact="TEST_OPENED", subject=child, record=record, at=at)
    world.admin.execute(
        "UPDATE desk_clock SET may_pause = true, due_at = started_at WHERE record = %s", [record]
    )
    (row,) = queries.limits_for(world.actor("ama"), child)
    world.admin.execute(
        "INSERT INTO desk_clockpause"
        " (id, subject_id, unit_id, section, clock_id, reason, begun_at, begun_by_id)"
        " SELECT gen_random_uuid(), subject_id, unit_id, 'register', id, 'DISASTER', now(), %s"
        " FROM desk_clock WHERE id = %s",
        [world.ids["ama"], row.id],
    )
    assert clocks() == 0
    world.admin.execute("UPDATE desk_clockpause SET ended_at = now() WHERE clock_id = %s", [row.id])
    assert clocks() == 2
    assert told(world, record) == [("ama", "TEST_SEEN", 0, True, True), ("ben", "TEST_SEEN", 0, True, True)]


def test_a_limit_of_a_room_that_is_gone_keeps_nobody_from_being_told(world, child, clocks):
    record = use_emergency(world, child, hours_ago=20)
    other = use_emergency(world, world.child(), hours_ago=20)
    world.admin.execute("UPDATE desk_clock SET code = 'NO_SUCH_ROOM' WHERE record = %s", [record])
    clocks()
    assert len(told(world, other)) == 3
    (row,) = queries.limits_for(world.actor("ama"), child)
    assert (row.title, row.is_confirmed) == ("Time limit", False)


def test_a_clock_that_stopped_between_two_steps_is_left_alone(world, child, clocks, monkeypatch):
    from amparo.rooms.desk.actions import nightly

    record = use_emergency(world, child, hours_ago=20)
    real = nightly._tell_one

    def stopped_meanwhile(by, clock):
        world.admin.execute("UPDATE desk_clock SET stopped_at = now() WHERE id = %s", [clock])
        return real(by, clock)

    monkeypatch.setattr(nightly, "_tell_one", stopped_meanwhile)
    assert clocks() == 0
    assert len(told(world, record)) == 2


def test_a_sharing_protocol_warns_its_parties_60_days_ahead(world, clocks):
    ids = {}
    for days, approved in ((61, True), (60, True), (60, False), (10, True)):
        protocol = ids[days, approved] = new_id()
        world.admin.execute(
            "INSERT INTO access_sharingprotocol (id, names, parties, purposes, sections, from_on, until_on,"
            " proposed_by_id, approved_by_id)"
            " VALUES (%s, '{}', %s, '{}', '{}', current_date - 1, current_date + %s, %s, %s)",
            [
                protocol,
                [world.ids["river"]],
                days - 1,
                world.ids["nadia"],
                world.ids["hugo"] if approved else None,
            ],
        )
    clocks(actions.tell_ahead)
    assert [row[:3] for row in told(world, ids[60, True])] == [
        ("dora", "SHARING_PROTOCOL_ENDS", 0), ("hugo", "SHARING_PROTOCOL_ENDS", 0),
    ]  # fmt: skip
    assert told(world, ids[60, False]) == []
    assert [row[:3] for row in told(world, ids[10, True])] == [
        ("dora", "SHARING_PROTOCOL_ENDS", 0), ("hugo", "SHARING_PROTOCOL_ENDS", 0),
        ("hugo", "SHARING_PROTOCOL_ENDS", 1), ("nadia", "SHARING_PROTOCOL_ENDS", 1),
    ]  # fmt: skip
    assert clocks(actions.tell_ahead) == 0


def test_whoever_leaves_and_their_supervisor_hear_it_ahead(world, clocks):
    rows = world.rows("SELECT id FROM access_membership WHERE actor_id = %s", world.ids["cleo"])
    (membership,) = rows[0]
    world.admin.execute(
        "UPDATE access_membership SET until_at = now() + interval '13 days' WHERE id = %s", [membership]
    )
    try:
        clocks(actions.tell_ahead)
        assert [row[:3] for row in told(world, membership)] == [
            ("ben", "MEMBERSHIP_ENDS", 0),
            ("cleo", "MEMBERSHIP_ENDS", 0),
        ]
    finally:
        world.admin.execute("UPDATE access_membership SET until_at = NULL WHERE id = %s", [membership])


def test_a_shift_is_looked_through_the_next_day(world, clocks):
    shift = new_id()
    world.admin.execute(
        'INSERT INTO access_shift (id, actor_id, unit_id, "order", from_at, until_at)'
        " VALUES (%s, %s, %s, 1, now() - interval '9 hours', now() - interval '1 hour')",
        [shift, world.ids["cleo"], world.ids["river/team"]],
    )
    clocks(actions.tell_ahead)
    assert [row[:3] for row in told(world, shift)] == [("ben", "DUTY_ACCESS_REVIEW", 0)]
    world.admin.execute(
        "UPDATE access_shift SET until_at = now() - interval '50 hours',"
        " from_at = now() - interval '60 hours'"
    )
    clocks(actions.tell_ahead)
    assert [row[:3] for row in told(world, shift)] == [
        ("ben", "DUTY_ACCESS_REVIEW", 0), ("ben", "DUTY_ACCESS_REVIEW", 1), ("dora", "DUTY_ACCESS_REVIEW", 1),
    ]  # fmt: skip


def test_a_draft_and_a_file_say_ahead_that_they_end(world, child, clocks):
    draft = actions.save_draft(by=world.actor("ama"), form="note", subject_id=child, answers={"text": "x"})
    clocks(actions.tell_ahead)
    assert told(world, draft) == told(world, child) == []
    world.admin.execute("UPDATE desk_draft SET expires_at = now() + interval '2 days' WHERE id = %s", [draft])
    world.admin.execute("UPDATE access_subject SET shred_on = current_date + 29 WHERE id = %s", [child])
    clocks(actions.tell_ahead)
    assert told(world, draft) == [("ama", "DRAFT_EXPIRES", 0, False, False)]
    assert told(world, child) == [
        ("ama", "RETENTION_ENDS", 0, False, True),
        ("dora", "RETENTION_ENDS", 0, False, True),
    ]


def test_a_calendar_that_runs_out_is_told_to_the_national_administrator(world, clocks, monkeypatch):
    class Short:
        def runs_out(self, today):
            return True

    assert told(world, world.ids["river"]) == []
    both = {**calendars.calendars(), "QM": Short()}
    del both["QN"]
    monkeypatch.setattr("amparo.rooms.desk.actions.nightly.calendars", lambda: both)
    clocks(actions.tell_ahead)
    assert told(world, world.ids["river"]) == [("nadia", "CALENDAR_RUNS_OUT", 0, False, False)]
    assert told(world, world.ids["lantern"]) == [("nadia", "CALENDAR_RUNS_OUT", 0, False, False)]
    assert told(world, world.ids["bridge"]) == []


def test_a_system_actor_does_only_its_own_work(world, child, as_login):
    actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    with as_login("worker"):
        with pytest.raises(Refused):
            actions.erase_due(by=world.system("notices"))
        assert actions.erase_due(by=world.system("retention")) == 0


def test_nobody_who_signs_in_can_run_the_night(world, child):
    for job in (actions.tell_limits, actions.tell_ahead, actions.erase_due):
        with pytest.raises((Refused, NotThere)):
            job(by=world.system("retention"))  # the staff login may not enter a system actor's context
    use_emergency(world, child, hours_ago=20)
    for job in (actions.tell_limits, actions.erase_due):
        with pytest.raises((Refused, NotThere)):
            job(by=world.actor("ben"))


def test_every_job_is_known_to_the_queue_under_its_name():
    from amparo.rooms.desk import jobs

    assert {jobs.send_notice.name, jobs.tell_limits.name, jobs.tell_ahead.name, jobs.erase_due.name} == {
        "desk.send_notice", "desk.tell_limits", "desk.tell_ahead", "desk.erase_due",
    }  # fmt: skip


def test_jobs_run_as_their_own_system_actors(monkeypatch):
    from amparo.rooms.desk import jobs

    ran = []
    for name in ("send_notice", "tell_limits", "tell_ahead", "erase_due"):
        monkeypatch.setattr(actions, name, lambda by, _name=name, **_: ran.append((_name, by.name, by.kind)))
    jobs.send_notice(str(new_id()))
    jobs.tell_limits(0), jobs.tell_ahead(0), jobs.erase_due(0)
    assert ran == [
        ("send_notice", "notices", "system"), ("tell_limits", "clocks", "system"),
        ("tell_ahead", "clocks", "system"), ("erase_due", "retention", "system"),
    ]  # fmt: skip
