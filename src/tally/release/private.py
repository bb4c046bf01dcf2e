"""A differentially private release: counts with standard errors, and cases that nobody is, from one budget."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tally.errors import NotReleasable
from tally.release.accounting import rho_for, sigma_for
from tally.release.domain import Cases, Domain
from tally.release.ledger import Ledger
from tally.release.margins import Floats, Layout, Margins, count
from tally.release.noise import Source, discrete_gaussian
from tally.release.synthesis import synthesise

DELTA = 1e-6
#: What part of the budget goes to counts of one, two and three values, by the longest combination asked for.
SHARES = {1: (1.0,), 2: (0.2, 0.8), 3: (0.1, 0.5, 0.4)}


@dataclass(frozen=True)
class Counts:
    """Measured counts: unbiased, with noise of a known standard error. They may be negative: that is the noise."""

    domain: Domain
    layout: Layout
    measured: Margins
    standard_errors: tuple[float, ...]

    def rows(self, length: int) -> Iterator[dict[str, Any]]:
        """Every combination of that many values: `values` by column, `count` and `standard_error` in persons."""
        if not 1 <= length <= len(self.standard_errors):
            raise ValueError(f"Counts of {length} values were not measured.")
        error = self.standard_errors[length - 1]
        for places, number in self._cells(length):
            yield {"values": dict(map(self._named, places)), "count": number, "standard_error": error}

    def _named(self, place: int) -> tuple[str, str]:
        column = int(self.layout.column[place])
        name = self.domain.columns[column]
        return name, self.domain.values[name][place - int(self.layout.first[column])]

    def _cells(self, length: int) -> Iterator[tuple[tuple[int, ...], int]]:
        if length == 1:
            for place, number in enumerate(self.measured.one):
                yield (place,), int(number)
            return
        one, two = self.layout.ends
        for at in range(self.layout.pair_values):
            if length == 2:
                yield (int(one[at]), int(two[at])), int(self.measured.two[at])
                continue
            for third in range(int(two[at]) + 1, self.layout.values):
                if self.layout.column[third] > self.layout.column[two[at]]:
                    yield (int(one[at]), int(two[at]), third), int(self.measured.three[at, third])


@dataclass(frozen=True)
class Release:
    """What may leave the house: `counts`, `microdata` by column, and what privacy and usefulness they have."""

    counts: Counts
    microdata: dict[str, list[str]]
    epsilon: float
    delta: float
    utility: dict[str, Any]

    def statement(self) -> str:
        """What to say beside the data."""
        return (
            f"Differentially private: epsilon {self.epsilon:g}, delta {self.delta:g}, for adding or leaving out one "
            "person. The rows are invented so that counts of values fit; no row is a person. Standard errors in "
            "persons: "
            + ", ".join(f"{e:.1f}" for e in self.counts.standard_errors)
            + " for one, two, three values."
        )


def private_release(
    cases: Cases, epsilon: float, delta: float = DELTA, *, domain: Domain, max_length: int = 3,
    persons: Sequence[str] | None = None, rows_per_person: int = 1,
    charge: tuple[Ledger, str, str] | None = None, source: Source = secrets.token_bytes,
) -> Release:  # fmt: skip
    """Counts with standard errors and invented cases, differentially private together.

    Parameters
    ----------
    cases
        One value per case and column; None or "" where nothing was recorded.
    epsilon, delta
        The promise: adding or leaving out all rows of one person changes the probability of any release by a factor of
        at most e^epsilon, but for a probability of delta.
    domain
        Public code lists. Never made from the cases.
    max_length
        Combinations of up to this many values are measured: 1, 2 or 3.
    persons
        Who each row is about, when a person may have several rows; checked against `rows_per_person`.
    rows_per_person
        The most rows that one person has; noise grows in proportion.
    charge
        A ledger, the register it is for and what is released: charged before anything is measured.
    source
        Random bytes; anything but the default is for tests, and breaks the promise.

    Returns
    -------
    Release
        Counts in persons with standard errors; microdata whose number of rows is that of the cases within noise.

    Raises
    ------
    NotReleasable
        If a value is not on its public list, a person has too many rows, or the ledger's budget would be exceeded.
    ValueError
        If epsilon, delta or max_length make no sense.

    Notes
    -----
    Each set of counts is measured with discrete Gaussian noise (zero-concentrated differential privacy, 10, 50 and 40
    per cent of the budget for one, two and three values); the rows are then made from the measurements alone. Every
    value on a public list appears at least once in the rows. Not for registers of a few hundred people: the noise is
    as large as their counts. Not twice from one register without a ledger: budgets add up.

    References
    ----------
    .. [1] Canonne, Kamath and Steinke (2020). arXiv:2004.00010
    .. [2] Zhang et al. (2021), PrivSyn: rows from noisy marginals by repeated small changes. arXiv:2012.15128
    """
    if max_length not in SHARES or rows_per_person < 1:
        raise ValueError("max_length is 1, 2 or 3, and rows_per_person at least 1.")
    rho = rho_for(epsilon, delta)
    _check_persons(persons, rows_per_person)
    codes = domain.encode(cases)
    length = min(max_length, len(domain.columns))
    if charge:
        ledger, register, what = charge
        ledger.charge(register, epsilon, delta, what)
    layout = Layout(domain.sizes)
    sigmas = _sigmas(layout, rho, length, rows_per_person)
    measured = _measure(layout, count(layout, codes, length), sigmas, source)
    rows = max(1, round(float(measured.one.sum()) / len(layout.sizes)))
    random = np.random.default_rng(int.from_bytes(source(16), "little"))
    weights = tuple(1 / sigma**2 for sigma in sigmas) + (0.0,) * (3 - len(sigmas))
    made = synthesise(layout, measured, (weights[0], weights[1], weights[2]), rows, random)
    utility = _utility(layout, measured, count(layout, made, length), sigmas)
    return Release(Counts(domain, layout, measured, sigmas), domain.decode(made), epsilon, delta, utility)


def _check_persons(persons: Sequence[str] | None, most: int) -> None:
    if persons is not None and max(Counter(persons).values(), default=0) > most:
        raise NotReleasable(
            f"A person has more than {most} rows: the promise would not hold for that person."
        )


def _sigmas(layout: Layout, rho: float, length: int, rows_per_person: int) -> tuple[float, ...]:
    """One person changes each table of one set by at most `rows_per_person` counts of one."""
    columns = len(layout.sizes)
    tables = [len(list(itertools.combinations(range(columns), size))) for size in range(1, length + 1)]
    return tuple(
        sigma_for(rho * share, rows_per_person * number**0.5)
        for share, number in zip(SHARES[length], tables, strict=True)
    )


def _measure(layout: Layout, true: Margins, sigmas: tuple[float, ...], source: Source) -> Margins:
    found = Margins(true.one + discrete_gaussian(sigmas[0], layout.values, source), true.two)
    if len(sigmas) >= 2:
        found.two = true.two + discrete_gaussian(sigmas[1], layout.pair_values, source)
    if len(sigmas) >= 3:
        found.three = true.three + _noise_of_triples(layout, sigmas[2], source)
    return found


def _noise_of_triples(layout: Layout, sigma: float, source: Source) -> Floats:
    """One draw for each count of three values, put into all three places where it stands."""
    noise = np.zeros((layout.pair_values, layout.values))
    sizes, at = layout.sizes, {pair: place for place, pair in enumerate(layout.pairs)}
    for a, b, c in itertools.combinations(range(len(sizes)), 3):
        drawn = discrete_gaussian(sigma, sizes[a] * sizes[b] * sizes[c], source)
        cube = drawn.reshape(sizes[a], sizes[b], sizes[c])
        for (one, two), third, turned in (
            ((a, b), c, cube), ((a, c), b, cube.transpose(0, 2, 1)), ((b, c), a, cube.transpose(1, 2, 0)),
        ):  # fmt: skip
            rows = slice(layout.first_pair[at[one, two]], layout.first_pair[at[one, two] + 1])
            columns = slice(layout.first[third], layout.first[third + 1])
            noise[rows, columns] = turned.reshape(-1, sizes[third])
    return noise


def _utility(layout: Layout, measured: Margins, made: Margins, sigmas: tuple[float, ...]) -> dict[str, Any]:
    """How far the rows are from the measured counts, beside what noise alone would explain. Private like them."""
    gaps = [made.one - measured.one, made.two - measured.two]
    if len(sigmas) >= 3:
        gaps.append((made.three - measured.three)[layout.is_triple])
    lengths = {
        str(length): {
            "mean_absolute_difference": float(np.abs(gap).mean()),
            "expected_of_noise": 0.7979 * sigma,
        }
        for length, (gap, sigma) in enumerate(zip(gaps, sigmas, strict=False), start=1)
    }
    return {"rows": int(made.one.sum() / len(layout.sizes)), "by_length": lengths}
