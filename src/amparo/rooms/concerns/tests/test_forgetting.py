"""Not confirmed: from the second reader to the night that erases, with the real job on the worker's own login."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.errors import NotThere
from amparo.rooms.concerns import actions, queries
from amparo.rooms.desk import jobs

from . import duty_world

NOW = dt.datetime.now(dt.UTC)
TABLES = ("concerns_concern", "concerns_account", "concerns_reporter", "concerns_decision", "concerns_paging",
          "concerns_call", "desk_task", "desk_note", "desk_clock")  # fmt: skip


def left(world, subject):
    return {t: world.rows(f"SELECT count(*) FROM {t} WHERE subject_id = %s", subject)[0][0] for t in TABLES}


@pytest.fixture
def closed(world, as_login, keeper):
    """Called for, read, visited, closed by two people; with words, a reporter, a call and a time limit."""
    harbour = duty_world.build(world)
    subject = duty_world.concern(harbour, at=NOW, urgency="now")
    concern = duty_world.id_of(harbour, subject)
    duty_world.sealed_words(harbour, subject, "account", "different adults fetch him", kind="first")
    duty_world.sealed_words(harbour, subject, "reporter", "his teacher")
    with as_login("worker"):
        actions.note_received(by=harbour.system("intake"), concern_id=concern, subject_id=subject)
        actions.page_for(by=harbour.system("duty"), subject_id=subject)
    reason = "two aunts who work in shifts, a caring home"
    order = actions.DecisionOrder("no_further_action", reason, 1)
    decision = actions.decide(by=harbour.actor("dina"), concern_id=concern, order=order)
    actions.second_read(by=harbour.actor("omar"), decision_id=decision, is_agreed=True)
    return harbour, subject, concern


def night(as_login):
    """The nightly job, as the worker runs it. Time goes on by moving the day that was set."""
    with as_login("worker"):
        jobs.erase_due(timestamp=0)


def move_on(world, subject, days):
    world.admin.execute("UPDATE access_subject SET shred_on = shred_on - %s WHERE id = %s", [days, subject])


def test_on_the_ninetieth_day_it_is_still_there_and_the_night_after_nothing_is(closed, as_login, keeper):
    world, subject, concern = closed
    full = left(world, subject)
    assert all(full[t] for t in ("concerns_concern", "concerns_account", "concerns_reporter", "concerns_decision",
                                 "concerns_paging", "concerns_call"))  # fmt: skip
    day = world.rows("SELECT shred_on FROM access_subject WHERE id = %s", subject)[0][0]
    move_on(world, subject, (day - NOW.date()).days - 1)
    night(as_login)
    assert left(world, subject) == full
    (told,) = actions.show_words(by=world.actor("dina"), concern_id=concern, because="somebody asks again")
    assert told.text == "different adults fetch him"
    move_on(world, subject, 1)
    night(as_login)
    assert left(world, subject) == dict.fromkeys(TABLES, 0)
    assert world.rows(
        "SELECT count(*) FROM keeper.data_key WHERE holder = %s AND wrapped IS NOT NULL", subject
    ) == [(0,)]
    assert world.rows("SELECT count(*) FROM desk_notice WHERE subject_id = %s", subject) == [(0,)]
    assert world.rows("SELECT count(*) FROM concerns_receipt WHERE concern = %s", concern) == [(0,)]
    with pytest.raises(NotThere):
        queries.concern_for(world.actor("dina"), concern)


def test_a_concern_that_waits_for_its_second_reader_is_not_erased(world, as_login, keeper):
    harbour = duty_world.build(world)
    subject = duty_world.concern(harbour, at=NOW)
    concern = duty_world.id_of(harbour, subject)
    order = actions.DecisionOrder("no_further_action", "looks like a mistake to me", 1)
    actions.decide(by=harbour.actor("dina"), concern_id=concern, order=order)
    world.admin.execute("UPDATE access_subject SET shred_on = current_date WHERE id = %s", [subject])
    night(as_login)
    assert left(world, subject)["concerns_concern"] == 1  # an unanswered one is asked about, never shredded


def test_a_linked_concern_stays_with_its_file(world, as_login, keeper):
    harbour = duty_world.build(world)
    subject = duty_world.concern(harbour, at=NOW)
    concern = duty_world.id_of(harbour, subject)
    actions.link_to_case(by=harbour.actor("dina"), concern_id=concern, subject_id=harbour.child("tom"))
    assert world.rows("SELECT retention_class, shred_on FROM access_subject WHERE id = %s", subject) == [
        ("CASE_FILE", None)
    ]
