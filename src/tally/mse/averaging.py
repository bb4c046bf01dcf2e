"""Averages over models, with the missing count integrated on a grid of equal steps in its logarithm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import gammaln, logsumexp, xlogy

from tally.errors import NoEstimate
from tally.mse import terms as model_terms
from tally.mse.engine import FINE, Design, Floats, fit_many
from tally.mse.graphs import decomposable
from tally.mse.results import Estimate
from tally.mse.rules import bic_of
from tally.mse.selection import bic_rule, check_all_models
from tally.mse.table import Table

GRID_POINTS = 400
LARGEST_MULTIPLE = 1000  # the grid ends where a thousand are missing for each one seen
AT_THE_EDGE = (
    0.005  # posterior mass in the last tenth of the grid above which the answer is the grid's, not the data's
)
WINDOW = 12.0  # in BIC: models with less than exp(-6) of the best one's weight are left out
PROFILE_POINTS = 80  # at which a profile is computed; a cubic spline gives the rest of the grid
TOGETHER = 512  # graphs whose weights are in memory at one time
STEPS = 60  # Newton steps for a profile; started from the neighbouring grid point


def averaged(table: Table, over: str = "decomposable", level: float = 0.95, max_order: int = 3) -> Estimate:
    """The posterior of the total, averaged over models.

    Parameters
    ----------
    table
        Persons by combination of lists.
    over
        `decomposable`: all decomposable graphical models with a Dirichlet prior of one person in all, up to six lists.
        `hierarchical`: all hierarchical models up to `max_order` (order 2 for six lists), weighted by BIC.
    level
        Posterior probability of the interval.

    Returns
    -------
    Estimate
        The posterior median in persons in all, with an equal-tailed interval.

    Raises
    ------
    NoEstimate
        If a list overlaps with none, or if the posterior leans on the end of the grid.
    ValueError
        If there are too many lists, or `over` is not known.

    Notes
    -----
    The prior of the total N is proportional to 1/N for decomposable models, and of the missing count n0 to 1/n0 for
    hierarchical ones. In the latter the other coefficients enter by their profile likelihood and a BIC penalty, which
    is an approximation for large samples. Assumes that one of the models is near the truth.

    References
    ----------
    .. [1] Madigan and York (1997). doi:10.1093/biomet/84.1.19
    .. [2] Raftery (1995). doi:10.2307/271063
    """
    table.refuse_without_overlap()
    if over == "decomposable":
        missing, log_weight = _decomposable(table)
    elif over == "hierarchical":
        missing, log_weight = _hierarchical(table, max_order)
    else:
        raise ValueError(f"{over!r} is neither decomposable nor hierarchical.")
    low, middle, high = _quantiles(table, missing, log_weight, level)
    return Estimate(
        over, middle, low, high, level, model=f"all {models_in(table, over, max_order):,} {over} models"
    )


def _grid(table: Table) -> tuple[Floats, Floats]:
    """Missing counts from half a person up, and the logarithm of each one's width."""
    edges = np.exp(
        np.linspace(np.log(0.5), np.log(LARGEST_MULTIPLE * max(table.observed, 1)), GRID_POINTS + 1)
    )
    middle: Floats = np.sqrt(edges[1:] * edges[:-1])
    width: Floats = np.log(edges[1:] - edges[:-1])
    return middle, width


