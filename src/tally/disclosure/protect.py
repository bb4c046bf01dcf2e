"""Small numbers in tables: threshold, rounding, and hiding more where sums would give a hidden cell away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tally.disclosure.attacks import Range, ranges_within
from tally.disclosure.cube import Axis, Cube, labels, lines

THRESHOLD = 10  # the project's rule for every public figure; CTDC's k-anonymised file uses 11
BASE = 5
#: Given with every hidden cell. One rule for both reasons: to say which cell is hidden only to protect another would
#: tell a reader that it is large, and so narrow the other one down.
RULE = "fewer than {threshold}, or hidden so that such a number cannot be worked out"


@dataclass(frozen=True)
class Published:
    """A protected table: what may be shown. A hidden cell is None, never 0, and `rule` says why it is hidden."""

    axes: tuple[Axis, ...]
    values: NDArray[Any]
    threshold: int
    base: int

    @property
    def rule(self) -> str:
        return RULE.format(threshold=self.threshold)

    def value(self, **categories: str) -> int | None:
        """The figure for some categories; an axis that is not named is taken over all its categories."""
        place = tuple(axis.place(categories.get(axis.name, "all")) for axis in self.axes)
        found: int | None = self.values[place]
        return found

    def rows(self) -> list[dict[str, Any]]:
        """The table in long form: categories, `value` (None where hidden) and `rule` (empty where shown)."""
        return [
            labels(self.axes, place) | {"value": value, "rule": "" if value is not None else self.rule}
            for place, value in np.ndenumerate(self.values)
        ]


def protect(cube: Cube, *, threshold: int = THRESHOLD, base: int = BASE, width: int = BASE) -> Published:
    """A table in which no small number can be read or worked out.

    Parameters
    ----------
    cube
        True counts, in persons, with margins.
    threshold
        Counts below it are hidden, 0 among them: that nobody is there can hurt those who are elsewhere.
    base
        Every cell and every margin is rounded to a multiple of it, each from its own true value.
    width
        How many persons apart the least and the most must stay that a reader can work out for a hidden small cell.

    Returns
    -------
    Published
        Rounded counts, with None for every hidden cell.

    Notes
    -----
    Secondary suppression is found by attacking the table: the reader's range for each small cell, given all sums at
    once, is computed as a linear program; while one is too narrow, the cheapest shown cell that shares a sum with it
    is hidden too. With everything hidden every range is open, so it ends. Assumes that a reader knows the method,
    and nothing about single persons. Not for tables published again with other categories: freeze one cube, and run
    `attack` over all tables shown.

    References
    ----------
    .. [1] Hundepool et al., Statistical Disclosure Control, Wiley 2012. doi:10.1002/9781118348239
    """
    counts = cube.counts
    shown = counts >= threshold
    while True:
        table = Published(cube.axes, _rounded(counts, shown, base), threshold, base)
        unsafe = [place for place, held in _ranges_of_small(cube, table) if held.high - held.low < width]
        if not unsafe:
            return table
        shown[_next_to_hide(counts, shown, unsafe)] = False


def _rounded(counts: NDArray[np.int64], shown: NDArray[np.bool_], base: int) -> NDArray[Any]:
    values = ((counts + base // 2) // base * base).astype(object)
    values[~shown] = None
    return values


def _ranges_of_small(cube: Cube, table: Published) -> list[tuple[tuple[int, ...], Range]]:
    small = [place for place in cube.cells() if 0 < cube.counts[place] < table.threshold]
    return ranges_within(table.values, table.base, small)


def _next_to_hide(
    counts: NDArray[np.int64], shown: NDArray[np.bool_], unsafe: list[tuple[int, ...]]
) -> tuple[int, ...]:
    """The smallest shown count on a sum with an unsafe cell, inner cells before margins: the least that is lost."""
    near = {
        cell
        for cells, margin in lines(counts.shape)
        if any(place in unsafe for place in [*cells, margin])
        for cell in [*cells, margin]
        if shown[cell]
    }
    candidates = near or {tuple(map(int, cell)) for cell in np.argwhere(shown)}
    return min(candidates, key=lambda cell: (_margins(cell, counts.shape), int(counts[cell]), cell))


def _margins(cell: tuple[int, ...], shape: tuple[int, ...]) -> int:
    return sum(place == size - 1 for place, size in zip(cell, shape, strict=True))
