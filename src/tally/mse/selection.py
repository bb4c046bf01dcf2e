"""Estimates of the total by a chosen model."""

from __future__ import annotations

import numpy as np

from tally.mse import terms as model_terms
from tally.mse.engine import Design
from tally.mse.results import Estimate
from tally.mse.rules import THRESHOLD, Downhill, LowestBic, Selection, Stepwise
from tally.mse.table import Table


def stepwise_rule(table: Table, p: float = THRESHOLD) -> Stepwise:
    """The rule `stepwise` uses, for this table's lists.

    Parameters
    ----------
    table
        Persons by combination of lists.
    p
        A pair joins while its Poisson p-value is below it.

    Returns
    -------
    Stepwise
        To be given to `bootstrap`.

    Notes
    -----
    The rule sees only how many lists there are, so that it can choose again in every replicate.
    """
    t = len(table.lists)
    return Stepwise(Design(t, tuple(model_terms.terms_up_to(t, 2))), p)


def bic_rule(table: Table, max_order: int) -> LowestBic:
    """The rule `bic` uses, over all hierarchical models of this table's lists.

    Parameters
    ----------
    table
        Persons by combination of lists.
    max_order
        Interactions of up to this many lists.

    Returns
    -------
    LowestBic
        To be given to `bootstrap`.

    Notes
    -----
    All models are laid out in memory: 6,893 for five lists to order 4, 32,768 for six to order 2.
    """
    t = len(table.lists)
    terms = model_terms.terms_up_to(t, max_order)
    models = model_terms.masks(model_terms.hierarchical(t, max_order), terms)
    return LowestBic(Design(t, tuple(terms)), models)


def downhill_rule(table: Table, max_order: int) -> Downhill:
    """The rule `downhill` uses, for this table's lists.

    Parameters
    ----------
    table
        Persons by combination of lists.
    max_order
        Interactions of up to this many lists.

    Returns
    -------
    Downhill
        To be given to `bootstrap`.

    Notes
    -----
    Each count vector takes its own path, so a bootstrap takes longer than that of `Stepwise`.
    """
    t = len(table.lists)
    return Downhill(Design(t, tuple(model_terms.terms_up_to(t, max_order))), max_order)


def point(table: Table, rule: Selection) -> Estimate:
    """The estimate of a rule for one table, without an interval.

    Raises
    ------
    NoEstimate
        If a list overlaps with none.
    """
    table.refuse_without_overlap()
    chosen = rule.choose(table.counts[None, 1:].astype(float))
    model = frozenset(np.array(rule.design.terms)[chosen.models[0, 1:]].tolist())
    total = float(chosen.total[0])
    fine = bool(np.isfinite(total))
    return Estimate(rule.name, total if fine else None, model=model_terms.text(model, len(table.lists)),
                    status="fine" if fine else "no finite estimate")  # fmt: skip


def stepwise(table: Table, p: float = THRESHOLD) -> Estimate:
    """Estimate the total by stepwise choice of list pairs.

    Parameters
    ----------
    table
        Persons by combination of lists.
    p
        A pair joins while its Poisson p-value is below it.

    Returns
    -------
    Estimate
        Persons in all, without an interval: see `bootstrap`.

    Raises
    ------
    NoEstimate
        If a list overlaps with none.

    Notes
    -----
    Only interactions of two lists are considered. One number of one method: never show it alone, see `report`.

    References
    ----------
    .. [1] Chan, Silverman and Vincent (2021). doi:10.1080/01621459.2019.1708748
    """
    return point(table, stepwise_rule(table, p))


def bic(table: Table, max_order: int = 3) -> Estimate:
    """Estimate the total by the hierarchical model of smallest BIC.

    Parameters
    ----------
    table
        Persons by combination of lists; at most six, beyond order 2 at most five.
    max_order
        Interactions of up to this many lists: 2, 3 or 4.

    Returns
    -------
    Estimate
        Persons in all, without an interval: see `bootstrap`.

    Raises
    ------
    NoEstimate
        If a list overlaps with none.
    ValueError
        If there are too many models to try them all; `downhill` has no such limit.

    Notes
    -----
    Assumes that one of the models is near the truth, and a sample large enough for BIC. Models of nearly equal BIC may
    say very different numbers: on the UK's five lists 25,311 and 12,262 are 1.6 apart in BIC. Never show it alone.

    References
    ----------
    .. [1] Silverman, Chan and Vincent (2024). doi:10.1007/s11222-023-10346-9
    """
    check_all_models(len(table.lists), max_order)
    table.refuse_without_overlap()
    return point(table, bic_rule(table, max_order))


def check_all_models(t: int, max_order: int) -> None:
    """Raise ValueError when trying every hierarchical model would take too long."""
    if max_order < 2 or t > 6 or (t == 6 and max_order > 2):
        raise ValueError(f"All models of {t} lists to order {max_order} are too many to try; use downhill.")


def downhill(table: Table, max_order: int = 3) -> Estimate:
    """Estimate the total by walking downhill in BIC from main effects; for any number of lists.

    Parameters
    ----------
    table
        Persons by combination of lists.
    max_order
        Interactions of up to this many lists.

    Returns
    -------
    Estimate
        Persons in all, without an interval: see `bootstrap`.

    Raises
    ------
    NoEstimate
        If a list overlaps with none.

    Notes
    -----
    It may end in a valley that is not the deepest: on the UK's five lists it does, see the documentation.

    References
    ----------
    .. [1] Silverman, Chan and Vincent (2024). doi:10.1007/s11222-023-10346-9
    """
    return point(table, downhill_rule(table, max_order))
