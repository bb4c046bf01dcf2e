"""When is it due? Pure functions over an instant, a limit, a calendar and a time zone.

Clock hours are elapsed time: a night with 23 or 25 hours changes nothing. Days follow the rule of Regulation
(EEC, Euratom) 1182/71, Article 3: the day on which the event falls is not counted, and the period ends with
the last hour of its last day. What is returned is the first instant that is too late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .rules.calendars import Calendar
from .rules.clocks import Unit

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit is Unit.GIVEN or self.amount < 1:
            raise ValueError(f"{self.amount} {self.unit} is no limit that can be counted")


@dataclass(frozen=True)
class Pause:
    """A stretch of time that does not count. Only limits that may pause have any."""

    begun_at: dt.datetime
    ended_at: dt.datetime


def due_at(
    start: dt.datetime, limit: Limit, calendar: Calendar, zone: ZoneInfo, pauses: Iterable[Pause] = ()
) -> dt.datetime:
    """The first instant that is too late, in UTC."""
    if start.tzinfo is None:
        raise ValueError("a start without a time zone cannot be counted from")
    pauses = tuple(pauses)
    if limit.unit in (Unit.MINUTES, Unit.HOURS):
        stood_still = sum((pause.ended_at - pause.begun_at for pause in pauses), dt.timedelta())
        return start.astimezone(dt.UTC) + dt.timedelta(**{limit.unit.value: limit.amount}) + stood_still
    counts = calendar.is_working if limit.unit is Unit.WORKING_DAYS else _every_day
    return _end_of(_last_day(start.astimezone(zone).date(), limit.amount, counts, pauses, zone), zone)


def last_day_of(due: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day people are told: what ends with 3 May's last hour is due "by 3 May", not "4 May, 00:00"."""
    return (due - dt.timedelta(microseconds=1)).astimezone(zone).date()


def _every_day(day: dt.date) -> bool:
    return True


def _last_day(
    day: dt.date, amount: int, counts: Callable[[dt.date], bool], pauses: tuple[Pause, ...], zone: ZoneInfo
) -> dt.date:
    still = [(p.begun_at.astimezone(zone).date(), p.ended_at.astimezone(zone).date()) for p in pauses]
    while amount:
        day += ONE_DAY
        # a day counts unless a pause covered its end: work could not be finished on it
        if counts(day) and not any(begun <= day < ended for begun, ended in still):
            amount -= 1
    return day


def _end_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first instant of the next local day. Where midnight is skipped or doubled, its first moment."""
    midnight = dt.datetime.combine(day + ONE_DAY, dt.time(), zone)
    return midnight.astimezone(dt.UTC)
