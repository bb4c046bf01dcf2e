"""k-anonymous cases: every row that is shown is shown at least k times over, and so is every part of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tally.errors import NotReleasable
from tally.release.domain import MISSING, Cases

Codes = NDArray[np.int64]
BLANK = 0


@dataclass(frozen=True)
class KRelease:
    """Cases with values blanked, the share of values and rows that were lost, and k."""

    microdata: dict[str, list[str]]
    k: int
    values_blanked: float
    rows_dropped: int


def k_release(
    cases: Cases, k: int = 10, *, columns: Sequence[str] | None = None, length: int = 3
) -> KRelease:
    """Blank as few values as a greedy search manages, so that every row occurs at least k times.

    Parameters
    ----------
    cases
        One value per case and column; None or "" where nothing was recorded.
    k
        The least number of equal rows. CTDC's k-anonymised file uses 11.
    columns
        What to release, all of it as if anybody could know it. Default: every column.
    length
        On the finished rows, every combination of up to this many shown values is counted again.

    Returns
    -------
    KRelease
        The rows in random-free sorted order, so that their order tells nothing.

    Raises
    ------
    NotReleasable
        If columns are absent or unequal in length, or the finished rows break the promise.

    Notes
    -----
    k-anonymity hides who a row is; it does not hide what all k share (homogeneity), nor does it survive a second
    release of the same register with other columns. `private_release` promises more.

    References
    ----------
    .. [1] Sweeney (2002). doi:10.1142/S0218488502001648
    """
    names = list(columns if columns is not None else cases)
    if (
        not names
        or any(name not in cases for name in names)
        or len({len(cases[name]) for name in names}) != 1
    ):
        raise NotReleasable("Columns are absent, or differ in length.")
    if k < 2:
        raise ValueError("k is at least 2.")
    lists = [sorted({value or MISSING for value in cases[name]} | {MISSING}) for name in names]
    codes = np.array([[lists[c].index(v or MISSING) for v in cases[name]] for c, name in enumerate(names)]).T
    kept = _blanked(codes, k)
    kept = kept[np.lexsort(kept.T[::-1])]
    _check(kept, k, length)
    blanked = 1 - float((kept != BLANK).sum()) / max(int((codes != BLANK).sum()), 1)
    microdata = {name: [lists[c][v] for v in kept[:, c]] for c, name in enumerate(names)}
    return KRelease(microdata, k, blanked, len(codes) - len(kept))


def _sizes(codes: Codes) -> Codes:
    """For each row, how many rows are equal to it."""
    _, group, size = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    sizes: Codes = size[group.ravel()]
    return sizes


def _blanked(codes: Codes, k: int) -> Codes:
    """In each round every row that is too rare loses the value whose loss makes it commonest."""
    codes = codes.copy()
    for _ in range(codes.shape[1]):
        rare = np.flatnonzero(_sizes(codes) < k)
        if not len(rare):
            return codes
        best, size = np.zeros(len(rare), dtype=np.int64), np.zeros(len(rare), dtype=np.int64)
        for column in range(codes.shape[1]):
            trial = codes[rare].copy()
            trial[:, column] = BLANK
            like = np.concatenate([trial, codes[codes[:, column] == BLANK]])
            found = np.where(codes[rare, column] == BLANK, 0, _sizes(like)[: len(rare)])
            better = found > size
            best[better], size[better] = column, found[better]
        codes[rare, best] = BLANK
    return codes[_sizes(codes) >= k]


def _check(codes: Codes, k: int, length: int) -> None:
    """Count the finished rows and their parts again; a fault here is a fault of ours and stops the release."""
    if len(codes) and _sizes(codes).min() < k:
        raise NotReleasable(f"A finished row occurs fewer than {k} times.")
    _check_parts(codes, k, length)


def _check_parts(codes: Codes, k: int, length: int) -> None:
    for size in range(1, length + 1):
        for columns in itertools.combinations(range(codes.shape[1]), size):
            part = codes[:, columns]
            part = part[(part != BLANK).all(axis=1)]
            if len(part) and _sizes(part).min() < k:
                raise NotReleasable(f"A combination of {size} shown values occurs fewer than {k} times.")
