"""Who is on which list: the table that every estimate starts from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tally.errors import NoEstimate, UnreadableSource

FEWEST_LISTS, MOST_LISTS = 2, 12


@dataclass(frozen=True)
class Table:
    """Persons by the combination of lists they are on.

    Parameters
    ----------
    name
        What the table is called in results.
    lists
        Names of the t lists.
    counts
        Shape (2^t,), persons. Place c holds those who are on list i exactly when bit i of c is set; place 0, the
        people on no list, is unknown and kept at 0.
    """

    name: str
    lists: tuple[str, ...]
    counts: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not FEWEST_LISTS <= len(self.lists) <= MOST_LISTS:
            raise UnreadableSource(
                f"{len(self.lists)} lists; between {FEWEST_LISTS} and {MOST_LISTS} are needed."
            )
        if self.counts.shape != (1 << len(self.lists),) or (self.counts < 0).any() or self.counts[0]:
            raise UnreadableSource(
                "One count per combination of lists is needed, none negative, none on no list."
            )

    @property
    def observed(self) -> int:
        """Persons on at least one list."""
        return int(self.counts.sum())

    def overlaps(self) -> NDArray[np.int64]:
        """Shape (t, t): persons on both lists; on the diagonal, on that list at all."""
        held = _bits(len(self.lists)).astype(np.int64)
        overlap: NDArray[np.int64] = held.T @ (held * self.counts[:, None])
        return overlap

    def refuse_without_overlap(self) -> None:
        """Raise when a list shares nobody with any other, or is empty.

        Raises
        ------
        NoEstimate
            The size of what lists miss is read from their overlaps alone; without one, any number fits.
        """
        overlap = self.overlaps()
        for place, name in enumerate(self.lists):
            if overlap[place, place] == 0:
                raise NoEstimate(f"Nobody is on list {name}; leave it out.")
        for place, name in enumerate(self.lists):
            if overlap[place].sum() == overlap[place, place]:
                raise NoEstimate(
                    f"List {name} shares nobody with any other list, so nothing says how many people it and the others "
                    "both miss: any number would fit. Link the lists again, merge it with a related list, or leave it "
                    "out and say so."
                )

    def without(self, place: int) -> Table:
        """The table as if one list did not exist: people on that list alone become unseen."""
        kept = [other for other in range(len(self.lists)) if other != place]
        cells = np.arange(len(self.counts))
        moved = np.zeros_like(cells)
        for new, old in enumerate(kept):
            moved |= (cells >> old & 1) << new
        counts = np.bincount(moved, weights=self.counts, minlength=1 << len(kept)).astype(np.int64)
        counts[0] = 0
        return Table(self.name, tuple(self.lists[old] for old in kept), counts)


def _bits(t: int) -> NDArray[np.bool_]:
    return (np.arange(1 << t)[:, None] >> np.arange(t) & 1).astype(bool)


def read_table(path: Path) -> Table:
    """Read a table of list combinations.

    Parameters
    ----------
    path
        CSV with a header: one column per list holding 1 or 0, and last a column of persons. Combinations that do not
        occur may be left out; repeated ones are added.

    Returns
    -------
    Table
        Named after the file.

    Raises
    ------
    UnreadableSource
        If a cell is not 0 or 1, a count is not a whole number, somebody is on no list, or there is no header.

    Notes
    -----
    Assumes that lists were linked person by person before they were counted; a table of numbers cannot show whether.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if len(rows) < 2 or any(cell.strip() in ("0", "1") for cell in rows[0]):
        raise UnreadableSource(f"{path.name} needs a header with the names of the lists, and rows below it.")
    names = tuple(name.strip() for name in rows[0][:-1])
    if len(set(names)) != len(names) or not FEWEST_LISTS <= len(names) <= MOST_LISTS:
        raise UnreadableSource(
            f"{path.name}: {FEWEST_LISTS} to {MOST_LISTS} lists with different names are needed."
        )
    counts = np.zeros(1 << len(names), dtype=np.int64)
    for number, row in enumerate(rows[1:], start=2):
        counts[_cell(path, number, row, len(names))] += _persons(path, number, row[-1])
    return Table(path.stem, names, counts)


def _cell(path: Path, number: int, row: list[str], t: int) -> int:
    held = [cell.strip() for cell in row[:-1]]
    if len(held) != t or not set(held) <= {"0", "1"}:
        raise UnreadableSource(f"{path.name}, row {number}: {t} cells of 0 or 1 and a count are needed.")
    cell = sum(1 << place for place, value in enumerate(held) if value == "1")
    if cell == 0:
        raise UnreadableSource(f"{path.name}, row {number}: people on no list cannot have been counted.")
    return cell


def _persons(path: Path, number: int, text: str) -> int:
    if not text.strip().isdecimal():
        raise UnreadableSource(f"{path.name}, row {number}: {text!r} is not a number of persons.")
    return int(text)
