"""Cases that nobody is, whose counts come as near to the measured ones as whole cases can.

Everything here sees measured counts only: it costs no privacy, whatever it does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tally.release.margins import Codes, Layout, Margins, count

BATCH = 2000
ROUNDS_AT_LEAST, VISITS = 60, 24.0  # rounds, and how often each case is looked at
Weights = tuple[float, float, float]
Singles = NDArray[np.float32]  # speed; exact counts stay in double precision


@dataclass
class Synthesis:
    """Cases under improvement: in each round some of them change the one value that helps most.

    The loss is the sum of squared differences between counts of the cases and measured counts, each divided by the
    variance of its noise: the likeliest table given the measurements, among those that whole cases can make.
    """

    layout: Layout
    measured: Margins
    weights: Weights
    codes: Codes
    random: np.random.Generator

    def __post_init__(self) -> None:
        self.length = 3 if self.weights[2] else 2 if self.weights[1] else 1
        self.counts = count(self.layout, self.codes, self.length)
        columns = len(self.layout.sizes)
        one, two, three = self.weights
        self.cost = 2 * (one + two * (columns - 1) + three * (columns - 1) * (columns - 2) / 2)
        first, second = self.layout.ends
        self._ends = first, second

    def run(self) -> Codes:
        """Improve for a number of rounds that grows with the cases, and give them."""
        rounds = max(ROUNDS_AT_LEAST, int(VISITS * len(self.codes) / BATCH))
        for _ in range(rounds):
            self._round()
        return self.codes

    def _round(self) -> None:
        rows = self.random.choice(len(self.codes), size=min(BATCH, len(self.codes)), replace=False)
        slope = self._slope(self.codes[rows])
        value, gain = self._best_moves(self.codes[rows], slope)
        moving = self._joint(self.codes[rows], value, gain)
        if not moving.any():
            return
        old = self.codes[rows[moving]]
        new = old.copy()
        column = self.layout.column[value[moving]]
        new[np.arange(len(new)), column] = value[moving] - self.layout.first[column]
        before, after = count(self.layout, old, self.length), count(self.layout, new, self.length)
        self.counts.one += after.one - before.one
        self.counts.two += after.two - before.two
        if self.length >= 3:
            self.counts.three += after.three - before.three
        self.codes[rows[moving]] = new

    def _slope(self, codes: Codes) -> Singles:
        """Shape (cases, values): how the loss rises with one more count of that value beside the case's others."""
        one, two, three = self.weights
        size = self.layout.values
        slope = np.broadcast_to(one * (self.counts.one - self.measured.one), (len(codes), size)).astype(
            np.float32
        )
        if self.length >= 2:
            square = np.zeros((size, size), dtype=np.float32)
            gap = two * (self.counts.two - self.measured.two)
            square[self._ends[0], self._ends[1]] = gap
            square[self._ends[1], self._ends[0]] = gap
            slope += self._summed(codes, square)
        if self.length >= 3:
            gaps = three * (self.counts.three - self.measured.three) * self.layout.is_triple
            slope += self.layout.pair_hot(codes) @ gaps.astype(np.float32)
        return slope

    def _summed(self, codes: Codes, square: Singles) -> Singles:
        total = np.zeros((len(codes), self.layout.values), dtype=np.float32)
        for place in range(codes.shape[1]):
            total += square[codes[:, place] + self.layout.first[place]]
        return total

    def _best_moves(self, codes: Codes, slope: Singles) -> tuple[Codes, Singles]:
        own = codes + self.layout.first[:-1]
        at_own = np.take_along_axis(slope, own, axis=1)
        gain = at_own[:, self.layout.column] - slope
        np.put_along_axis(gain, own, -np.inf, axis=1)
        value = gain.argmax(axis=1)
        return value, gain[np.arange(len(value)), value] - self.cost / 2

    def _joint(self, codes: Codes, value: Codes, gain: Singles) -> NDArray[np.bool_]:
        """Cases that want the same move share it out: all at once they would overshoot."""
        helps = gain > 0
        column = self.layout.column[value]
        origin = codes[np.arange(len(codes)), column] + self.layout.first[column]
        _, group = np.unique(origin * self.layout.values + value, return_inverse=True)
        many = np.bincount(group, weights=helps)
        mean = np.bincount(group, weights=np.where(helps, gain, 0.0)) / np.maximum(many, 1)
        share = np.clip(mean / (self.cost * np.maximum(many, 1)), 0, 1)[group]
        moving: NDArray[np.bool_] = helps & (self.random.random(len(codes)) < share)
        return moving


def synthesise(
    layout: Layout, measured: Margins, weights: Weights, cases: int, random: np.random.Generator
) -> Codes:
    """That many cases: columns drawn apart by the measured single counts, then improved together.

    Every value of every column appears at least once: with public code lists that says nothing, and a value that ten
    people have is never lost.
    """
    start = np.empty((cases, len(layout.sizes)), dtype=np.int64)
    for place, size in enumerate(layout.sizes):
        chances = np.maximum(measured.one[layout.first[place] : layout.first[place + 1]], 0.5)
        start[:, place] = random.choice(size, size=cases, p=chances / chances.sum())
    codes = Synthesis(layout, measured, weights, start, random).run()
    return _with_every_value(layout, codes, random)


def _with_every_value(layout: Layout, codes: Codes, random: np.random.Generator) -> Codes:
    for place, size in enumerate(layout.sizes):
        held = np.bincount(codes[:, place], minlength=size)
        for value in np.flatnonzero(held == 0):
            if held.max() < 2:
                break
            rows = np.flatnonzero(codes[:, place] == held.argmax())
            codes[random.choice(rows), place] = value
            held = np.bincount(codes[:, place], minlength=size)
    return codes
