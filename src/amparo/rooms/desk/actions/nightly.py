"""What the named system actors do by the clock. Every one may run twice: the second run finds nothing left
to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
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
from amparo.rooms.desk.rules.calendars import calendars
from amparo.rooms.desk.rules.clocks import ClockRule, How, clock_rules
from amparo.rooms.desk.rules.retention import Ending, retention_rules

from .notices import tell, tell_roles

# These roles answer for the whole country and hold no file: they hear that a limit passed, never whose.
NATIONAL = frozenset({"national_administrator", "coordination_secretariat"})
# A sent form is retried within minutes; a month is far beyond any device that was offline.
REQUEST_KEY_DAYS = 30
# Content of a child's file, children of a foreign key first.
CONTENT = (AttachmentChunk, Attachment, Note, Task, Revision, ClockPause, Clock)


@action(None, own_steps=True)
def tell_limits(*, by: Actor) -> int:
    """Tell whoever is to be told about running limits now. Actor: `clocks`."""
    with step(by):
        running = list(Clock.objects.in_action().filter(stopped_at=None).values_list("id", flat=True))
        log("LIMITS_LOOKED_AT", detail={"running": len(running)})
    return sum(_tell_one(by, clock) for clock in running)


def _tell_one(by: Actor, clock_id: UUID) -> int:
    """One short transaction for each limit: one that fails keeps nobody else from being told."""
    with step(by):
        clock = Clock.objects.in_action().select_for_update().filter(id=clock_id, stopped_at=None).first()
        rule = clock_rules().get(clock.code) if clock else None
        paused = ClockPause.objects.in_action().filter(clock_id=clock_id, ended_at=None).exists()
        told = 0
        if clock is not None and rule is not None and not paused:
            told = sum(_tell_step(clock, rule, number) for number in _steps_due(clock, rule))
        log(
            "LIMIT_TOLD",
            subject=clock.subject_id if clock else None,
            record=clock_id,
            detail={"notices": told},
        )
    return told


def _steps_due(clock: Clock, rule: ClockRule) -> Iterator[int]:
    for number, one in enumerate(rule.steps):
        if one.at(clock.started_at, clock.due_at) <= now():
            yield number


def _tell_step(clock: Clock, rule: ClockRule, number: int) -> int:
    one = rule.steps[number]
    rings = one.how is How.RINGS
    inside = [role for role in one.to if role not in NATIONAL]
    told = tell_roles(
        inside, rule.code, subject=clock.subject_id, record=clock.record, step=number, rings=rings
    )
    outside = _holders(role for role in one.to if role in NATIONAL)
    return told + tell(outside, rule.code, record=clock.record, step=number, rings=rings)


@action(None, own_steps=True)
def tell_ahead(*, by: Actor) -> int:
    """The morning list of what ends by itself: protocols, memberships, retention, drafts, calendars.
    Actor: `clocks`.
    """
    told = 0
    for part in (_protocols, _memberships, _shifts, _retention, _drafts, _calendars):
        with step(by):
            count = part()
            log("ENDS_LOOKED_AT", detail={"part": part.__name__.strip("_"), "notices": count})
        told += count
    return told


def _rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchall()


def _warn(
    code: str, record: UUID, ends_at: dt.datetime, agencies: Iterable[UUID], owner: UUID | None = None
) -> int:
    """Every step of a `given` limit whose time has come."""
    told, agencies = 0, list(agencies)
    for number, one in enumerate(clock_rules()[code].steps):
        if one.at(ends_at, ends_at) > now():
            continue
        people = _holders((role for role in one.to if role not in NATIONAL), agencies) | _holders(
            role for role in one.to if role in NATIONAL
        )
        if owner is not None and "owner" in one.to:
            people.add(owner)
        told += tell(people, code, record=record, step=number, rings=one.how is How.RINGS)
    return told


def _holders(roles: Iterable[str], agencies: list[UUID] | None = None) -> set[UUID]:
    """People who hold one of the roles today, in these agencies or, for national roles, anywhere."""
    found = _rows(
        "SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_unit u ON u.id = m.unit_id"
        " WHERE m.role = ANY (%s) AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())"
        " AND (%s::uuid[] IS NULL OR u.agency_id = ANY (%s::uuid[]))",
        list(roles), agencies, agencies,
    )  # fmt: skip
    return {row[0] for row in found}  # type: ignore[misc]


def _midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


def _protocols() -> int:
    rows = _rows(
        "SELECT id, until_on, parties FROM access_sharingprotocol p WHERE approved_by_id IS NOT NULL"
        " AND until_on BETWEEN current_date - 1 AND current_date + 60"
    )
    return sum(_warn("SHARING_PROTOCOL_ENDS", r[0], _midnight_after(r[1]), r[2]) for r in rows)  # type: ignore[arg-type]


def _memberships() -> int:
    rows = _rows(
        "SELECT m.id, m.until_at, m.actor_id, u.agency_id FROM access_membership m"
        " JOIN access_unit u ON u.id = m.unit_id"
        " WHERE m.until_at BETWEEN now() - interval '1 day' AND now() + interval '14 days'"
    )
    return sum(_warn("MEMBERSHIP_ENDS", r[0], r[1], [r[3]], owner=r[2]) for r in rows)  # type: ignore[arg-type, list-item]


def _shifts() -> int:
    """Practice: what the duty desk opened is looked through the next day."""
    rows = _rows(
        "SELECT s.id, s.until_at, u.agency_id FROM access_shift s JOIN access_unit u ON u.id = s.unit_id"
        " WHERE s.until_at BETWEEN now() - interval '2 days' AND now()"
    )
    return sum(_warn("DUTY_ACCESS_REVIEW", r[0], r[1], [r[2]]) for r in rows)  # type: ignore[arg-type, list-item]


def _retention() -> int:
    rows = _rows(
        "SELECT id, shred_on FROM access_subject WHERE shredded_at IS NULL AND NOT hold"
        " AND shred_on BETWEEN current_date AND current_date + 30 ORDER BY shred_on LIMIT 1000"
    )
    steps = clock_rules()["RETENTION_ENDS"].steps
    return sum(
        tell_roles(one.to, "RETENTION_ENDS", subject=row[0], record=row[0], step=number)  # type: ignore[arg-type]
        for row in rows
        for number, one in enumerate(steps)
    )


def _drafts() -> int:
    rows = Draft.objects.in_action().filter(
        expires_at__gt=now(), expires_at__lte=now() + dt.timedelta(days=30)
    )
    return sum(
        _warn("DRAFT_EXPIRES", d.id, d.expires_at, [], owner=d.person_id)
        for d in rows.iterator(chunk_size=500)
    )


def _calendars() -> int:
    """Somebody adds next year's holidays before limits are counted without them."""
    told = 0
    for row in _rows("SELECT id, calendar FROM access_agency WHERE is_active"):
        calendar = calendars().get(str(row[1]))
        if calendar is None or calendar.runs_out(now().date()):
            told += tell(_holders(["national_administrator"]), "CALENDAR_RUNS_OUT", record=row[0])  # type: ignore[arg-type]
    return told


