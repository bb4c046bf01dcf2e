"""Does a maximum exist, and is it one: exact answers, cheap ones first.

References: Fienberg and Rinaldo, Ann. Statist. 40 (2012) 996-1023, doi:10.1214/12-AOS986; Chan, Silverman and Vincent,
J. Am. Stat. Assoc. 116 (2021) 1297-1306, doi:10.1080/01621459.2019.1708748.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.optimize import linprog

if TYPE_CHECKING:
    from tally.mse.engine import Bools, Design, Floats


def is_identifiable(design: Design, terms: Bools, cells: Bools) -> Bools:
    """Whether the terms left have full rank on the cells left, for many hierarchical models at once.

    The cells that are on exactly the lists of a term, one for each term, give a triangular design. It determines every
    coefficient but the intercept, which stays free along one direction: (-1)^order of each term. The rank is full
    exactly when some other cell is moved by that direction, that is when the signs of its terms do not cancel.
    """
    moved = np.abs((terms * design.signs) @ design.x.T) > 0.5
    own = np.zeros(cells.shape, dtype=bool)
    own[:, design.own_cell[1:]] = terms[:, 1:]
    found: Bools = np.any(moved & cells & ~own, axis=1)
    return found


def is_surely_finite(design: Design, terms: Bools, seen: Bools) -> Bools:
    """Enough for a finite maximum: somebody was seen in each term's own cell, and in one more that fixes the intercept.

    Then the cells with people have full rank, and no direction leaves them alone.
    """
    own = np.zeros(seen.shape, dtype=bool)
    own[:, design.own_cell[1:]] = terms[:, 1:]
    found: Bools = is_identifiable(design, terms, seen) & ~(own & ~seen).any(axis=1)
    return found


def has_maximum(x: Floats, counts: Floats) -> bool:
    """Whether Poisson counts with log-linear means have a finite maximum of the likelihood.

    None exists exactly when some direction leaves the mean of every cell with people alone, raises none and lowers one:
    the likelihood then grows for ever along it.
    """
    free: NDArray[np.float64] = null_space(x[counts > 0]) if (counts > 0).any() else np.eye(x.shape[1])
    if free.shape[1] == 0:
        return True
    slope = x[counts == 0] @ free
    slope = slope[np.abs(slope).max(axis=1) > 1e-9] if slope.size else slope
    if not len(slope):
        return True  # directions that move no cell are a question of identifiability
    if free.shape[1] == 1:
        return bool((slope > 0).any() and (slope < 0).any())
    found = linprog(slope.sum(axis=0), A_ub=np.vstack([slope, -slope]),
                    b_ub=np.r_[np.zeros(len(slope)), np.ones(len(slope))],
                    bounds=(None, None), method="highs")  # fmt: skip
    return bool(found.status == 0 and found.fun > -1e-7)
