"""One model, fitted to one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tally.mse import terms as model_terms
from tally.mse.engine import Design, fit_many
from tally.mse.results import STATUS
from tally.mse.table import Table


@dataclass(frozen=True)
class Fit:
    """An extended maximum likelihood fit.

    `estimate` is persons in all, NaN unless `status` is `fine`. `bic` counts every term of the model, those at minus
    infinity too, and takes the number of observed people as the sample size. `empty` are terms whose lists share
    nobody: their coefficient is minus infinity, and cells that hold them have mean 0.
    """

    model: str
    estimate: float
    loglik: float
    bic: float
    status: str
    empty: tuple[str, ...]


def fit(table: Table, model: str) -> Fit:
    """Fit a hierarchical log-linear model by extended maximum likelihood.

    Parameters
    ----------
    table
        Persons by combination of lists.
    model
        Its maximal terms, lists by number from 1: `[12,3]`. Main effects are always in.

    Returns
    -------
    Fit
        Persons in all, and one of three statuses. `fine`: the estimate stands. `no finite estimate`: the likelihood
        grows for ever. `not identifiable`: many answers fit equally well.

    Raises
    ------
    ValueError
        If the text is no model of these lists.

    Notes
    -----
    Assumes a closed population, lists linked without error, people alike within what the model lets differ, and no
    interaction of all lists. A fit is no estimate of anything when lists overlap by chance of how they were linked.

    References
    ----------
    .. [1] Chan, Silverman and Vincent (2021). doi:10.1080/01621459.2019.1708748
    .. [2] Fienberg and Rinaldo (2012). doi:10.1214/12-AOS986

    Examples
    --------
    >>> import numpy as np
    >>> two = Table("two", ("a", "b"), np.array([0, 40, 20, 10]))
    >>> round(fit(two, "[1,2]").estimate)  # Lincoln-Petersen: 50 * 30 / 10
    150
    """
    t = len(table.lists)
    found = model_terms.parse(model, t)
    used = sorted(found)
    design = Design(t, tuple(used))
    counts = table.counts[None, 1:].astype(float)
    fits = fit_many(design, counts, np.ones((1, 1 + len(used)), dtype=bool))
    empty = [term for term, margin in zip(used, (counts @ design.x)[0, 1:], strict=True) if margin == 0]
    loglik = float(fits.loglik[0])
    return Fit(
        model=model_terms.text(found, t),
        estimate=float(fits.total[0]),
        loglik=loglik,
        bic=-2 * loglik + (1 + len(used)) * float(np.log(max(table.observed, 1))),
        status=STATUS[int(fits.status[0])],
        empty=tuple(model_terms.text(frozenset({term}), t) for term in empty),
    )
