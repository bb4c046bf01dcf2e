"""Running time limits. No content in them: coordinators see those of all agencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import TextField, Value
from django.db.models.query import QuerySet

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.foundation.models import MyGranted
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import ClockId
from amparo.rooms.desk.models import Clock, ClockPause, reads_all
from amparo.rooms.desk.rules.clocks import clock_rules
from amparo.rooms.desk.words import clock_title

from .subjects import codes_of

MOST = 100


@dataclass(frozen=True)
class LimitRow:
    id: ClockId
    subject_id: SubjectId
    code: str
    title: str
    started_at: dt.datetime
    due_at: dt.datetime
    is_late: bool
    is_paused: bool
    may_pause: bool
    is_confirmed: bool


@query(policy.READ_LIMITS)
def limits_for(viewer: Actor, subject_id: SubjectId) -> tuple[LimitRow, ...]:
    policy.need(subject_id, "register", "read")
    return _rows(
        viewer,
        Clock.objects.visible_to(viewer).filter(subject_id=subject_id, stopped_at=None).order_by("due_at"),
    )


@query(policy.READ_LIMITS)
def overdue_limits(viewer: Actor) -> tuple[LimitRow, ...]:
    """What ran out, longest ago first, of every child the viewer may know of."""
    late = Clock.objects.visible_to(viewer).filter(stopped_at=None, due_at__lte=now()).order_by("due_at")
    found = {clock.id: clock for part in _parts(viewer, late) for clock in part[:MOST]}
    return _rows(viewer, sorted(found.values(), key=lambda clock: clock.due_at)[:MOST])


@query(policy.READ_LIMITS)
def next_limits(viewer: Actor, subjects: Sequence[SubjectId]) -> tuple[LimitRow, ...]:
    """For a page of a list: of each of these children the limit that runs out first."""
    running = Clock.objects.visible_to(viewer).filter(stopped_at=None, subject_id__in=list(subjects))
    first: dict[SubjectId, Clock] = {}
    for clock in running.order_by("due_at", "id")[: MOST * 10]:
        first.setdefault(clock.subject_id, clock)
    return _rows(viewer, first.values())


def _parts(viewer: Actor, late: QuerySet[Clock]) -> list[QuerySet[Clock]]:
    """Asked apart, each answer has an index: 7 ms at 100,000 running limits, where one OR took 300."""
    if reads_all(viewer):
        return [late]
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(sec.units('register', 'read'))")
        units = [row[0] for row in cursor.fetchall()]
    granted = MyGranted(Value("register", output_field=TextField()))
    return [late.filter(subject_id__in_array=granted), *(late.filter(unit_id=unit) for unit in units)]


def _rows(viewer: Actor, clocks: Iterable[Clock]) -> tuple[LimitRow, ...]:
    found = list(clocks)
    pauses = ClockPause.objects.visible_to(viewer).filter(clock_id__in=[c.id for c in found], ended_at=None)
    paused = set(pauses.values_list("clock_id", flat=True))
    codes = codes_of({clock.subject_id for clock in found})
    rules = clock_rules()
    return tuple(
        LimitRow(
            ClockId(clock.id),
            SubjectId(clock.subject_id),
            codes.get(clock.subject_id, ""),
            clock_title(clock.code),
            clock.started_at,
            clock.due_at,
            clock.due_at <= now() and clock.id not in paused,
            clock.id in paused,
            clock.may_pause,
            clock.code in rules and rules[clock.code].is_confirmed,
        )
        for clock in found
    )