@action(None, own_steps=True)
def erase_due(*, by: Actor) -> int:
    """The night's erasure, each file in its own transaction. Actor: `retention`."""
    with step(by):
        due = [row[0] for row in _rows("SELECT sec.due_for_erasure()")]
        log("RETENTION_LOOKED_AT", detail={"due": len(due)})
    erased = sum(_end_retention(by, subject) for subject in due)  # type: ignore[arg-type]
    with step(by):
        drafts, _ = Draft.objects.in_action().filter(expires_at__lte=now()).delete()
        notices, _ = Notice.objects.in_action().filter(at__lt=_before("NOTICE")).delete()
        requests = _rows("SELECT sec.forget_requests(%s)", now() - dt.timedelta(days=REQUEST_KEY_DAYS))[0][0]
        log("SPENT_ROWS_ERASED", detail={"drafts": drafts, "notices": notices, "requests": requests})
    return erased


def _before(code: str) -> dt.datetime:
    return now() - dt.timedelta(days=retention_rules()[code].days)


def _end_retention(by: Actor, subject: SubjectId) -> bool:
    """Destroy the keys and the rows of content, or ask where the class says so. An unknown class only
    asks.
    """
    with step(by):
        found = _rows("SELECT retention_class FROM access_subject WHERE id = %s AND NOT hold", subject)
        rule = retention_rules().get(str(found[0][0])) if found else None
        if not found or rule is None or rule.ending is not Ending.SHRED:
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
