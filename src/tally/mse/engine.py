"""Many extended maximum likelihood fits at once: one matrix product a step instead of a loop over models.

A fit is a vector of counts with a set of terms. Poisson counts, log-linear means, one unobserved cell (nobody's list).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, xlogy

from tally.mse.existence import has_maximum, is_identifiable, is_surely_finite

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FINE, NO_MAXIMUM, NOT_IDENTIFIABLE = 0, 1, 2
CHUNK_NUMBERS = 1_000_000  # of the largest work array: 8 MB
MOST_STEPS = 40
LONGEST_STEP = 20.0  # of a coefficient in one step
SETTLED = 1e-6  # largest change of a coefficient: the next Newton step would change its square


@dataclass(frozen=True)
class Design:
    """The observable cells of t lists, and the terms that models may have."""

    t: int
    terms: tuple[int, ...]

    @cached_property
    def x(self) -> Floats:
        """Shape (2^t - 1, 1 + terms): 1 where a cell holds a term; the first column is the intercept."""
        cells, terms = np.arange(1, 1 << self.t)[:, None], np.array([0, *self.terms])
        held: Floats = ((cells & terms) == terms).astype(np.float64)
        return held

    @cached_property
    def products(self) -> Floats:
        """Each cell's products of two columns, one triangle: means @ products are the information matrices, packed."""
        first, second = np.triu_indices(self.x.shape[1])
        both: Floats = self.x[:, first] * self.x[:, second]
        return both

    @cached_property
    def packed(self) -> NDArray[np.intp]:
        """Shape (terms, terms): where the product of two columns stands in `products`."""
        size = self.x.shape[1]
        place = np.zeros((size, size), dtype=np.intp)
        first, second = np.triu_indices(size)
        place[first, second] = place[second, first] = np.arange(len(first))
        return place

    @cached_property
    def signs(self) -> Floats:
        """(-1)^order of each term, the intercept's first: their sum within a cell decides identifiability."""
        return np.array([1.0] + [(-1.0) ** term.bit_count() for term in self.terms])

    @cached_property
    def own_cell(self) -> NDArray[np.intp]:
        """Where the cell stands that is on exactly the lists of a term; -1 for the intercept."""
        return np.array([-1] + [term - 1 for term in self.terms])


@dataclass(frozen=True)
class Fits:
    """Results of many fits: estimates of the total, log-likelihoods, statuses, means of the observable cells."""

    total: Floats
    loglik: Floats
    status: NDArray[np.int8]
    means: Floats


