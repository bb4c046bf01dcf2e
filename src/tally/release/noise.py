"""Discrete Gaussian noise from a cryptographic source, by exact comparison with a table of 128-bit probabilities.

Floating-point noise leaks through its low bits (Mironov 2012, doi:10.1145/2382196.2382264), so only whole numbers are
ever added to a count. They are drawn by comparing 128 random bits with cumulative probabilities in 128-bit integers;
the table and the true distribution differ by less than 2^-100 in total, which `accounting.SLACK` is charged for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Source = Callable[[int], bytes]
BITS = 128
HALF = np.uint64(1) << np.uint64(63)
TAIL = 95  # natural logarithm of the probability beyond the table: e^-95 < 2^-128 per side and step
LARGEST_SCALE = 100_000.0


def discrete_gaussian(sigma: float, size: int, source: Source = secrets.token_bytes) -> NDArray[np.int64]:
    """Whole numbers with probability proportional to exp(-x^2 / (2 sigma^2)).

    Parameters
    ----------
    sigma
        Scale, above 0; the standard deviation is a little below it for small scales.
    size
        How many.
    source
        Gives that many random bytes; anything but the default is for tests.

    Returns
    -------
    ndarray
        Shape (size,), integers.

    References
    ----------
    .. [1] Canonne, Kamath and Steinke (2020), the discrete Gaussian. arXiv:2004.00010
    """
    if not 0 < sigma <= LARGEST_SCALE:
        raise ValueError(f"The scale of the noise must be above 0 and at most {LARGEST_SCALE:,.0f}.")
    thresholds, high = _table(round(sigma, 6))
    drawn = np.frombuffer(source(16 * size), dtype="<u8").reshape(size, 2)
    place = np.searchsorted(high, drawn[:, 0], side="left").astype(np.int64)
    # Where the upper halves are equal, the lower halves decide: whole numbers of any size, compared exactly.
    for row in np.flatnonzero(np.isin(drawn[:, 0], high)):
        place[row] = _exact(thresholds, (int(drawn[row, 0]) << 64) | int(drawn[row, 1]))
    return place - len(thresholds) // 2


def _exact(thresholds: tuple[int, ...], value: int) -> int:
    """How many thresholds are at most the value."""
    low, high = 0, len(thresholds)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if thresholds[middle] <= value else (low, middle)
    return low


@lru_cache(maxsize=16)
def _table(sigma: float) -> tuple[tuple[int, ...], NDArray[np.uint64]]:
    """Cumulative probabilities times 2^128 for -k .. k, and their upper halves; the last is 2^128 itself, left out."""
    reach = max(1, int(sigma * (2 * TAIL) ** 0.5) + 1)
    with localcontext() as context:
        context.prec = 60
        scale = 2 * Decimal(sigma) ** 2
        weights = [(-(Decimal(x) ** 2) / scale).exp() for x in range(reach + 1)]
        total = weights[0] + 2 * sum(weights[1:])
        below, thresholds = Decimal(0), []
        for x in range(-reach, reach):
            below += weights[abs(x)]
            thresholds.append(min(int(below / total * 2**BITS), 2**BITS - 1))
    upper = np.array([threshold >> 64 for threshold in thresholds], dtype=np.uint64)
    return tuple(thresholds), upper
