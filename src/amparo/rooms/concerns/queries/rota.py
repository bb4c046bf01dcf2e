"""The rota: a week with its holes, swaps that wait, who is on duty now, and whether the calling works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.texts import in_words
from amparo.rooms.access.policy import Permission
from amparo.rooms.concerns.models import DemoMessage, DutyPhone
from amparo.rooms.concerns.paging_rules import PLACES, paging_rules
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.queries.people import names_of
from amparo.rooms.desk.rules.calendars import calendar_for

WEEK = 7
SWAPS = """
SELECT w.id, w.shift_id, w.asked_by_id, w.asked_id, s.from_at, s.until_at, s."order" FROM concerns_shiftswap w
JOIN access_shift s ON s.id = w.shift_id WHERE w.state = 'asked' AND s.until_at > %s
  AND (w.asked_id = %s OR w.asked_by_id = %s)
ORDER BY s.from_at LIMIT 50"""


@dataclass(frozen=True)
class Slot:
    """Somebody, or with no `who` nobody, in one place of the rota on one day."""

    place: str
    from_at: dt.datetime
    until_at: dt.datetime
    shift: UUID | None = None
    who: str = ""
    is_mine: bool = False


@dataclass(frozen=True)
class Day:
    day: dt.date
    is_holiday: bool
    slots: tuple[Slot, ...]

    @property
    def has_hole(self) -> bool:
        return any(slot.shift is None for slot in self.slots)


@dataclass(frozen=True)
class Week:
    unit: UUID
    unit_name: str
    zone: str
    first: dt.date
    previous: dt.date
    next: dt.date
    days: tuple[Day, ...]


@dataclass(frozen=True)
class UnitChoice:
    id: UUID
    name: str
    holes: int


@dataclass(frozen=True)
class Hole:
    unit: str
    place: str
    from_at: dt.datetime
    until_at: dt.datetime


@dataclass(frozen=True)
class SwapRow:
    id: UUID
    other: str
    place: str
    from_at: dt.datetime
    until_at: dt.datetime
    is_asked_of_me: bool


@dataclass(frozen=True)
class Colleague:
    id: UUID
    name: str


@dataclass(frozen=True)
class OpenHours:
    from_at: dt.datetime
    until_at: dt.datetime


@dataclass(frozen=True)
class MyPhone:
    number: str
    how: str
    changed_at: dt.datetime | None
    messages: tuple[tuple[dt.datetime, str], ...]


@dataclass(frozen=True)
class Outage:
    """What does not work just now, so that nobody waits for a call that cannot come."""

    what: str
    since: dt.datetime | None


@query(Permission.USE_AMPARO)
def rota_units(viewer: Actor) -> tuple[UnitChoice, ...]:
    """Teams of one's own agency that answer for concerns, with how many slots ahead are empty."""
    window = _ahead()
    return tuple(
        UnitChoice(u.id, in_words(u.names) or in_words(u.agency_names), len(_holes(u.id, window)))
        for u in _mine(viewer)
    )


@query(Permission.USE_AMPARO)
def rota_week(viewer: Actor, unit_id: UUID, first: dt.date | None = None) -> Week:
    """Seven days from `first`, in the zone of the agency. Raises NotThere for a team of another agency."""
    unit = next((u for u in _mine(viewer) if u.id == unit_id), None)
    if unit is None:
        raise NotThere
    first = first or now().astimezone(unit.zone).date()
    calendar = calendar_for(unit.calendar)
    begins = _midnight(first, unit.zone)
    stands = rota.stands(unit.id, (begins, _midnight(first + dt.timedelta(days=WEEK), unit.zone)))
    days = []
    for number in range(WEEK):
        day = first + dt.timedelta(days=number)
        window = (_midnight(day, unit.zone), _midnight(day + dt.timedelta(days=1), unit.zone))
        days.append(Day(day, not calendar.is_working(day), _slots(viewer, stands, window)))
    week = dt.timedelta(days=WEEK)
    name = in_words(unit.names) or in_words(unit.agency_names)
    return Week(unit.id, name, unit.zone.key, first, first - week, first + week, tuple(days))