def fit_many(design: Design, counts: Floats, models: Bools, start: Floats | None = None) -> Fits:
    """Fit each row of `models` to the same row of `counts`.

    Parameters
    ----------
    design
        Cells and terms.
    counts
        Shape (fits, cells): persons in the observable cells, without the unobserved one.
    models
        Shape (fits, 1 + terms): which terms each fit has.
    start
        Means near the answer, of the shape of counts; without them the counts themselves.

    Returns
    -------
    Fits
        Where the status is not `FINE`, the estimate is NaN and the log-likelihood minus infinity.
    """
    size = max(1, CHUNK_NUMBERS // max(design.products.shape[1], counts.shape[1], 1))
    by_size = np.argsort(models.sum(axis=1), kind="stable")  # models of one size share small matrices
    total, loglik = np.empty(len(counts)), np.empty(len(counts))
    status, means = np.empty(len(counts), dtype=np.int8), np.empty(counts.shape)
    for at in range(0, len(counts), size):
        rows = by_size[at : at + size]
        part = _fit_chunk(design, counts[rows], models[rows], None if start is None else start[rows])
        total[rows], loglik[rows], status[rows], means[rows] = (
            part.total,
            part.loglik,
            part.status,
            part.means,
        )
    return Fits(total, loglik, status, means)


@dataclass
class _Work:
    """One chunk on its way: terms whose overlap is empty are at minus infinity, and their cells at mean 0.

    `used` holds the columns of each fit's terms, filled up with others to the size of the largest fit; `is_used` says
    which are real, and `place` where their products stand.
    """

    design: Design
    counts: Floats
    terms: Bools
    cells: Bools
    beta: Floats
    means: Floats
    is_settled: Bools
    used: NDArray[np.intp]
    is_used: Bools
    place: NDArray[np.intp]


def _fit_chunk(design: Design, counts: Floats, models: Bools, start: Floats | None) -> Fits:
    empty = models & (counts @ design.x == 0)
    empty[:, 0] = False
    cells = ~((empty.astype(float) @ design.x.T) > 0)
    terms = models & ~empty
    identifiable = is_identifiable(design, terms, cells)
    used = np.argsort(~terms, axis=1, kind="stable")[:, : int(terms.sum(axis=1).max())]
    work = _Work(
        design, counts, terms, cells, np.zeros(models.shape), np.zeros(counts.shape), ~identifiable, used,
        np.take_along_axis(terms, used, axis=1), design.packed[used[:, :, None], used[:, None, :]],
    )  # fmt: skip
    _newton(work, start)
    return _judged(work, identifiable)


def _newton(work: _Work, start: Floats | None) -> None:
    cold = work.counts + 0.1
    if start is not None:
        _iterate(work, np.flatnonzero(~work.is_settled), np.maximum(start, 1e-3))
    _iterate(work, np.flatnonzero(~work.is_settled), cold)  # all, or those that a bad start led astray


def _iterate(work: _Work, rows: NDArray[np.intp], start: Floats) -> None:
    """Newton steps for some fits, from the weighted least squares fit to the logarithm of `start`."""
    if not len(rows):
        return
    means = np.where(work.cells, start, 0.0)[rows]
    eta = np.log(np.where(means > 0, means, 1.0))
    right = np.where(work.cells[rows], work.counts[rows] - means + means * eta, 0.0)
    beta = _solved(work, rows, means, right)
    work.beta[rows], work.means[rows] = beta, _means(work, rows, beta)
    for _ in range(MOST_STEPS):
        rows = rows[~work.is_settled[rows]]
        if not len(rows):
            return
        _step(work, rows)


def _step(work: _Work, rows: NDArray[np.intp]) -> None:
    """One Newton step of each fit."""
    residual = np.where(work.cells[rows], work.counts[rows] - work.means[rows], 0.0)
    change = np.clip(_solved(work, rows, work.means[rows], residual), -LONGEST_STEP, LONGEST_STEP)
    work.beta[rows] += change
    work.means[rows] = _means(work, rows, work.beta[rows])
    work.is_settled[rows] = np.abs(change).max(axis=1) < SETTLED


def _solved(work: _Work, rows: NDArray[np.intp], means: Floats, right: Floats) -> Floats:
    """Information matrix to the minus one, times the design's transpose times a vector over cells; per fit."""
    used, real = work.used[rows], work.is_used[rows]
    size = used.shape[1]
    packed = means @ work.design.products
    information = np.take_along_axis(packed, work.place[rows].reshape(len(rows), -1), axis=1)
    information = information.reshape(len(rows), size, size) * (real[:, :, None] & real[:, None, :])
    diagonal = np.einsum("bii->bi", information)
    diagonal += np.where(real, 1e-10 * diagonal + 1e-300, 1.0)
    wanted = np.where(real, np.take_along_axis(right @ work.design.x, used, axis=1), 0.0)
    found = np.zeros((len(rows), work.design.x.shape[1]))
    np.put_along_axis(found, used, np.linalg.solve(information, wanted[:, :, None])[:, :, 0], axis=1)
    return found


def _means(work: _Work, rows: NDArray[np.intp], beta: Floats) -> Floats:
    found: Floats = np.where(work.cells[rows], np.exp(np.clip(beta @ work.design.x.T, -500, 50)), 0.0)
    return found


def _loglik(counts: Floats, means: Floats) -> Floats:
    found: Floats = (xlogy(counts, means) - means).sum(axis=1)
    return found


def _judged(work: _Work, identifiable: Bools) -> Fits:
    """A fit that settled stands at the maximum: the likelihood is concave. For the others it is decided exactly."""
    status = np.where(identifiable, FINE, NOT_IDENTIFIABLE).astype(np.int8)
    open_rows = np.flatnonzero(identifiable & ~work.is_settled)
    finite = is_surely_finite(work.design, work.terms[open_rows], (work.cells & (work.counts > 0))[open_rows])
    for row, is_finite in zip(open_rows, finite, strict=True):
        x = work.design.x[work.cells[row]][:, work.terms[row]]
        if is_finite or has_maximum(x, work.counts[row][work.cells[row]]):
            _climb(work, int(row), x)
        else:
            status[row] = NO_MAXIMUM
    fine = status == FINE
    loglik = _loglik(work.counts, work.means) - gammaln(work.counts + 1).sum(axis=1)
    total = work.counts.sum(axis=1) + np.exp(np.minimum(work.beta[:, 0], 700))
    return Fits(np.where(fine, total, np.nan), np.where(fine, loglik, -np.inf), status, work.means)


def _climb(work: _Work, row: int, x: Floats) -> None:
    """The slow, sure way to a maximum that Newton steps overshot: never downhill, within a trusted distance."""
    counts = work.counts[row][work.cells[row]]

    def means(beta: Floats) -> Floats:
        found: Floats = np.exp(np.minimum(x @ beta, 50.0))
        return found

    found = minimize(
        lambda beta: float(means(beta).sum() - counts @ (x @ beta)),
        np.r_[np.log(counts.mean()), np.zeros(x.shape[1] - 1)],
        jac=lambda beta: x.T @ (means(beta) - counts),
        hess=lambda beta: x.T @ (x * means(beta)[:, None]),
        method="trust-exact",
        options={"gtol": 1e-9 * (1 + counts.sum()), "maxiter": 500},
    )
    work.beta[row] = 0.0
    work.beta[row, work.terms[row]] = found.x
    work.means[row] = _means(work, np.array([row]), work.beta[row][None])[0]
