"""A child's age as an interval that moves with time. Pure: the day is given.

Entitlements use the lowest plausible age; turning 18 happens at the latest plausible date (practice, 20).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

ADULT = 18


def years_between(earlier: dt.date, later: dt.date) -> int:
    """Whole years; one noted on 29 February is a year older on 1 March of other years."""
    return max(0, later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day)))


@dataclass(frozen=True)
class Age:
    """What was said on `noted_on`: between `low` and `high`, each of which may be unknown."""

    low: int | None
    high: int | None
    noted_on: dt.date

    def lowest(self, on: dt.date) -> int:
        """The lowest age that is plausible; nothing known counts as a young child."""
        return 0 if self.low is None else self.low + years_between(self.noted_on, on)

    def is_surely_adult(self, on: dt.date) -> bool:
        return self.low is not None and self.lowest(on) >= ADULT

    def latest_eighteen(self) -> dt.date | None:
        """The last day on which the child can turn 18, if anything is known.

        Somebody said to be 16 may have turned 16 that very day, and no later.
        """
        if self.low is None:
            return None
        return _same_day(self.noted_on, self.noted_on.year + max(0, ADULT - self.low))


def _same_day(day: dt.date, year: int) -> dt.date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return dt.date(year, 3, 1)
