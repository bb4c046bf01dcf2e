"""Rules that choose a model: stepwise by p-value, the best of all by BIC, or downhill by BIC.

Each works on many count vectors at once, so that a bootstrap repeats the choice in every replicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from tally.mse import terms as model_terms
from tally.mse.engine import FINE, Bools, Design, Floats, fit_many

FITS_TOGETHER = 20_000
ROWS_TOGETHER = 100
THRESHOLD = 0.02  # Chan, Silverman and Vincent 2021, section 4: from their simulations


@dataclass(frozen=True)
class Chosen:
    """For each count vector: the estimate of the total (NaN: none), and the model as a mask over the design's terms."""

    total: Floats
    models: Bools


class Selection(Protocol):
    """A rule that chooses a model for each count vector and gives its estimate."""

    @property
    def name(self) -> str:
        """What the rule is called in results."""

    @property
    def design(self) -> Design:
        """The cells, and the terms its models may have."""

    def choose(self, counts: Floats) -> Chosen:
        """Choose for each row of counts (observable cells)."""


@dataclass(frozen=True)
class Stepwise:
    """From main effects, the pair with the smallest Poisson p-value joins while it is below the threshold.

    The p-value of a pair is the smaller tail of the people on both lists, given the model before it joins. A pair
    whose model has no finite or no unique estimate is passed over.
    """

    design: Design
    threshold: float = THRESHOLD
    name: str = "stepwise"

    def choose(self, counts: Floats) -> Chosen:
        """Choose for each row of counts; all rows take their steps together."""
        models = np.zeros((len(counts), 1 + len(self.design.terms)), dtype=bool)
        models[:, : 1 + self.design.t] = True
        total, means = np.full(len(counts), np.nan), np.zeros(counts.shape)
        first = fit_many(self.design, counts, models)
        total[:], means[:] = first.total, first.means
        passed, open_rows = models.copy(), np.flatnonzero(first.status == FINE)
        while len(open_rows):
            best, p = self._best_pair(counts[open_rows], means[open_rows], passed[open_rows])
            open_rows, best = open_rows[p < self.threshold], best[p < self.threshold]
            if not len(open_rows):
                break
            trial = models[open_rows]
            trial[np.arange(len(trial)), best] = True
            fits = fit_many(self.design, counts[open_rows], trial)
            fine = fits.status == FINE
            passed[open_rows, best] = True
            joined = open_rows[fine]
            models[joined], total[joined], means[joined] = trial[fine], fits.total[fine], fits.means[fine]
            passed[joined] = models[joined]
        return Chosen(total, models)

    def _best_pair(self, counts: Floats, means: Floats, passed: Bools) -> tuple[NDArray[np.intp], Floats]:
        seen, expected = counts @ self.design.x, means @ self.design.x
        p = np.minimum(poisson.cdf(seen, expected), poisson.sf(seen - 1, expected))
        p[passed] = np.inf
        best = p.argmin(axis=1)
        return best, p[np.arange(len(p)), best]


@dataclass(frozen=True)
class LowestBic:
    """The model of smallest BIC among those given. `start` holds means near the answer for each model."""

    design: Design
    models: Bools
    name: str = "bic"
    start: Floats | None = None

    def choose(self, counts: Floats) -> Chosen:
        """Choose for each row of counts, many rows times all models at once."""
        together = max(1, FITS_TOGETHER // len(self.models))
        total, place = np.full(len(counts), np.nan), np.zeros(len(counts), dtype=np.intp)
        for at in range(0, len(counts), together):
            rows = slice(at, at + together)
            value, totals = self._many_scores(counts[rows])
            best = value.argmin(axis=1)
            each = np.arange(len(best))
            place[rows], total[rows] = (
                best,
                np.where(np.isfinite(value[each, best]), totals[each, best], np.nan),
            )
        return Chosen(total, self.models[place])

    def _many_scores(self, counts: Floats) -> tuple[Floats, Floats]:
        shape = len(counts), len(self.models)
        models = np.tile(self.models, (len(counts), 1))
        start = None if self.start is None else np.tile(self.start, (len(counts), 1))
        fits = fit_many(self.design, np.repeat(counts, shape[1], axis=0), models, start)
        people = np.repeat(counts.sum(axis=1), shape[1])
        return bic_of(fits.loglik, models, people).reshape(shape), fits.total.reshape(shape)

    def scores(self, counts: Floats) -> tuple[Floats, Floats]:
        """BIC (infinite where there is no estimate) and estimate of each model for one count vector."""
        value, total = self._many_scores(counts[None])
        return value[0], total[0]

    def among_best(self, counts: Floats, most: int) -> LowestBic:
        """The same rule among the `most` models that do best on these counts, over the terms that they use."""
        value, _ = self.scores(counts)
        models = self.models[np.argsort(value, kind="stable")[:most]]
        used: Bools = np.logical_or.reduce(models, axis=0)
        design = Design(self.design.t, tuple(np.array(self.design.terms)[used[1:]].tolist()))
        models = models[:, used]
        fits = fit_many(design, np.repeat(counts[None], len(models), axis=0), models)
        return LowestBic(design, models, self.name, fits.means)


def bic_of(loglik: Floats, models: Bools, people: Floats) -> Floats:
    """Every term counts, those at minus infinity too; the sample size is the number of observed people."""
    found: Floats = -2 * loglik + models.sum(axis=1) * np.log(np.maximum(people, 1.0))
    return found


@dataclass(frozen=True)
class Downhill:
    """From main effects, one term more or less at a time to the neighbour of smallest BIC, until none is better."""

    design: Design
    most: int
    name: str = "downhill"

    def choose(self, counts: Floats) -> Chosen:
        """Choose for each row of counts; all rows take their steps together."""
        terms = list(self.design.terms)
        models = [model_terms.main_effects(self.design.t)] * len(counts)
        held = model_terms.masks(models, terms)
        first = fit_many(self.design, counts, held)
        best, total, means = bic_of(first.loglik, held, counts.sum(axis=1)), first.total, first.means
        open_rows = np.arange(len(counts))
        while len(open_rows):
            moved = []
            for at in range(0, len(open_rows), ROWS_TOGETHER):
                moved += self._step(counts, open_rows[at : at + ROWS_TOGETHER], models, best, total, means)
            open_rows = np.array(moved, dtype=np.intp)
        return Chosen(np.where(np.isfinite(best), total, np.nan), model_terms.masks(models, terms))

    def _step(
        self, counts: Floats, rows: NDArray[np.intp], models: list[model_terms.Model], best: Floats, total: Floats,
        means: Floats,
    ) -> list[int]:  # fmt: skip
        """Move each of these rows to its best neighbour where that is better; gives those that moved."""
        near = [model_terms.neighbours(models[row], self.design.t, self.most) for row in rows]
        whose = np.repeat(rows, [len(each) for each in near])
        held = model_terms.masks([model for each in near for model in each], list(self.design.terms))
        fits = fit_many(self.design, counts[whose], held, means[whose])
        value = bic_of(fits.loglik, held, counts[whose].sum(axis=1))
        moved, start = [], 0
        for row, each in zip(rows.tolist(), near, strict=True):
            at = start + int(value[start : start + len(each)].argmin())
            if value[at] < best[row]:
                models[row] = each[at - start]
                best[row], total[row], means[row] = value[at], fits.total[at], fits.means[at]
                moved.append(row)
            start += len(each)
        return moved
