"""What the named system actors do by the clock. Every one may run twice: the second run finds nothing to
do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk.due import Limit, due_at
from amparo.rooms.desk.models import (
    Attachment,
    AttachmentChunk,
    Clock,
    ClockPause,
    Draft,
    Note,
    Notice,
    Revision,
    Task,
)
from amparo.rooms.desk.rules.calendars import EVERY_DAY, calendars
from amparo.rooms.desk.rules.clocks import ClockRule, How, Unit, clock_rules
from amparo.rooms.desk.rules.retention import Ending, retention_rules
from amparo.rooms.desk.words import notice_code

from .limits import tell_step
from .notices import NATIONAL, holders, tell, tell_roles

# A sent form is retried within minutes; a month is far beyond any device that was offline.
REQUEST_KEY_DAYS = 30
# Content of a child's file, children of a foreign key first.
CONTENT = (AttachmentChunk, Attachment, Note, Task, Revision, ClockPause, Clock)


@action(None, own_steps=True)
def tell_limits(*, by: Actor) -> int:
    """Tell whoever is to be told about running limits now. Actor: `clocks`."""
    with step(by):
        running = Clock.objects.in_action().filter(stopped_at=None).order_by("due_at")
        waiting = [
            clock.id for clock in running.iterator(chunk_size=1000) if _steps_due(clock) > clock.told_steps
        ]
        log("LIMITS_LOOKED_AT", detail={"to_tell": len(waiting)})
    return sum(_tell_one(by, clock) for clock in waiting)


def _tell_one(by: Actor, clock_id: UUID) -> int:
    """One short transaction for each limit: one that fails keeps nobody else from being told."""
    with step(by):
        clock = Clock.objects.in_action().select_for_update().filter(id=clock_id, stopped_at=None).first()
        told = 0
        if (
            clock is not None
            and not ClockPause.objects.in_action().filter(clock_id=clock_id, ended_at=None).exists()
        ):
            steps = _steps_due(clock)
            rule = clock_rules()[clock.code]
            told = sum(tell_step(rule, n, clock.subject_id, clock.record) for n in _due_numbers(clock, rule))
            Clock.objects.in_action().filter(id=clock_id).update(told_steps=steps)
        log(
            "LIMIT_TOLD",
            subject=clock.subject_id if clock else None,
            record=clock_id,
            detail={"notices": told},
        )
    return told


def _steps_due(clock: Clock) -> int:
    rule = clock_rules().get(clock.code)  # None: its room is not installed any more
    return 0 if rule is None else sum(1 for _ in _due_numbers(clock, rule))


def _due_numbers(clock: Clock, rule: ClockRule) -> Iterator[int]:
    return (n for n, one in enumerate(rule.steps) if one.at(clock.started_at, clock.due_at) <= now())


@dataclass(frozen=True)
class End:
    """Something that ends by itself and has no row of its own among the limits."""

    code: str
    record: UUID
    started_at: dt.datetime
    due_at: dt.datetime
    agencies: Sequence[UUID] = ()
    owner: UUID | None = None


@action(None, own_steps=True)
def tell_ahead(*, by: Actor) -> int:
    """The morning list of what ends by itself. Actor: `clocks`."""
    told = 0
    for part in (_protocols, _memberships, _shifts, _drafts):
        with step(by):
            count = sum(_warn(end) for end in part())
            log("ENDS_LOOKED_AT", detail={"part": part.__name__.strip("_"), "notices": count})
        told += count
    with step(by):
        count = _retention() + _calendars()
        log("ENDS_LOOKED_AT", detail={"part": "retention and calendars", "notices": count})
    return told + count


def _warn(end: End) -> int:
    """Every step whose time has come; who was told is not told again."""
    told, rule = 0, clock_rules()[end.code]
    for number, one in enumerate(rule.steps):
        if one.at(end.started_at, end.due_at) > now():
            continue
        people = holders([role for role in one.to if role not in NATIONAL], end.agencies)
        people |= holders([role for role in one.to if role in NATIONAL])
        if end.owner is not None and "owner" in one.to:
            people.add(end.owner)
        code = notice_code(rule, one)
        told += tell(people, code, record=end.record, step=number, rings=one.how is How.RINGS)
    return told


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall()


def _protocols() -> Iterator[End]:
    rows = _rows(
        "SELECT id, until_on, parties FROM access_sharingprotocol WHERE approved_by_id IS NOT NULL"
        " AND until_on BETWEEN current_date - 1 AND current_date + 60"
    )
    for protocol, until_on, parties in rows:
        ends_at = dt.datetime.combine(until_on + dt.timedelta(days=1), dt.time(), dt.UTC)
        yield End("SHARING_PROTOCOL_ENDS", protocol, ends_at, ends_at, parties)


def _memberships() -> Iterator[End]:
    rows = _rows(
        "SELECT m.id, m.until_at, u.agency_id, m.actor_id FROM access_membership m"
        " JOIN access_unit u ON u.id = m.unit_id"
        " WHERE m.until_at BETWEEN now() - interval '1 day' AND now() + interval '14 days'"
    )
    for membership, until_at, agency, person in rows:
        yield End("MEMBERSHIP_ENDS", membership, until_at, until_at, [agency], person)


def _shifts() -> Iterator[End]:
    """Practice: what the duty desk opened is looked through the next day, by the agency's own clock."""
    rows = _rows(
        "SELECT s.id, s.until_at, a.id, a.time_zone FROM access_shift s"
        " JOIN access_unit u ON u.id = s.unit_id JOIN access_agency a ON a.id = u.agency_id"
        " WHERE s.until_at BETWEEN now() - interval '3 days' AND now()"
    )
    limit = Limit(clock_rules()["DUTY_ACCESS_REVIEW"].limit or 1, Unit.DAYS)
    for shift, until_at, agency, zone in rows:
        due = due_at(until_at, limit, EVERY_DAY, ZoneInfo(zone))
        yield End("DUTY_ACCESS_REVIEW", shift, until_at, due, [agency])


