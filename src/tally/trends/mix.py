"""Whether the mix of forms, routes or ages has changed, whatever their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tally.errors import NoDenominator

FEWEST = 20  # persons in each of the two periods
NOT_FOR_TARGETING = "For child-protection coordination; not for targeting people or places."


@dataclass(frozen=True)
class Shift:
    """One category: its share of each period (fractions), and how many standard errors apart they are."""

    category: str
    before: float
    after: float
    deviation: float


@dataclass(frozen=True)
class MixChange:
    """Whether the mix changed, and where most. `p` is the probability of such a change by chance alone."""

    is_change: bool
    p: float
    shifts: tuple[Shift, ...]
    says: str


def change_of_mix(
    before: Mapping[str, int], after: Mapping[str, int], *, alpha: float = 0.01, simulations: int = 4000,
    seed: int | None = None,
) -> MixChange:  # fmt: skip
    """Compare the mix of two periods.

    Parameters
    ----------
    before, after
        Persons by category, the same categories in both.
    alpha
        Probability of a false alarm; by construction it is kept whatever the numbers, as p comes from simulation.
    simulations, seed
        How many tables with the same margins are drawn, and from which seed.

    Returns
    -------
    MixChange
        Shifts with the largest first.

    Raises
    ------
    NoDenominator
        If a period has fewer than 20 persons, or the categories differ.

    Notes
    -----
    A test of homogeneity whose p-value is the share of simulated tables, drawn with both margins fixed, that deviate at
    least as much. Assumes persons are recorded independently: one large case of many victims breaks that. A change of
    who reports changes the mix too.

    References
    ----------
    .. [1] Patefield (1981). doi:10.2307/2346669
    """
    if set(before) != set(after):
        raise NoDenominator("The two periods have different categories.")
    names = sorted(before)
    table = np.array([[before[n] for n in names], [after[n] for n in names]], dtype=np.int64)
    if (table < 0).any() or table.sum(axis=1).min() < FEWEST:
        raise NoDenominator(f"Each period needs {FEWEST} persons or more to speak of a mix.")
    random = np.random.default_rng(seed)
    sums, sizes = table.sum(axis=0), table.sum(axis=1)
    drawn = random.multivariate_hypergeometric(sums, int(sizes[1]), size=simulations)
    seen = _distance(table[1][None], sums, sizes)[0]
    p = (1 + int((_distance(drawn, sums, sizes) >= seen - 1e-9).sum())) / (1 + simulations)
    shifts = sorted(_shifts(names, table), key=lambda it: -abs(it.deviation))
    says = f"The mix changed, most for {shifts[0].category}. {NOT_FOR_TARGETING}" if p < alpha else ""
    return MixChange(p < alpha, p, tuple(shifts), says)


def _distance(
    after: NDArray[np.int64], sums: NDArray[np.int64], sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    expected = sums * sizes[1] / sizes.sum()
    found: NDArray[np.float64] = ((after - expected) ** 2 / np.maximum(expected, 1e-12)).sum(axis=1)
    return found


def _shifts(names: list[str], table: NDArray[np.int64]) -> list[Shift]:
    sizes = table.sum(axis=1)
    found = []
    for place, name in enumerate(names):
        shares = table[:, place] / sizes
        pooled = table[:, place].sum() / sizes.sum()
        error = float(np.sqrt(max(pooled * (1 - pooled), 1e-12) * (1 / sizes).sum()))
        found.append(Shift(name, float(shares[0]), float(shares[1]), float(shares[1] - shares[0]) / error))
    return found
