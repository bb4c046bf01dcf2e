"""Intervals that include the choice of the model: the whole choice is made again in every replicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from tally.errors import NoEstimate
from tally.mse.engine import Floats
from tally.mse.results import Estimate
from tally.mse.rules import LowestBic, Selection
from tally.mse.selection import point
from tally.mse.table import Table

REPLICATES = 1000
AMONG = 100  # models tried again in a replicate of a BIC choice: the rest hardly ever win
BATCH = 250
FEWEST_FINITE = 0.9


@dataclass(frozen=True)
class Resampled:
    """Estimates in the replicates, and with one person left out of each observed cell (with how many stand for it)."""

    estimate: float
    replicates: Floats
    left_out: Floats
    weights: Floats


def bootstrap(
    table: Table,
    rule: Selection,
    method: str = "bca",
    replicates: int = REPLICATES,
    *,
    seed: int | None = None,
    level: float = 0.95,
    among: int | None = AMONG,
    progress: Callable[[int, int], None] | None = None,
) -> Estimate:
    """An interval for the total that includes the choice of the model.

    Parameters
    ----------
    table
        Persons by combination of lists.
    rule
        How the model is chosen, for instance `stepwise_rule(table)`.
    method
        `bca` (bias corrected, accelerated) or `percentile`.
    replicates
        Multinomial resamples of the observed people.
    seed
        For a result that can be repeated; without it every run differs a little.
    level
        Nominal coverage.
    among
        For a BIC rule over many models: in a replicate only those that did best on the table are tried again. None
        tries all, and takes as many times longer.
    progress
        Called with replicates done and wanted.

    Returns
    -------
    Estimate
        Persons in all with low and high. A replicate without a finite estimate counts as infinite.

    Raises
    ------
    NoEstimate
        If a list overlaps with none, or more than a tenth of the replicates have no finite estimate.
    ValueError
        If the method is not known.

    Notes
    -----
    Assumes what the model assumes, and that people were drawn independently. An interval says nothing about lists
    that were linked wrongly or people who can never be on a list.

    References
    ----------
    .. [1] DiCiccio and Efron (1996). doi:10.1214/ss/1032280214
    .. [2] Silverman, Chan and Vincent (2024). doi:10.1007/s11222-023-10346-9
    """
    if method not in ("bca", "percentile"):
        raise ValueError(f"{method!r} is neither bca nor percentile.")
    found = point(table, rule)
    if found.estimate is None:
        return found
    notes: tuple[str, ...] = ()
    if isinstance(rule, LowestBic) and among is not None and len(rule.models) > among:
        rule = rule.among_best(table.counts[1:].astype(float), among)
        notes = (f"Each replicate chose among the {among} models that do best on the table.",)
    drawn = resample(table, rule, found.estimate, replicates, seed, progress)
    low, high = limits(drawn, method, level)
    endless = int(np.isinf(drawn.replicates).sum())
    if endless:
        notes += (f"{endless} of {replicates} replicates had no finite estimate and count as infinite.",)
    return replace(found, low=low, high=high, level=level, notes=found.notes + notes)


def resample(
    table: Table, rule: Selection, estimate: float, replicates: int,
    seed: int | None, progress: Callable[[int, int], None] | None = None,
) -> Resampled:  # fmt: skip
    """Draw the replicates and the jackknife for one rule."""
    counts = table.counts[1:].astype(float)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(table.observed, counts / counts.sum(), size=replicates).astype(float)
    totals = []
    for at in range(0, replicates, BATCH):
        totals.append(rule.choose(drawn[at : at + BATCH]).total)
        if progress:
            progress(min(at + BATCH, replicates), replicates)
    held = np.flatnonzero(counts)
    one_less = np.repeat(counts[None], len(held), axis=0)
    one_less[np.arange(len(held)), held] -= 1
    estimates = np.concatenate(totals)
    if np.isfinite(estimates).mean() < FEWEST_FINITE:
        raise NoEstimate(
            "More than a tenth of the resampled tables have no finite estimate: the overlaps are too thin."
        )
    return Resampled(estimate, _endless(estimates), rule.choose(one_less).total, counts[held])


def _endless(totals: Floats) -> Floats:
    return np.where(np.isfinite(totals), totals, np.inf)


def limits(drawn: Resampled, method: str, level: float) -> tuple[float, float]:
    """The ends of the interval from the replicates."""
    ends = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca":
        ends = _bca_levels(drawn, ends)
    low, high = np.quantile(drawn.replicates, ends, method="inverted_cdf")
    return float(low), float(high)


def _bca_levels(drawn: Resampled, ends: NDArray[np.float64]) -> NDArray[np.float64]:
    below = (drawn.replicates < drawn.estimate).mean() + (drawn.replicates == drawn.estimate).mean() / 2
    bias = norm.ppf(np.clip(below, 0.5 / len(drawn.replicates), 1 - 0.5 / len(drawn.replicates)))
    z = bias + norm.ppf(ends)
    moved: NDArray[np.float64] = norm.cdf(bias + z / (1 - _acceleration(drawn) * z))
    return moved


def _acceleration(drawn: Resampled) -> float:
    fine = np.isfinite(drawn.left_out)
    weights, estimates = drawn.weights[fine], drawn.left_out[fine]
    gap = np.average(estimates, weights=weights) - estimates
    spread = float((weights * gap**2).sum())
    return float((weights * gap**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
