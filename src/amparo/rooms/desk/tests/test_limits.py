"""Time limits: facts start and stop them, some pause, and everybody who may know of the child sees them
run.
"""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries

from .facts import happens
from .sql import run_as


@pytest.fixture
def child(world, rules):
    child = world.child()
    world.grant(child, "ilya", ("register", "task"), "read")
    return child


def running(world, name, child):
    return queries.limits_for(world.actor(name), child)


def test_a_fact_starts_a_limit_once_and_another_stops_it(world, child):
    record, ama = new_id(), world.actor("ama")
    for _ in "12":
        happens(by=ama, fact="TEST_ASKED", subject=child, record=record)
    assert [row.title for row in running(world, "ama", child)] == ["Answer to a request"]
    happens(by=ama, fact="TEST_ANSWERED", subject=child, record=new_id())  # an answer to something else
    assert len(running(world, "ama", child)) == 1
    for _ in "12":
        happens(by=ama, fact="TEST_ANSWERED", subject=child, record=record)
    assert running(world, "ama", child) == ()
    happens(by=ama, fact="TEST_ASKED", subject=child, record=record)  # asked again: it runs again
    assert len(running(world, "ama", child)) == 1


def test_time_is_counted_as_at_the_agency_that_keeps_the_file(world, child):
    # Cairo, Saturday and Sunday off; Ilya reads it in Kathmandu, where Sunday is a working day
    friday = dt.datetime(2026, 11, 27, 21, 30, tzinfo=dt.UTC)
    happens(by=world.actor("ilya"), fact="TEST_ASKED", subject=child, record=new_id(), at=friday)
    (row,) = running(world, "ilya", child)
    assert row.due_at == dt.datetime(2026, 12, 1, 22, tzinfo=dt.UTC)


def test_a_limit_that_takes_its_date_from_the_record_needs_one(world, child):
    due = now() + dt.timedelta(days=40)
    with pytest.raises(ValueError, match="give `due`"):
        happens(by=world.actor("ama"), fact="RETENTION_SET", subject=child, record=child)
    happens(by=world.actor("ama"), fact="RETENTION_SET", subject=child, record=child, due=due)
    assert [row.due_at for row in running(world, "ama", child)] == [due]


def test_coordinators_see_limits_of_all_agencies_without_content(world, child):
    happens(
        by=world.actor("ama"),
        fact="TEST_OPENED",
        subject=child,
        record=new_id(),
        at=now() - dt.timedelta(days=3),
    )
    (row,) = running(world, "kofi", child)
    assert row.is_late
    assert child in [r.subject_id for r in queries.overdue_limits(world.actor("kofi"))]
    assert child in [r.subject_id for r in queries.overdue_limits(world.actor("ama"))]
    assert child not in [r.subject_id for r in queries.overdue_limits(world.actor("zoe"))]
    with pytest.raises(NotThere):
        running(world, "zoe", child)
    with pytest.raises(Refused):
        queries.overdue_limits(world.actor("dora"))


def test_a_restricted_file_is_hidden_from_coordinators_too(world, child):
    happens(
        by=world.actor("ama"),
        fact="TEST_OPENED",
        subject=child,
        record=new_id(),
        at=now() - dt.timedelta(days=3),
    )
    assert running(world, "kofi", child)
    world.admin.execute("UPDATE access_subject SET is_restricted = true WHERE id = %s", [child])
    assert child not in [r.subject_id for r in queries.overdue_limits(world.actor("kofi"))]
    with pytest.raises(NotThere):
        running(world, "kofi", child)


def test_only_who_may_know_of_the_child_starts_or_stops_its_limits(world, child):
    with pytest.raises(NotThere):
        happens(by=world.actor("zoe"), fact="TEST_OPENED", subject=child, record=child)
    happens(by=world.actor("ama"), fact="TEST_OPENED", subject=child, record=child)
    with pytest.raises(NotThere):
        happens(by=world.actor("zoe"), fact="TEST_CHILD_SEEN", subject=child, record=child)
    assert running(world, "ama", child)
    happens(by=world.actor("ama"), fact="TEST_CHILD_SEEN", subject=child, record=child)
    assert not running(world, "ama", child)


def test_a_fact_about_an_absent_child_is_not_there(world, rules):
    with pytest.raises(NotThere):
        happens(by=world.actor("ama"), fact="TEST_OPENED", subject=new_id(), record=new_id())


