"""A table of counts with all its margins, before and after protection."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALL = "all"


@dataclass(frozen=True)
class Axis:
    """One way to break people down: its name, and every category there can be (a public list, not what occurs)."""

    name: str
    categories: tuple[str, ...]

    def place(self, category: str) -> int:
        """Where a category stands; `ALL` is the margin, after the last one."""
        return len(self.categories) if category == ALL else self.categories.index(category)


@dataclass(frozen=True)
class Cube:
    """True counts of people, with margins: along each axis the last place is the sum of the others."""

    axes: tuple[Axis, ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, people: Iterable[Mapping[str, str]], axes: Iterable[Axis]) -> Cube:
        """Count people by their categories. A category that is not on its axis raises: it would vanish unseen."""
        axes = tuple(axes)
        inner = np.zeros([len(axis.categories) for axis in axes], dtype=np.int64)
        for person in people:
            inner[tuple(axis.place(person[axis.name]) for axis in axes)] += 1
        return cls.from_counts(axes, inner)

    @classmethod
    def from_counts(cls, axes: Iterable[Axis], inner: NDArray[np.int64]) -> Cube:
        """Add the margins to counts of the finest cells."""
        axes, counts = tuple(axes), np.asarray(inner, dtype=np.int64)
        if counts.shape != tuple(len(axis.categories) for axis in axes) or (counts < 0).any():
            raise ValueError(
                "Counts must be whole, not negative, and one for each combination of categories."
            )
        for dimension in range(len(axes)):
            counts = np.concatenate([counts, counts.sum(axis=dimension, keepdims=True)], axis=dimension)
        return cls(axes, counts)

    def cells(self) -> Iterator[tuple[int, ...]]:
        """Every cell and margin by its place."""
        return itertools.product(*(range(size) for size in self.counts.shape))


def labels(axes: tuple[Axis, ...], cell: tuple[int, ...]) -> dict[str, str]:
    """A cell by the names of its categories; margins are `ALL`."""
    return {
        axis.name: axis.categories[place] if place < len(axis.categories) else ALL
        for axis, place in zip(axes, cell, strict=True)
    }


def lines(shape: tuple[int, ...]) -> Iterator[tuple[list[tuple[int, ...]], tuple[int, ...]]]:
    """Each sum that a reader can form: the cells of a line, and the margin they add up to."""
    for dimension, size in enumerate(shape):
        others = [range(length) for place, length in enumerate(shape) if place != dimension]
        for rest in itertools.product(*others):
            cells = [(*rest[:dimension], place, *rest[dimension:]) for place in range(size)]
            yield cells[:-1], cells[-1]
