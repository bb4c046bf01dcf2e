"""All counts of one, two and three values together, true or measured with noise, laid out for fast work.

Every value of every column has one place (`values` places in all); every pair of values of two columns has a place
among the pairs. A count of three values stands in a matrix of pair by value, once for each of its three pairs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Where each value, pair and triple stands, for columns of these sizes."""

    sizes: tuple[int, ...]

    @cached_property
    def first(self) -> Codes:
        """Shape (columns + 1,): the place of each column's first value; the last is the number of values."""
        return np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)

    @property
    def values(self) -> int:
        return int(self.first[-1])

    @cached_property
    def column(self) -> Codes:
        """Shape (values,): the column of each value."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        return list(itertools.combinations(range(len(self.sizes)), 2))

    @cached_property
    def first_pair(self) -> Codes:
        """Shape (pairs + 1,): the place of the first combination of each pair of columns."""
        held = [self.sizes[a] * self.sizes[b] for a, b in self.pairs]
        return np.concatenate([[0], np.cumsum(held)]).astype(np.int64)

    @property
    def pair_values(self) -> int:
        return int(self.first_pair[-1])

    @cached_property
    def ends(self) -> tuple[Codes, Codes]:
        """For each combination of two values: the places of both."""
        found = [
            np.indices((self.sizes[a], self.sizes[b])).reshape(2, -1) + self.first[[a, b]][:, None]
            for a, b in self.pairs
        ]
        both = np.concatenate(found, axis=1) if found else np.zeros((2, 0), dtype=np.int64)
        return both[0], both[1]

    @cached_property
    def is_triple(self) -> NDArray[np.bool_]:
        """Shape (pair values, values): whether the value is of a third column."""
        one, two = self.ends
        columns = self.column
        third: NDArray[np.bool_] = (columns[one][:, None] != columns) & (columns[two][:, None] != columns)
        return third

    def hot(self, codes: Codes) -> NDArray[np.float32]:
        """Shape (cases, values): 1 where a case holds a value."""
        found = np.zeros((len(codes), self.values), dtype=np.float32)
        found[np.arange(len(codes))[:, None], codes + self.first[:-1]] = 1
        return found

    def pair_hot(self, codes: Codes) -> csr_array:
        """Shape (cases, pair values): 1 where a case holds both values; one entry per pair of columns."""
        a, b = np.array(self.pairs).T
        place = self.first_pair[:-1] + codes[:, a] * np.array(self.sizes)[b] + codes[:, b]
        ones = np.ones(place.size, dtype=np.float32)
        ends = np.arange(0, place.size + 1, len(self.pairs))
        return csr_array((ones, place.ravel(), ends), shape=(len(codes), self.pair_values))


@dataclass
class Margins:
    """Counts of one, two and three values: shapes (values,), (pair values,), (pair values, values)."""

    one: Floats
    two: Floats
    three: Floats = field(default_factory=lambda: np.zeros((0, 0)))


def count(layout: Layout, codes: Codes, length: int, chunk: int = 4000) -> Margins:
    """Counts up to that many values together."""
    found = Margins(np.zeros(layout.values), np.zeros(layout.pair_values))
    if length >= 3:
        found.three = np.zeros((layout.pair_values, layout.values))
    for at in range(0, len(codes), chunk):
        part = codes[at : at + chunk]
        found.one += np.bincount((part + layout.first[:-1]).ravel(), minlength=layout.values)
        if length >= 2 and layout.pairs:
            held = layout.pair_hot(part)
            found.two += np.bincount(held.indices, minlength=layout.pair_values)
            if length >= 3:
                found.three += held.T @ layout.hot(part)
    if length >= 3:
        found.three *= layout.is_triple
    return found