def test_who_is_to_be_told_at_once_is_told_in_the_same_transaction(world, child):
    record = new_id()
    happens(by=world.actor("ben"), fact="TEST_ASKED", subject=child, record=record)
    happens(by=world.actor("ben"), fact="TEST_ASKED", subject=child, record=record)
    told = world.rows("SELECT person_id, code, rings FROM desk_notice WHERE record = %s", record)
    assert told == [(world.ids["ama"], "TEST_ANSWER", False)]


def start(world, child, fact="TEST_ASKED", at=None):
    happens(by=world.actor("ama"), fact=fact, subject=child, record=new_id(), at=at)
    return running(world, "ama", child)[0]


def test_a_limit_that_stands_still_gives_the_time_back(world, child):
    ama = world.actor("ama")
    row = start(world, child, at=now() - dt.timedelta(days=9))
    assert row.is_late
    for _ in "12":  # pausing twice is one pause
        actions.pause_limit(by=ama, clock_id=row.id, reason="WAITS_FOR_CHILD")
    (paused,) = running(world, "ama", child)
    assert (paused.is_paused, paused.is_late) == (True, False)
    world.admin.execute("UPDATE desk_clockpause SET begun_at = begun_at - interval '8 days'")
    actions.resume_limit(by=ama, clock_id=row.id)
    (again,) = running(world, "ama", child)
    assert not again.is_paused
    assert again.due_at > row.due_at + dt.timedelta(days=5)
    with pytest.raises(Refused):
        actions.resume_limit(by=ama, clock_id=row.id)
    assert ("LIMIT_PAUSED",) in world.rows("SELECT what FROM audit.entry WHERE record_id = %s", row.id)


def test_a_protection_limit_never_pauses_in_python_nor_in_the_database(world, child, monkeypatch):
    row = start(world, child, "TEST_OPENED")
    with pytest.raises(Refused, match="never_pauses"):
        actions.pause_limit(by=world.actor("ama"), clock_id=row.id, reason="WAITS_FOR_CHILD")
    monkeypatch.setattr("amparo.rooms.desk.policy.need_pausable", lambda rule: None)
    with pytest.raises(Refused, match="never_pauses"):
        actions.pause_limit(by=world.actor("ama"), clock_id=row.id, reason="WAITS_FOR_CHILD")
    pausable = start(world, world.child())
    assert actions.pause_limit(by=world.actor("ama"), clock_id=pausable.id, reason="COURT_ORDER")


def test_pausing_needs_a_known_reason_and_access_to_write(world, child):
    row = start(world, child)
    for name, error in (("zoe", NotThere), ("ilya", Refused), ("kofi", Refused)):
        for act, more in ((actions.pause_limit, {"reason": "COURT_ORDER"}), (actions.resume_limit, {})):
            with pytest.raises(error):
                act(by=world.actor(name), clock_id=row.id, **more)
    with pytest.raises(Refused, match="unknown_reason"):
        actions.pause_limit(by=world.actor("ama"), clock_id=row.id, reason="she said so")
    actions.pause_limit(by=world.actor("ben"), clock_id=row.id, reason="COURT_ORDER")
    actions.resume_limit(by=world.actor("ben"), clock_id=row.id)


def test_a_given_date_is_not_moved_by_a_pause_and_stopping_ends_it(world, child):
    ama, due = world.actor("ama"), now() + dt.timedelta(days=40)
    happens(by=ama, fact="RETENTION_SET", subject=child, record=child, due=due)
    (row,) = running(world, "ama", child)
    world.admin.execute("UPDATE desk_clock SET may_pause = true WHERE id = %s", [row.id])
    with pytest.raises(Refused):
        actions.pause_limit(by=ama, clock_id=row.id, reason="COURT_ORDER")  # the file says it does not pause


def test_staff_cannot_touch_limits_but_through_their_functions(world, child):
    start(world, child)
    for sql in (
        "UPDATE desk_clock SET due_at = due_at + interval '1 year'",
        "DELETE FROM desk_clock",
        "DELETE FROM desk_clockpause",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_as(world, "ama", sql)
    assert run_as(world, "ama", "SELECT 1 FROM desk_clock WHERE subject_id = %s", child)
