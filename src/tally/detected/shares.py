"""Shares of detected victims by age and sex, with the interval that suppressed cells leave open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tally.detected.frame import ADULT, CHILD, FEMALE, MALE, POOLED_NAME, TOTAL, Frame, Interval
from tally.errors import NoDenominator

GROUPS = {"girls": (FEMALE, CHILD), "boys": (MALE, CHILD), "women": (FEMALE, ADULT), "men": (MALE, ADULT)}


@dataclass(frozen=True)
class Shares:
    """Who the victims were whose age and sex are known, in one year.

    `shares` are fractions (0 to 1): the first with every suppressed cell at its smallest, the second with every one
    at its largest. `extremes` are the widest shares that any filling-in of suppressed cells could give.
    """

    year: int
    shares: dict[str, tuple[float, float]]
    extremes: dict[str, tuple[float, float]]
    n: Interval
    coverage: dict[str, Any]
    source: str
    caveats: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data: shares as fractions, n in persons."""
        it = asdict(self)
        return {
            "year": it["year"],
            "shares": {name: list(value) for name, value in self.shares.items()},
            "n": [self.n.low, self.n.high],
            "coverage": it["coverage"],
            "source": it["source"],
            "caveats": list(self.caveats),
            "extremes": {name: list(value) for name, value in self.extremes.items()},
        }

    def as_text(self) -> str:
        """The answer as sentences: the share first, then what it is a share of, then what limits it."""
        low, high = self.shares["children"]
        known_low, known_high = self.coverage["share_of_detected"]
        lines = [
            f"Detected victims of trafficking, {self.year}",
            f"children {_percent(low, high, 1)} % of victims with age and sex known",
            *(f"{name:8} {_percent(*self.shares[name], 0)} %" for name in ("women", "men", "girls", "boys")),
            f"n = {_count(self.n)} victims, {_percent(known_low, known_high, 0)} % of all detected",
            f"from {self.coverage['countries']} countries and {self.coverage['pooled_groups']} pooled groups",
            f"if suppressed cells lay at opposite ends: children {_percent(*self.extremes['children'], 1)} %",
            f"source: {self.source}",
            *(f"- {caveat}" for caveat in self.caveats),
        ]
        return "\n".join(lines)


def _percent(low: float, high: float, digits: int) -> str:
    ends = f"{100 * low:.{digits}f}", f"{100 * high:.{digits}f}"
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _count(n: Interval) -> str:
    return f"{n.low:,}" if n.low == n.high else f"{n.low:,}–{n.high:,}"


def shares(frame: Frame, year: int) -> Shares:
    """Shares of children, girls, boys, women and men among victims with age and sex known.

    Parameters
    ----------
    frame
        Counts of detected victims, for instance from `read_unodc`.
    year
        The year of detection.

    Returns
    -------
    Shares
        Shares as fractions, the denominator n in persons, and what part of all detected victims n covers.

    Raises
    ------
    NoDenominator
        If no victim of that year has both age and sex known, or if nothing says how many were detected in all.

    Notes
    -----
    The denominator is victims reported as female or male with an age of under 18, or 18 and over. Victims of another
    sex are in no group here and are named in the caveats. Do not use it across publishers: rows of two frames may
    count the same people. A change between two years may come from who reports; see `reporting_breaks`.
    """
    people = frame.where(table=("total", "person"), year=str(year))
    cells = {name: people.where(sex=sex, age=age).total() for name, (sex, age) in GROUPS.items()}
    n = sum(cells.values(), Interval(0, 0))
    if n.low == 0:
        raise NoDenominator(
            f"No victim detected in {year} is reported with both age and sex, so no share can be stated. "
            f"Years with such reports: {', '.join(_years(frame)) or 'none'}."
        )
    everyone = _everyone(people, year)
    cells["children"] = cells["girls"] + cells["boys"]
    order = ("children", "women", "men", "girls", "boys")
    return Shares(
        year=year,
        shares={name: _share(cells[name], n) for name in order},
        extremes={name: _extreme(cells[name], n) for name in order},
        n=n,
        coverage=_coverage(people, n, everyone),
        source=frame.source,
        caveats=frame.caveats + _caveats(people),
    )


def _share(part: Interval, whole: Interval) -> tuple[float, float]:
    ends = part.low / whole.low, part.high / whole.high
    return min(ends), max(ends)


def _extreme(part: Interval, whole: Interval) -> tuple[float, float]:
    """The part at one end while everyone else is at the other."""
    rest = Interval(whole.low - part.low, whole.high - part.high)
    return part.low / (part.low + rest.high or 1), part.high / (part.high + rest.low)


def _everyone(people: Frame, year: int) -> Interval:
    """All victims detected: the published total, or the persons themselves where each row is one."""
    persons = people.where(table="person")
    if len(persons):
        return persons.total()
    published = people.where(sex=TOTAL, age=TOTAL)
    if not len(published):
        raise NoDenominator(
            f"Nothing says how many victims were detected in {year} in all: the coverage is unknown."
        )
    return published.total()


def _coverage(people: Frame, n: Interval, everyone: Interval) -> dict[str, Any]:
    known = people.where(sex=(FEMALE, MALE), age=(CHILD, ADULT))
    countries = [name for name in known.values("country") if name != TOTAL]
    return {
        "detected": [everyone.low, everyone.high],
        "share_of_detected": [n.low / everyone.high, min(1.0, n.high / max(everyone.low, 1))],
        "countries": sum(not name.endswith(POOLED_NAME) for name in countries),
        "pooled_groups": sum(name.endswith(POOLED_NAME) for name in countries),
        "countries_with_any_report": sum(
            not name.endswith(POOLED_NAME) for name in people.values("country") if name != TOTAL
        ),
    }


def _caveats(people: Frame) -> tuple[str, ...]:
    found = []
    other = people.where(sex="other", age=(CHILD, ADULT)).total()
    if other.high:
        found.append(
            f"{other.low} to {other.high} victims reported with another sex are in none of the groups."
        )
    conflicts = int(people.is_conflict.sum())
    if conflicts:
        found.append(
            f"{conflicts} cells of this year were published twice with different numbers; both are allowed for."
        )
    return tuple(found)


def _years(frame: Frame) -> list[str]:
    known = frame.where(table=("total", "person"), sex=(FEMALE, MALE), age=(CHILD, ADULT))
    return known.values("year") if len(known) else []
