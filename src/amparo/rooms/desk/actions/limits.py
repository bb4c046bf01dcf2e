"""Time limits begin and end with facts. No room writes a number of hours: it says what happened."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, in_action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import SubjectId, new_id
from amparo.rooms.desk import policy
from amparo.rooms.desk.due import Limit, Pause, due_at
from amparo.rooms.desk.ids import ClockId
from amparo.rooms.desk.models import Clock, ClockPause
from amparo.rooms.desk.rules.calendars import Calendar, calendar_for
from amparo.rooms.desk.rules.clocks import ClockRule, How, Unit, When, clock_rules
from amparo.rooms.desk.words import PAUSE_REASONS, notice_code

from .notices import NATIONAL, holders, tell, tell_roles


def fact_happened(
    *,
    fact: str,
    subject_id: SubjectId,
    record: UUID,
    at: dt.datetime | None = None,
    due: dt.datetime | None = None,
) -> None:
    """Inside an action: start and stop the limits that hang on this fact.

    `record` is what the fact is about (an emergency access, a referral); `at` when it happened, if not now;
    `due` the record's own date for limits whose unit is `given`. A fact told twice changes nothing.
    """
    in_action()
    for rule in clock_rules().starting_with(fact):
        _start(rule, subject_id, record, at or now(), due)
    ending = [rule.code for rule in clock_rules().stopping_with(fact)]
    if ending:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sec.stop_clocks(%s, %s, %s, %s)", [subject_id, ending, record, fact])


def _start(
    rule: ClockRule, subject: SubjectId, record: UUID, at: dt.datetime, due: dt.datetime | None
) -> None:
    zone, calendar = office_of(subject)
    if rule.unit is Unit.GIVEN:
        if due is None:
            raise ValueError(f"{rule.code} takes its date from the record: give `due`.")
        ends_at = due
    else:
        ends_at = due_at(at, _limit(rule), calendar, zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sec.start_clock(%s, %s, %s, %s, %s, %s, %s)",
            [new_id(), subject, rule.code, record, at, ends_at, rule.may_pause],
        )
        if not cursor.fetchone()[0]:
            return
    for number, step in enumerate(rule.steps):
        if step.when is When.AT_START:
            tell_step(rule, number, subject, record)


def tell_step(rule: ClockRule, number: int, subject: SubjectId, record: UUID) -> int:
    """Inside an action: tell whom this step names. Roles of the whole country hear it without whose file
    it is.
    """
    step, code = rule.steps[number], notice_code(rule, rule.steps[number])
    rings = step.how is How.RINGS
    inside = [role for role in step.to if role not in NATIONAL]
    told = tell_roles(inside, code, subject=subject, record=record, step=number, rings=rings)
    outside = holders([role for role in step.to if role in NATIONAL])
    return told + tell(outside, code, record=record, step=number, rings=rings)


def _limit(rule: ClockRule) -> Limit:
    return Limit(rule.limit or 0, rule.unit)


def office_of(subject: SubjectId) -> tuple[ZoneInfo, Calendar]:
    """Time is counted as at the agency that keeps the file, wherever the reader sits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT time_zone, calendar FROM sec.office_of(%s)", [subject])
        row = cursor.fetchone()
    if row is None:
        raise NotThere
    return ZoneInfo(row[0]), calendar_for(row[1])


@action(policy.WRITE_FILE)
def pause_limit(*, by: Actor, clock_id: ClockId, reason: str) -> ClockId:
    clock = _running(by, clock_id)
    policy.need_pausable(clock_rules()[clock.code])
    if reason not in PAUSE_REASONS:
        raise Refused("unknown_reason")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.pause_clock(%s, %s, %s)", [clock_id, new_id(), reason])
    log("LIMIT_PAUSED", subject=clock.subject_id, record=clock_id, purpose=reason)
    return clock_id


@action(policy.WRITE_FILE)
def resume_limit(*, by: Actor, clock_id: ClockId) -> ClockId:
    """Go on counting. What stood still is given back."""
    clock = _running(by, clock_id)
    rule = clock_rules()[clock.code]
    zone, calendar = office_of(SubjectId(clock.subject_id))
    pauses = [
        Pause(p.begun_at, p.ended_at or now())
        for p in ClockPause.objects.visible_to(by).filter(clock_id=clock_id)
    ]
    due = (
        clock.due_at
        if rule.unit is Unit.GIVEN
        else due_at(clock.started_at, _limit(rule), calendar, zone, pauses)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.resume_clock(%s, %s)", [clock_id, due])
    log("LIMIT_RESUMED", subject=clock.subject_id, record=clock_id)
    return clock_id


def _running(by: Actor, clock_id: ClockId) -> Clock:
    clock: Clock | None = Clock.objects.visible_to(by).filter(id=clock_id, stopped_at=None).first()
    if clock is None:
        raise NotThere
    if clock.code not in clock_rules():  # its rule was taken out since; it runs to its end as it was started
        raise Refused("never_pauses")
    return clock
