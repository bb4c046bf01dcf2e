"""One tidy frame for counts of detected victims, whoever published them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: What a row is about; "total" = not broken down by it, "unknown" = broken down, and not known for these people.
KEYS = ("source", "iso3", "country", "region", "year", "table", "form", "origin", "sex", "age")
TOTAL, UNKNOWN = "total", "unknown"
FEMALE, MALE, OTHER = "female", "male", "other"
CHILD, ADULT = "child", "adult"
#: How the name of several countries ends that a publisher counts as one.
POOLED_NAME = ", pooled countries"


@dataclass(frozen=True)
class Interval:
    """A count that is known only to lie between two whole numbers."""

    low: int
    high: int

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class Frame:
    """Counts in long form: one row per cell, every count an interval.

    Parameters
    ----------
    keys
        One array of text per name in `KEYS`, all of the same length. `table` names the published breakdown a row
        comes from: rows of different tables count the same people and are never added together.
    low, high
        The smallest and the largest count that the published cell allows, in persons. Equal unless the publisher
        wrote `<5`, or published the cell twice with different numbers.
    is_conflict
        True where the publisher gave two different numbers for one cell.
    caveats
        Sentences that travel with every figure made from this frame.
    source
        How the source asks to be cited.
    """

    keys: Mapping[str, NDArray[np.str_]]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    is_conflict: NDArray[np.bool_]
    source: str
    caveats: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.low)

    def where(self, **wanted: str | Collection[str]) -> Frame:
        """Rows whose key is the given value, or one of the given values."""
        kept = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            column = self.keys[name]
            kept &= column == value if isinstance(value, str) else np.isin(column, list(value))
        return self._take(kept)

    def total(self) -> Interval:
        """Persons in all rows. Meaningful only within one table."""
        return Interval(int(self.low.sum()), int(self.high.sum()))

    def values(self, name: str) -> list[str]:
        """The values that a key takes, sorted."""
        return [str(value) for value in np.unique(self.keys[name])]

    def _take(self, kept: NDArray[np.bool_]) -> Frame:
        keys = {name: values[kept] for name, values in self.keys.items()}
        return Frame(keys, self.low[kept], self.high[kept], self.is_conflict[kept], self.source, self.caveats)


@dataclass
class Builder:
    """Collects cells, and settles the ones that were published more than once."""

    source: str
    cells: dict[tuple[str, ...], list[Interval]] = field(default_factory=dict)

    def add(self, count: Interval, **keys: str) -> None:
        cell = tuple(keys.get(name, self.source if name == "source" else TOTAL) for name in KEYS)
        self.cells.setdefault(cell, []).append(count)

    def frame(self, source: str, caveats: tuple[str, ...] = (), adds_up: Collection[str] = ()) -> Frame:
        """Repeated cells become the range of what was published, or their sum in the forms named in `adds_up`."""
        form = KEYS.index("form")
        settled = [
            (cell, _sum(counts) if cell[form] in adds_up else _range(counts), len(set(counts)) > 1)
            for cell, counts in self.cells.items()
        ]
        columns = np.array([cell for cell, _, _ in settled], dtype=np.str_).reshape(-1, len(KEYS))
        return Frame(
            keys={name: columns[:, place] for place, name in enumerate(KEYS)},
            low=np.array([count.low for _, count, _ in settled], dtype=np.int64),
            high=np.array([count.high for _, count, _ in settled], dtype=np.int64),
            is_conflict=np.array(
                [twice and cell[form] not in adds_up for cell, _, twice in settled], dtype=bool
            ),
            source=source,
            caveats=caveats,
        )


def _sum(counts: list[Interval]) -> Interval:
    return Interval(sum(c.low for c in counts), sum(c.high for c in counts))


def _range(counts: list[Interval]) -> Interval:
    return Interval(min(c.low for c in counts), max(c.high for c in counts))