def _drafts() -> Iterator[End]:
    for draft in Draft.objects.in_action().filter(expires_at__gt=now()).iterator(chunk_size=1000):
        yield End("DRAFT_EXPIRES", draft.id, draft.saved_at, draft.expires_at, (), draft.person_id)


def _retention() -> int:
    rows = _rows(
        "SELECT id FROM access_subject WHERE shredded_at IS NULL AND NOT hold"
        " AND shred_on BETWEEN current_date AND current_date + 30 ORDER BY shred_on LIMIT 1000"
    )
    return sum(tell_step(clock_rules()["RETENTION_ENDS"], 0, row[0], row[0]) for row in rows)


def _calendars() -> int:
    """Somebody adds next year's holidays before limits are counted without them."""
    told = 0
    for agency, code in _rows("SELECT id, calendar FROM access_agency WHERE is_active"):
        calendar = calendars().get(code)
        if calendar is None or calendar.runs_out(now().date()):
            told += tell(holders(["national_administrator"]), "CALENDAR_RUNS_OUT", record=agency)
    return told


@action(None, own_steps=True)
def erase_due(*, by: Actor) -> int:
    """The night's erasure, each file in its own transaction. Actor: `retention`."""
    with step(by):
        due = [row[0] for row in _rows("SELECT sec.due_for_erasure()")]
        log("RETENTION_LOOKED_AT", detail={"due": len(due)})
    erased = sum(_end_retention(by, subject) for subject in due)
    with step(by):
        drafts, _ = Draft.objects.in_action().filter(expires_at__lte=now()).delete()
        notices, _ = (
            Notice.objects.in_action().filter(at__lt=_days_ago(retention_rules()["NOTICE"].days)).delete()
        )
        requests = _rows("SELECT sec.forget_requests(%s)", _days_ago(REQUEST_KEY_DAYS))[0][0]
        log("SPENT_ROWS_ERASED", detail={"drafts": drafts, "notices": notices, "requests": requests})
    return erased


def _days_ago(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def _end_retention(by: Actor, subject: SubjectId) -> bool:
    """Destroy the keys and the rows of content, or ask where the class says so. An unknown class only
    asks.
    """
    with step(by):
        found = _rows("SELECT retention_class FROM access_subject WHERE id = %s", subject)
        rule = retention_rules().get(found[0][0]) if found else None
        if rule is None or rule.ending is not Ending.SHRED:
            tell_roles(["data_protection_officer"], "RETENTION_DECISION", subject=subject, record=subject)
            log("RETENTION_ASKED", subject=subject, result="waits")
            return False
        # the database looks once more for a hold, in the same statement that destroys the keys
        if not _rows("SELECT sec.shred(%s)", subject)[0][0]:
            log("RETENTION_HELD", subject=subject, result="held")
            return False
        for model in CONTENT:
            model.objects.in_action().filter(subject_id=subject).delete()
        for own in (Notice, Draft):
            own.objects.in_action().filter(subject_id=subject).delete()
        log("CONTENT_ERASED", subject=subject, purpose="retention")
        return True
