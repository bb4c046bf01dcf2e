"""Working calendars: which days an office works. Weekends differ, holidays move, and some move again late."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .strict import Part, RuleError, read

FOLDER = Path(__file__).resolve().parent.parent / "calendars"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTRY = re.compile(r"[A-Z]{2}")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")


@dataclass(frozen=True)
class Calendar:
    """The working days of one country or agency."""

    code: str
    title: Mapping[str, str]
    weekend: frozenset[int]  # Monday is 0
    yearly: frozenset[tuple[int, int]]  # (month, day), the same every year
    dated: frozenset[dt.date]  # holidays of one year, such as those that follow the moon
    worked: frozenset[dt.date]  # weekend days declared working days
    known_until: dt.date  # past this day the dated holidays are not yet published

    def is_working(self, day: dt.date) -> bool:
        if day in self.worked:
            return True
        holiday = (day.month, day.day) in self.yearly or day in self.dated
        return day.weekday() not in self.weekend and not holiday

    def runs_out(self, today: dt.date, ahead_days: int = 90) -> bool:
        """True when somebody should add next year's holidays; counting itself never stops for it."""
        return self.known_until < today + dt.timedelta(days=ahead_days)


def load_calendar(path: Path) -> Calendar:
    part = read(path).only("title", "weekend", "yearly", "dated", "worked", "known_until")
    code = path.stem
    if not _COUNTRY.fullmatch(code):
        raise RuleError(
            path.name, "", "name the file after the country's two capital letters, such as QM.yaml."
        )
    return Calendar(
        code=code,
        title=part.words("title"),
        weekend=_weekend(part),
        yearly=frozenset(_yearly(part, one) for one in _entries(part, "yearly")),
        dated=_days(part, "dated"),
        worked=_days(part, "worked"),
        known_until=part.day("known_until"),
    )


def _weekend(part: Part) -> frozenset[int]:
    days = part.texts("weekend")
    for day in days:
        if day not in WEEKDAYS:
            raise part.wrong(
                "weekend", f"'{day}' is no weekday. Write them in English: {', '.join(WEEKDAYS)}."
            )
    if len(set(days)) > 3:
        raise part.wrong("weekend", "more than three days off leave hardly any working day. Check the list.")
    return frozenset(WEEKDAYS.index(day) for day in days)


def _entries(part: Part, key: str) -> list[Part]:
    return part.parts(key) if part.has(key) else []


def _yearly(part: Part, entry: Part) -> tuple[int, int]:
    entry.only("on", "name")
    entry.words("name")
    match = _YEARLY.fullmatch(entry.text("on"))
    try:
        day = dt.date(2028, int(match[1]), int(match[2])) if match else None  # 2028 has a 29 February
    except ValueError:
        day = None
    if day is None:
        raise entry.wrong("on", 'expected month and day in quotes, such as "05-03".')
    return day.month, day.day


def _days(part: Part, key: str) -> frozenset[dt.date]:
    days = []
    for entry in _entries(part, key):
        entry.only("on", "name").words("name")
        days.append(entry.day("on"))
    return frozenset(days)


@cache
def calendars() -> Mapping[str, Calendar]:
    """Every calendar that ships, by country code."""
    return {path.stem: load_calendar(path) for path in sorted(FOLDER.glob("*.yaml"))}


# Where no calendar exists yet a limit must still be counted, rather too short than too long: no day is off.
EVERY_DAY = Calendar(
    code="",
    title={"en": "Every day"},
    weekend=frozenset(),
    yearly=frozenset(),
    dated=frozenset(),
    worked=frozenset(),
    known_until=dt.date.max,
)


def calendar_for(country: str) -> Calendar:
    return calendars().get(country, EVERY_DAY)
