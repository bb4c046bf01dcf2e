"""What a reader with patience and a solver can work out from tables. Run it on everything that is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tally.disclosure.cube import ALL, Axis, labels, lines

if TYPE_CHECKING:
    from tally.disclosure.protect import Published

LARGEST_SYSTEM = 20_000  # cells of the joint table; beyond it an attack takes minutes a cell
SLACK = 1e-6  # of the solver, in persons


@dataclass(frozen=True)
class Range:
    """The least and the most persons that a cell can hold, given everything shown."""

    low: int
    high: int


@dataclass(frozen=True)
class Finding:
    """Something a table gives away."""

    attack: str
    categories: dict[str, str]
    known: Range
    says: str


def ranges_within(
    values: NDArray[Any], base: int, cells: Sequence[tuple[int, ...]]
) -> list[tuple[tuple[int, ...], Range]]:
    """The reader's range for some cells of one table: two linear programs each over all its sums.

    A shown value v stands for every count that is rounded to it; a hidden one for any number from 0 up.
    """
    system, bounds = _sums(values.shape), _bounds(values, base)
    return [(cell, _range(system, bounds, int(np.ravel_multi_index(cell, values.shape)))) for cell in cells]


def _sums(shape: tuple[int, ...]) -> csr_array:
    rows: list[int] = []
    columns: list[int] = []
    signs: list[float] = []
    number = 0
    for number, (cells, margin) in enumerate(lines(shape)):
        for cell, sign in [*((cell, 1.0) for cell in cells), (margin, -1.0)]:
            rows.append(number)
            columns.append(int(np.ravel_multi_index(cell, shape)))
            signs.append(sign)
    return csr_array((signs, (rows, columns)), shape=(number + 1, math.prod(shape)))


def _bounds(values: NDArray[Any], base: int) -> list[tuple[float, float | None]]:
    below, above = base // 2, base - 1 - base // 2
    return [(0.0, None) if v is None else (max(0, v - below), v + above) for v in values.ravel()]


def _range(system: csr_array, bounds: list[tuple[float, float | None]], cell: int) -> Range:
    wanted = np.zeros(len(bounds))
    ends = []
    for sign in (1.0, -1.0):
        wanted[cell] = sign
        found = linprog(wanted, A_eq=system, b_eq=np.zeros(system.shape[0]), bounds=bounds, method="highs")
        ends.append(sign * found.fun if found.status == 0 else (0.0 if sign > 0 else math.inf))
    high = math.floor(ends[1] + SLACK) if math.isfinite(ends[1]) else 1 << 62
    return Range(max(0, math.ceil(ends[0] - SLACK)), high)


def attack(tables: Sequence[Published]) -> list[Finding]:
    """Everything that tables about the same people give away together.

    Parameters
    ----------
    tables
        All tables shown about one population at one date. Axes of the same name must have the same categories.

    Returns
    -------
    list of Finding
        Empty when nothing is given away. Attacks: `reconstruction` (all sums of all tables at once; a difference of
        two tables is one of them) narrows a small hidden cell to one number, `singling out` to one person, and
        `homogeneity` shows a group whose members all share one category.

    Notes
    -----
    The joint table of all axes is set up with one unknown per cell and margin; a hidden cell is bounded by two linear
    programs. Bounds are of the linear relaxation, so a reader with integer programming may do slightly better.
    """
    axes = _joint_axes(tables)
    shape = tuple(len(axis.categories) + 1 for axis in axes)
    if math.prod(shape) > LARGEST_SYSTEM:
        raise ValueError(
            f"The joint table has more than {LARGEST_SYSTEM} cells; attack fewer tables at a time."
        )
    joint, widest = _joined(tables, axes, shape)
    system, bounds = _sums(shape), _bounds(joint, widest)
    least = max((table.threshold for table in tables), default=0)
    found: list[Finding] = []
    for cell in _hidden(tables, axes):
        if joint[cell] is None:
            held = _range(system, bounds, int(np.ravel_multi_index(cell, shape)))
            found += _exact(labels(axes, cell), held, least)
    return found + [finding for table in tables for finding in homogeneity(table)]


def _exact(categories: dict[str, str], held: Range, threshold: int) -> list[Finding]:
    if held.low != held.high or not 0 < held.high < threshold:  # a large one was hidden to protect another
        return []
    name = "singling out" if held.high == 1 else "reconstruction"
    return [Finding(name, categories, held, f"a hidden cell holds exactly {held.low}")]


def _joint_axes(tables: Sequence[Published]) -> tuple[Axis, ...]:
    axes: dict[str, Axis] = {}
    for table in tables:
        for axis in table.axes:
            if axes.setdefault(axis.name, axis) != axis:
                raise ValueError(f"{axis.name} has different categories in two tables.")
    return tuple(axes.values())


def _in_joint(table: Published, axes: tuple[Axis, ...], cell: tuple[int, ...]) -> tuple[int, ...]:
    named = labels(table.axes, cell)
    return tuple(axis.place(named.get(axis.name, ALL)) for axis in axes)


def _joined(
    tables: Sequence[Published], axes: tuple[Axis, ...], shape: tuple[int, ...]
) -> tuple[NDArray[Any], int]:
    joint: NDArray[Any] = np.full(shape, None, dtype=object)
    for table in tables:
        for cell, value in np.ndenumerate(table.values):
            if value is not None:
                joint[_in_joint(table, axes, cell)] = value
    return joint, max((table.base for table in tables), default=1)


def _hidden(tables: Sequence[Published], axes: tuple[Axis, ...]) -> list[tuple[int, ...]]:
    return sorted({
        _in_joint(table, axes, cell)
        for table in tables
        for cell, value in np.ndenumerate(table.values)
        if value is None
    })  # fmt: skip


def homogeneity(table: Published) -> list[Finding]:
    """Groups whose members certainly all share one category: to know that somebody is in the group tells the rest.

    Parameters
    ----------
    table
        A table as it is shown.

    Returns
    -------
    list of Finding
        One for each such group.

    Notes
    -----
    Rounding leaves up to 2 * (base - 1) persons of doubt, so a finding means an unrounded table. A group of which
    nearly everybody is alike is not found; look at shares of 95 per cent and more yourself.
    """
    found = []
    for cells, margin in lines(table.values.shape):
        whole = table.values[margin]
        for cell in cells:
            if whole and table.values[cell] is not None and len(cells) > 1:
                rest = whole - table.values[cell] + 2 * (table.base - 1)
                if rest == 0:
                    held = Range(whole, whole)
                    named = labels(table.axes, cell)
                    found.append(Finding("homogeneity", named, held, "everybody in the group is alike"))
    return found


def two_releases(before: Published, after: Published) -> list[Finding]:
    """Cells from which a reader of two editions of one table learns exactly how many came or went between them.

    Parameters
    ----------
    before, after
        Two editions with the same axes, as they were shown.

    Returns
    -------
    list of Finding
        Cells shown in both whose change is certain and smaller than the threshold.

    Notes
    -----
    Rounding leaves a margin of base - 1 persons in each edition, so a finding means that neither was rounded. Counters
    that move with every case are beyond any table: freeze them.
    """
    found = []
    for cell, old in np.ndenumerate(before.values):
        new = after.values[cell]
        if old is None or new is None:
            continue
        span = (before.base - 1) + (after.base - 1)
        change = abs(new - old)
        if span == 0 and 0 < change < before.threshold:
            categories = labels(before.axes, cell)
            found.append(
                Finding("two releases", categories, Range(change, change), "the change is known exactly")
            )
    return found
