"""`clocks.yaml`: every duty with a time limit is a row of data; no code names a number of hours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from .strict import Part, RuleError, read

UNCONFIRMED = "unconfirmed"
HERE = Path(__file__).resolve().parent.parent / "clocks.yaml"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,59}")


class Unit(StrEnum):
    MINUTES = "minutes"  # elapsed, for what cannot wait an hour
    HOURS = "hours"  # clock hours, nights and holidays included
    DAYS = "days"  # calendar days, to the end of the last one
    WORKING_DAYS = "working_days"  # by the agency's own calendar, to the end of the last one
    GIVEN = "given"  # the record brings its own date, such as the last day of a protocol


class How(StrEnum):
    RINGS = "rings"
    MORNING_LIST = "morning_list"


class When(StrEnum):
    AT_START = "at_start"
    BEFORE_DUE = "before_due"
    AT_DUE = "at_due"
    AFTER_DUE = "after_due"


# Only these five ring a telephone; all else waits for the morning. A sixth needs a decision, not a line.
RINGING_REASONS = ("danger", "missing", "custody", "unsafe_place", "missed_first_contact")
KEYS = (
    "title", "starts", "stops", "unit", "limit", "source", "is_protection", "may_pause", "rings_for", "tell",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """When somebody is told, and who."""

    when: When
    shift: dt.timedelta
    to: tuple[str, ...]
    how: How

    def at(self, started_at: dt.datetime, due_at: dt.datetime) -> dt.datetime:
        if self.when is When.AT_START:
            return started_at
        return due_at - self.shift if self.when is When.BEFORE_DUE else due_at + self.shift


@dataclass(frozen=True)
class ClockRule:
    code: str
    title: Mapping[str, str]
    starts: str
    stops: tuple[str, ...]
    unit: Unit
    limit: int | None
    source: str
    is_protection: bool
    may_pause: bool
    rings_for: str | None
    steps: tuple[Step, ...]

    @property
    def is_confirmed(self) -> bool:
        return not self.source.startswith(UNCONFIRMED)

    @property
    def elapsed(self) -> dt.timedelta:
        """The limit as a length of time, where it is one. Raises ValueError for days and given dates."""
        if self.limit is None or self.unit not in (Unit.MINUTES, Unit.HOURS):
            raise ValueError(f"{self.code} is counted in {self.unit}: ask due_at.")
        return dt.timedelta(**{self.unit.value: self.limit})


class ClockRules(Mapping[str, ClockRule]):
    """All duties of all rooms by code."""

    def __init__(self, rules: Iterable[ClockRule]) -> None:
        self._rules = {rule.code: rule for rule in rules}

    def __getitem__(self, code: str) -> ClockRule:
        return self._rules[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def starting_with(self, fact: str) -> tuple[ClockRule, ...]:
        return tuple(rule for rule in self.values() if rule.starts == fact)

    def stopping_with(self, fact: str) -> tuple[ClockRule, ...]:
        return tuple(rule for rule in self.values() if fact in rule.stops)


def load_clocks(paths: Iterable[Path] = (HERE,)) -> ClockRules:
    """Reads the files of all rooms as one table; a code may stand in one file only."""
    found: dict[str, ClockRule] = {}
    for path in paths:
        whole = read(path).only("version", "clocks")
        if whole.whole("version") != 1:
            raise whole.wrong("version", "this release reads version 1. Update the file or the platform.")
        for code, part in whole.part("clocks").each():
            if code in found:
                raise RuleError(
                    path.name, f"clocks.{code}", "already stands in another room's file. Rename it."
                )
            found[code] = _rule(code, part)
    return ClockRules(found.values())


def _rule(code: str, part: Part) -> ClockRule:
    _code(part, "", code)
    part.only(*KEYS)
    unit = Unit(part.choice("unit", list(Unit)))
    rings_for = part.choice("rings_for", RINGING_REASONS) if part.has("rings_for") else None
    rule = ClockRule(
        code=code,
        title=part.words("title"),
        starts=_code(part, "starts", part.text("starts")),
        stops=tuple(_code(part, "stops", fact) for fact in part.texts("stops")),
        unit=unit,
        limit=_limit(part, unit),
        source=_source(part),
        is_protection=part.flag("is_protection"),
        may_pause=part.flag("may_pause"),
        rings_for=rings_for,
        steps=tuple(_step(one, rings_for) for one in part.parts("tell")),
    )
    _agrees_with_itself(part, rule)
    return rule


def _agrees_with_itself(part: Part, rule: ClockRule) -> None:
    if rule.is_protection and rule.may_pause:
        raise part.wrong(
            "may_pause", "a protection limit never pauses. Write false, or is_protection: false."
        )
    if rule.rings_for and not any(step.how is How.RINGS for step in rule.steps):
        raise part.wrong("rings_for", "no entry under 'tell' rings. Give one 'how: rings' or drop this key.")


def _limit(part: Part, unit: Unit) -> int | None:
    if unit is not Unit.GIVEN:
        return part.whole("limit")
    if part.has("limit"):
        raise part.wrong("limit", "unit 'given' takes its date from the record. Drop the limit.")
    return None


def _source(part: Part) -> str:
    source = part.text("source")
    if source.lower().startswith(UNCONFIRMED) and not source.startswith(f"{UNCONFIRMED}:"):
        raise part.wrong(
            "source", "write 'unconfirmed: where the figure comes from', so that it can be checked."
        )
    return source


def _step(part: Part, rings_for: str | None) -> Step:
    part.only("when", "hours", "days", "to", "how")
    when = When(part.choice("when", list(When)))
    how = How(part.choice("how", list(How)))
    if how is How.RINGS and rings_for is None:
        reasons = ", ".join(RINGING_REASONS)
        raise part.wrong("how", f"only {reasons} ring. Name one as 'rings_for', or write morning_list.")
    return Step(when, _shift(part, when), part.texts("to"), how)


def _shift(part: Part, when: When) -> dt.timedelta:
    given = [key for key in ("hours", "days") if part.has(key)]
    if when in (When.AT_START, When.AT_DUE):
        if given:
            raise part.wrong(given[0], f"'{when}' is a moment of its own. Drop this key.")
        return dt.timedelta()
    if len(given) != 1:
        raise part.wrong(
            "hours", f"'{when}' needs either hours or days, found {' and '.join(given) or 'none'}."
        )
    return dt.timedelta(**{given[0]: part.whole(given[0])})


def _code(part: Part, key: str, code: str) -> str:
    if not _CODE.fullmatch(code):
        raise part.wrong(key, f"'{code}' is no code. Use capital letters, digits and _, 3 to 60 of them.")
    return code


# Rooms above add their own file from AppConfig.ready(); the table is built when it is first asked for.
_files: list[Path] = [HERE]


def add_clock_file(path: Path) -> None:
    if path not in _files:
        _files.append(path)
        clock_rules.cache_clear()


@cache
def clock_rules() -> ClockRules:
    return load_clocks(tuple(_files))