def _quantiles(table: Table, missing: Floats, log_weight: Floats, level: float) -> tuple[float, float, float]:
    weight = np.exp(log_weight - logsumexp(log_weight))
    if weight[-len(weight) // 10 :].sum() > AT_THE_EDGE:
        raise NoEstimate(
            "The posterior has no upper end within a thousand times the people seen: no estimate."
        )
    below = np.cumsum(weight) - weight / 2
    wanted = [(1 - level) / 2, 0.5, (1 + level) / 2]
    found = np.exp(np.interp(wanted, below, np.log(missing)))
    low, middle, high = (float(table.observed + value) for value in found)
    return low, middle, high


def _decomposable(table: Table) -> tuple[Floats, Floats]:
    missing, width = _grid(table)
    t = len(table.lists)
    graphs = decomposable(t)
    part = np.stack([_marginal(table, missing, subset) for subset in range(1 << t)])
    signs = np.zeros((len(graphs), 1 << t))
    for row, (cliques, separators) in enumerate(graphs):
        np.add.at(signs[row], list(cliques), 1.0)
        np.add.at(signs[row], list(separators), -1.0)
    total = table.observed + missing
    ways = gammaln(total + 1) - gammaln(missing + 1)
    parts = [logsumexp(signs[at : at + TOGETHER] @ part, axis=0) for at in range(0, len(signs), TOGETHER)]
    weight: Floats = logsumexp(np.stack(parts), axis=0) + ways - np.log(total) + width
    return missing, weight


def _marginal(table: Table, missing: Floats, subset: int) -> Floats:
    """Log probability of the counts on some lists, at each missing count, under a Dirichlet prior of one person."""
    t = len(table.lists)
    cells = np.arange(1 << t) & subset
    counts = np.bincount(cells, weights=table.counts, minlength=1 << t)
    held = np.unique(cells)
    prior = 1.0 / len(held)
    known = counts[held[1:]]
    fixed = (gammaln(known + prior) - gammaln(prior)).sum()
    free = gammaln(counts[0] + missing + prior) - gammaln(prior) + fixed
    found: Floats = free - gammaln(table.observed + missing + 1.0)
    return found


def _hierarchical(table: Table, max_order: int) -> tuple[Floats, Floats]:
    t = len(table.lists)
    max_order = 2 if t > 5 else max_order
    check_all_models(t, max_order)
    rule = bic_rule(table, max_order)
    counts = table.counts[1:].astype(float)
    fits = fit_many(rule.design, np.broadcast_to(counts, (len(rule.models), len(counts))), rule.models)
    value = bic_of(fits.loglik, rule.models, counts.sum(keepdims=True))
    value[fits.status != FINE] = np.inf
    kept = value <= value.min() + WINDOW
    missing, width = _grid(table)
    weight = np.full(len(missing), -np.inf)
    for model in rule.models[kept]:
        profile = _profile(rule.design, counts, model, missing)
        penalty = (model.sum() - 1) / 2 * np.log(counts.sum())
        weight = np.logaddexp(weight, profile - penalty)
    return missing, weight + width - np.log(missing)


def _profile(design: Design, counts: Floats, model: NDArray[np.bool_], missing: Floats) -> Floats:
    """The largest log-likelihood of one model at each missing count, from the smallest count up."""
    used = np.flatnonzero(model[1:]) + 1
    empty = used[counts @ design.x[:, used] == 0]
    alive = ~(design.x[:, empty] > 0).any(axis=1)
    x = design.x[np.ix_(alive, np.setdiff1d(used, empty))]
    seen = counts[alive]
    beta = np.linalg.lstsq(x, np.log(seen + 0.5) - np.log(missing[0]), rcond=None)[0]
    knots = np.log(missing[:: len(missing) // PROFILE_POINTS])
    slide = np.linalg.lstsq(x, np.full(len(x), knots[1] - knots[0]), rcond=None)[0]
    found = np.empty(len(knots))
    for place, intercept in enumerate(knots):
        beta = _maximised(x, seen, intercept, beta - slide if place else beta)
        means = np.exp(np.minimum(x @ beta + intercept, 50.0))
        found[place] = (xlogy(seen, means) - means).sum()
    curve: Floats = CubicSpline(knots, found)(np.log(missing))
    return curve


def _maximised(x: Floats, seen: Floats, intercept: float, beta: Floats) -> Floats:
    size = np.eye(x.shape[1])
    for _ in range(STEPS):
        means = np.exp(np.minimum(x @ beta + intercept, 50.0))
        step = np.linalg.solve(x.T @ (x * means[:, None]) + 1e-9 * size, x.T @ (seen - means))
        beta = beta + np.clip(step, -3, 3)
        if np.abs(step).max() < 1e-7:
            return beta
    raise NoEstimate("The likelihood of a model did not settle at one of the missing counts.")


def models_in(table: Table, over: str, max_order: int = 3) -> int:
    """How many models an average runs over."""
    t = len(table.lists)
    if over == "decomposable":
        return len(decomposable(t))
    return len(model_terms.hierarchical(t, 2 if t > 5 else max_order))