def _midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _slots(viewer: Actor, stands: Iterable[rota.Stand], window: rota.Span) -> tuple[Slot, ...]:
    """Each place in turn: who stands there, and the stretches in which nobody does."""
    begins, ends = window
    found: list[Slot] = []
    for place in PLACES:
        here = [s for s in stands if s.place == place and s.from_at < ends and s.until_at > begins]
        slots = [
            Slot(place, max(s.from_at, begins), min(s.until_at, ends), s.id, s.who, s.person == viewer.id)
            for s in here if s.is_active
        ]  # fmt: skip
        if place in paging_rules().places:
            empty = rota.uncovered(window, [(s.from_at, s.until_at) for s in here if s.is_active])
            slots += [Slot(place, *span) for span in empty]
        found += sorted(slots, key=lambda slot: slot.from_at)
    return tuple(found)


@query(Permission.USE_AMPARO)
def rota_holes(viewer: Actor) -> tuple[Hole, ...]:
    """Empty slots of the coming days, in the teams of one's own agency: for the duty page and Today."""
    window = _ahead()
    found = [
        Hole(in_words(u.names) or in_words(u.agency_names), place, *span)
        for u in _mine(viewer) for place, span in _holes(u.id, window)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda hole: hole.from_at)[:30])


def _holes(unit: UUID, window: rota.Span) -> Sequence[tuple[str, rota.Span]]:
    return [(place, span) for place in paging_rules().places for span in rota.holes(unit, place, window)]


def _ahead() -> rota.Span:
    return now(), now() + dt.timedelta(days=paging_rules().days_ahead)


def _mine(viewer: Actor) -> tuple[rota.DutyUnit, ...]:
    return rota.duty_units(viewer.agency) if viewer.agency else ()


@query(Permission.USE_AMPARO)
def my_swaps(viewer: Actor) -> tuple[SwapRow, ...]:
    with connection.cursor() as cursor:
        cursor.execute(SWAPS, [now(), viewer.id, viewer.id])
        found = cursor.fetchall()
    names = names_of(p for row in found for p in row[2:4])
    return tuple(
        SwapRow(i, names.get(by if asked == viewer.id else asked, ""), rota.PLACE_OF.get(order, "last"), begins, ends,
                asked == viewer.id)
        for i, _, by, asked, begins, ends, order in found
    )  # fmt: skip


@query(Permission.USE_AMPARO)
def may_take_over(viewer: Actor, shift_id: UUID) -> tuple[Colleague, ...]:
    """Who may be asked to take over this shift. Raises NotThere for one that is not mine to give."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.actor_id, s.unit_id, u.agency_id FROM access_shift s JOIN access_unit u ON u.id = s.unit_id"
            " WHERE s.id = %s AND s.until_at > %s",
            [shift_id, now()],
        )
        row = cursor.fetchone()
    if row is None or not (
        row[0] == viewer.id or (viewer.has(Permission.MANAGE_DUTY) and row[2] == viewer.agency)
    ):
        raise NotThere
    people = rota.who_may_stand(row[1], now())
    names = names_of(people)
    return tuple(
        sorted(
            (Colleague(p, names.get(p, "")) for p in people if p != row[0]), key=lambda c: c.name.casefold()
        )
    )


@query(Permission.USE_AMPARO)
def open_hours(viewer: Actor, area: str | None = None, days: int = WEEK) -> tuple[OpenHours, ...]:
    """When somebody answers for an area: the true hours. The public page asks `intake.hours` itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_at, until_at FROM intake.hours(%s, %s)", [area, days])
        found = cursor.fetchall()
    return tuple(OpenHours(*span) for span in rota.merged(found))


@query(Permission.USE_AMPARO)
def my_duty_phone(viewer: Actor) -> MyPhone:
    row = DutyPhone.objects.mine(viewer).order_by("-changed_at").first()
    demo = DemoMessage.objects.mine(viewer).order_by("-at")[:20] if settings.AMPARO_DEMO else ()
    messages = tuple((m.at, m.text) for m in demo)
    return (
        MyPhone(row.number, row.how, row.changed_at, messages) if row else MyPhone("", "sms", None, messages)
    )


@query(Permission.USE_AMPARO)
def calling_outages(viewer: Actor) -> tuple[Outage, ...]:
    """Whether the worker's minute and the gateway are well, by what they last said of themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, at, failed_at FROM concerns_signoflife")
        signs = {name: (at, failed) for name, at, failed in cursor.fetchall()}
    found = []
    worker = signs.get("worker")
    if worker is None or now() - worker[0] > paging_rules().silent:
        found.append(Outage("worker", worker[0] if worker else None))
    gateway = signs.get("paging")
    if gateway is not None and gateway[1] is not None:
        found.append(Outage("paging", gateway[1]))
    return tuple(found)
