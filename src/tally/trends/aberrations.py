"""Counts that are higher or lower than the same weeks of other years let one expect (after Farrington)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from tally.errors import NoDenominator

Floats = NDArray[np.float64]
ALPHA = 0.005  # on each side, for one period
YEARS_BACK, HALF_WINDOW, FEWEST = 5, 3, 9
STEEPEST = 1.25  # a trend may lead at most this far beyond the largest count of the history
OUTBREAK = 2.58  # standardised residual from which a past period counts less
FEWER = (
    "Fewer detections than expected. That says nothing about fewer victims: first ask whether services, reporting or "
    "access broke down, all the more in a crisis."
)
MORE = (
    "More detections than expected. It may be more victims, better detection or late reports. For child-protection "
    "coordination; not for targeting people or places."
)


@dataclass(frozen=True)
class Aberration:
    """One period beside what was expected of it; counts of persons, `lower` and `upper` the limits of no alarm."""

    observed: int
    expected: float
    lower: float
    upper: float
    completeness: float
    says: str

    @property
    def is_high(self) -> bool:
        return self.observed > self.upper

    @property
    def is_low(self) -> bool:
        return self.observed < self.lower


def aberration(
    counts: Sequence[int], per_year: int, *, open_share: Sequence[float] | None = None, completeness: float = 1.0,
    alpha: float = ALPHA,
) -> Aberration:  # fmt: skip
    """Whether the last period stands out against the same season of earlier years.

    Parameters
    ----------
    counts
        Persons detected in each period, oldest first, without gaps; the last is the one in question.
    per_year
        Periods in a year: 12 or 52.
    open_share
        For each period the part of its working days that were not holidays, above 0 to 1. Default: all open.
    completeness
        What part of the last period's reports is in by now, above 0 to 1; see `completeness_by_delay`.
    alpha
        Probability of a false alarm in one period, on each side.

    Returns
    -------
    Aberration
        Expected persons and limits, all scaled to what can be in by now.

    Raises
    ------
    NoDenominator
        If fewer than nine earlier periods of the same season are known: a year and a half back for monthly counts.
    ValueError
        If shares are not within (0, 1], or counts negative.

    Notes
    -----
    The same periods of up to five earlier years, three either side, give a quasi-Poisson mean with a trend where it is
    clear; past outbreaks are weighted down; limits are on the 2/3 power scale. Assumes the way of counting has not
    changed. `false_alarm_rate` states by simulation what alpha really gives. A low count is never called a fall in
    trafficking.

    References
    ----------
    .. [1] Farrington et al. (1996). doi:10.2307/2983331
    .. [2] Noufaily et al. (2013). doi:10.1002/sim.5595
    """
    seen = np.asarray(counts, dtype=float)
    share = np.ones(len(seen)) if open_share is None else np.asarray(open_share, dtype=float)
    if (
        (seen < 0).any()
        or len(share) != len(seen)
        or not ((share > 0) & (share <= 1)).all()
        or not 0 < completeness <= 1
    ):
        raise ValueError("Counts are not negative, and shares above 0 and at most 1, one for each count.")
    back = _baseline(len(seen), per_year)
    if len(back) < FEWEST:
        raise NoDenominator(
            f"Only {len(back)} earlier periods of this season are known; {FEWEST} are needed."
        )
    expected, spread = _expect(seen[back], share[back], back - (len(seen) - 1))
    now = share[-1] * completeness
    lower, upper = _limits(expected * now, spread * now, alpha)
    observed = int(seen[-1])
    says = MORE if observed > upper else FEWER if observed < lower else ""
    return Aberration(observed, expected * now, lower, upper, completeness, says)


def _baseline(length: int, per_year: int) -> NDArray[np.int64]:
    """Places of the same season in earlier years."""
    last = length - 1
    places = {
        last - year * per_year + shift
        for year in range(1, YEARS_BACK + 1)
        for shift in range(-HALF_WINDOW, HALF_WINDOW + 1)
    }
    return np.array(sorted(place for place in places if 0 <= place < last - HALF_WINDOW), dtype=np.int64)


def _expect(seen: Floats, share: Floats, when: NDArray[np.int64]) -> tuple[float, float]:
    """Mean of a fully open period now, and its variance for a new count (with that of the mean itself)."""
    flat = np.ones((len(seen), 1))
    sloped = np.column_stack([flat, when / max(1, -int(when.min()))])
    beta, covariance, dispersion = _weighted(sloped, seen, share)
    is_clear = abs(beta[1]) > 1.96 * np.sqrt(covariance[1, 1])
    if not (is_clear and np.exp(beta[0]) <= STEEPEST * (seen / share).max()):
        beta, covariance, dispersion = _weighted(flat, seen, share)
    mean = float(np.exp(beta[0]))
    return mean, dispersion * mean + float(covariance[0, 0]) * mean**2


def _weighted(design: Floats, seen: Floats, share: Floats) -> tuple[Floats, Floats, float]:
    """The fit after past outbreaks were weighted down."""
    weights = np.ones(len(seen))
    for _ in range(3):
        beta, covariance, dispersion, residual = _quasi_poisson(design, seen, share, weights)
        weights = np.where(residual > OUTBREAK, OUTBREAK**2 / np.maximum(residual, 1e-9) ** 2, 1.0)
    return beta, covariance, dispersion


def _quasi_poisson(
    design: Floats, seen: Floats, share: Floats, weights: Floats
) -> tuple[Floats, Floats, float, Floats]:
    beta: Floats = np.zeros(design.shape[1])
    beta[0] = np.log(max(float(seen.sum() / share.sum()), 1e-3))
    for _ in range(30):
        mean = share * np.exp(np.clip(design @ beta, -50, 50))
        information = design.T @ (design * (weights * mean)[:, None]) + 1e-9 * np.eye(design.shape[1])
        step = np.linalg.solve(information, design.T @ (weights * (seen - mean)))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    pearson = (seen - mean) / np.sqrt(np.maximum(mean, 1e-9))
    dispersion = max(1.0, float((weights * pearson**2).sum() / (len(seen) - design.shape[1])))
    covariance: Floats = np.asarray(dispersion * np.linalg.inv(information), dtype=np.float64)
    return beta, covariance, dispersion, pearson / np.sqrt(dispersion)


def _limits(mean: float, variance: float, alpha: float) -> tuple[float, float]:
    """On the 2/3 power scale, where Poisson counts are nearly symmetric; variance grows with the square of exposure
    only in the part that comes from the mean, so scaling all of it is cautious."""
    reach = 2 / 3 * float(norm.isf(alpha)) * np.sqrt(variance) / mean
    return float(mean * max(0.0, 1 - reach) ** 1.5), float(mean * (1 + reach) ** 1.5)


def completeness_by_delay(triangle: Sequence[Sequence[int]]) -> list[float]:
    """What part of all reports is in after each delay, from how earlier periods filled up.

    Parameters
    ----------
    triangle
        One row per period, oldest first: reports that came with delay 0, 1, 2 ... periods; younger rows are shorter.

    Returns
    -------
    list of float
        For delay 0, 1, 2 ... the part that is in, up to 1 at the longest delay known.

    Raises
    ------
    NoDenominator
        If no row reaches the longest delay, or a delay has no reports to learn from.

    Notes
    -----
    Chain ladder. Assumes that delays do not change; after a change of system, start a new triangle.

    References
    ----------
    .. [1] Mack (1993). doi:10.2143/AST.23.2.2005092
    """
    longest = max((len(row) for row in triangle), default=0)
    growth = []
    for delay in range(1, longest):
        rows = [row for row in triangle if len(row) > delay]
        before, after = (sum(sum(row[:upto]) for row in rows) for upto in (delay, delay + 1))
        if before == 0:
            raise NoDenominator(f"Nothing was reported within {delay} periods, so delays cannot be learned.")
        growth.append(after / before)
    if not longest:
        raise NoDenominator("The triangle is empty.")
    still = np.cumprod(np.array([1.0, *growth[::-1]]))[::-1]
    return [float(1 / value) for value in still]


def false_alarm_rate(
    per_year: int, mean: float, *, dispersion: float = 1.0, years: int = 6, alpha: float = ALPHA,
    simulations: int = 2000, seed: int | None = None,
) -> tuple[float, float]:  # fmt: skip
    """How often `aberration` alarms where nothing happens: high and low, as fractions of periods.

    Parameters
    ----------
    per_year, mean, dispersion
        Periods in a year, persons expected in each, and variance over mean (1: Poisson, above: negative binomial), with
        a season of 30 per cent.
    years
        Of history, the last period included.
    simulations, seed
        How many histories, and from which seed.

    Returns
    -------
    tuple of float
        High alarms and low alarms, each as a fraction of histories.

    Notes
    -----
    Counts are whole, so below about ten expected persons the lower limit alarms more often than alpha.

    Examples
    --------
    >>> high, low = false_alarm_rate(12, 20.0, simulations=200, seed=1)
    >>> high < 0.05
    True
    """
    random = np.random.default_rng(seed)
    length = years * per_year
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(length) / per_year)
    high = low = 0
    for _ in range(simulations):
        rate = mean * season
        if dispersion > 1:
            rate = random.gamma(rate / (dispersion - 1), dispersion - 1)
        found = aberration([int(n) for n in random.poisson(rate)], per_year, alpha=alpha)
        high, low = high + found.is_high, low + found.is_low
    return high / simulations, low / simulations
