"""Latent classes: people differ in kinds that nobody recorded, and lists are independent within a kind.

Sampled by Gibbs steps from several starts; where the chains do not agree, there is no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tally.errors import NoEstimate
from tally.mse.engine import Floats
from tally.mse.results import Estimate
from tally.mse.table import Table

CLASSES = 10
CHAINS = 4
SWEEPS = 40_000
KEPT_SHARE = 0.5  # the second half of each chain
AGREED = 1.05  # largest R-hat that is answered
PRIOR_SHAPE, PRIOR_RATE = 0.25, 0.25  # of the concentration: Manrique-Vallier 2016, section 3


@dataclass
class _State:
    """All chains at once; the first axis is the chain."""

    weight: Floats  # (chains, classes)
    chance: Floats  # (chains, classes, lists): of being on each list
    concentration: Floats  # (chains,)
    missing: Floats  # (chains,)


def latent_class(
    table: Table, *, chains: int = CHAINS, sweeps: int = SWEEPS, seed: int | None = None, level: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> Estimate:  # fmt: skip
    """The posterior of the total under a Dirichlet process mixture of independent lists.

    Parameters
    ----------
    table
        Persons by combination of lists.
    chains
        Independent starts, at least two.
    sweeps
        Steps of each chain; the first half is thrown away.
    seed
        For a result that can be repeated.
    level
        Posterior probability of the interval.
    progress
        Called with sweeps done and wanted.

    Returns
    -------
    Estimate
        Posterior median in persons in all, with an equal-tailed interval; R-hat stands in the notes.

    Raises
    ------
    NoEstimate
        If a list overlaps with none, or the chains do not agree (R-hat above 1.05).
    ValueError
        If there are fewer than two chains.

    Notes
    -----
    Assumes that lists depend on each other only because people differ. On tables of few overlaps the posterior has
    several hills and chains stay where they began: then it refuses, and more sweeps seldom help.

    References
    ----------
    .. [1] Manrique-Vallier (2016). doi:10.1111/biom.12502
    .. [2] Vehtari et al. (2021), rank-normalised split R-hat. doi:10.1214/20-BA1221
    """
    if chains < 2:
        raise ValueError("One chain cannot show whether chains agree; use two or more.")
    table.refuse_without_overlap()
    drawn = _sample(table, chains, sweeps, np.random.default_rng(seed), progress)
    agreement = r_hat(drawn)
    if not agreement <= AGREED:
        raise NoEstimate(
            f"The chains of the latent class model do not agree (R-hat {agreement:.2f}, at most {AGREED} is answered)."
        )
    low, middle, high = np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate("latent", float(middle), float(low), float(high), level, f"up to {CLASSES} classes",
                    notes=(f"R-hat {agreement:.3f} over {chains} chains of {sweeps} sweeps.",))  # fmt: skip


def _sample(
    table: Table,
    chains: int,
    sweeps: int,
    random: np.random.Generator,
    progress: Callable[[int, int], None] | None,
) -> Floats:
    """Totals, shape (chains, kept sweeps)."""
    t = len(table.lists)
    cells = np.flatnonzero(table.counts)
    counts = np.broadcast_to(table.counts[cells], (chains, len(cells)))
    held = (cells[:, None] >> np.arange(t) & 1).astype(float)
    state = _start(table, chains, random)
    kept = int(sweeps * KEPT_SHARE)
    totals = np.empty((chains, kept))
    for sweep in range(sweeps):
        _sweep(state, counts, held, random)
        if sweep >= sweeps - kept:
            totals[:, sweep - sweeps + kept] = table.observed + state.missing
        if progress and sweep % 1000 == 999:
            progress(sweep + 1, sweeps)
    return totals


def _start(table: Table, chains: int, random: np.random.Generator) -> _State:
    """Widely spread starts: from few missing to ten times the people seen."""
    missing = np.round(table.observed * np.geomspace(0.1, 10, chains))
    return _State(
        weight=random.dirichlet(np.ones(CLASSES), size=chains),
        chance=random.beta(1.0, 4.0, size=(chains, CLASSES, len(table.lists))),
        concentration=np.full(chains, 0.5),
        missing=missing,
    )


def _sweep(state: _State, counts: NDArray[np.int64], held: Floats, random: np.random.Generator) -> None:
    log_on, log_off = np.log(state.chance), np.log1p(-state.chance)
    log_weight = np.log(np.maximum(state.weight, 1e-300))
    each = np.einsum("hkj,cj->hck", log_on - log_off, held) + (log_off.sum(axis=2) + log_weight)[:, None, :]
    seen = random.multinomial(counts, _normal(each))  # (chains, cells, classes)
    none = state.weight * np.exp(log_off.sum(axis=2))
    nobody = np.clip(none.sum(axis=1), 1e-300, 1 - 1e-12)
    state.missing = random.negative_binomial(counts.sum(axis=1), 1 - nobody).astype(float)
    unseen = random.multinomial(state.missing.astype(np.int64), none / none.sum(axis=1, keepdims=True))
    on = np.einsum("hck,cj->hkj", seen, held)
    people = seen.sum(axis=1) + unseen
    state.chance = np.clip(random.beta(1.0 + on, 1.0 + people[:, :, None] - on), 1e-12, 1 - 1e-12)
    _sticks(state, people, random)


def _normal(logs: Floats) -> Floats:
    odds = np.exp(logs - logs.max(axis=2, keepdims=True))
    chances: Floats = odds / odds.sum(axis=2, keepdims=True)
    return chances


def _sticks(state: _State, people: NDArray[np.int64], random: np.random.Generator) -> None:
    """Weights by breaking a stick, and its concentration."""
    after = people[:, ::-1].cumsum(axis=1)[:, ::-1] - people
    broken = random.beta(1.0 + people[:, :-1], state.concentration[:, None] + after[:, :-1])
    broken = np.clip(broken, 1e-12, 1 - 1e-12)
    left = np.concatenate([np.ones((len(people), 1)), np.cumprod(1 - broken, axis=1)], axis=1)
    state.weight = left * np.concatenate([broken, np.ones((len(people), 1))], axis=1)
    rate = PRIOR_RATE - np.log1p(-broken).sum(axis=1)
    state.concentration = random.gamma(PRIOR_SHAPE + CLASSES - 1, 1 / rate)


def r_hat(draws: Floats) -> float:
    """Rank-normalised split R-hat of draws of shape (chains, length); 1 when all halves of all chains agree."""
    from scipy.stats import norm, rankdata

    half = draws.shape[1] // 2
    split = np.concatenate([draws[:, :half], draws[:, -half:]])
    return max(_classic(norm.ppf((rankdata(x).reshape(x.shape) - 0.375) / (x.size + 0.25)))
               for x in (split, np.abs(split - np.median(split))))  # fmt: skip


def _classic(split: Floats) -> float:
    length = split.shape[1]
    within = split.var(axis=1, ddof=1).mean()
    between = split.mean(axis=1).var(ddof=1)
    if within == 0:
        return 1.0 if between == 0 else float("inf")
    return float(np.sqrt((length - 1) / length + between / within))
