"""Hierarchical log-linear models as sets of terms; a term is a set of lists, written as a bit mask."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Model = frozenset[int]  # every term but the intercept, closed downwards


def order(term: int) -> int:
    """How many lists a term is about."""
    return term.bit_count()


def main_effects(t: int) -> Model:
    return frozenset(1 << place for place in range(t))


def terms_up_to(t: int, most: int) -> list[int]:
    """All terms of at most that order, small ones first."""
    return sorted(
        (term for term in range(1, 1 << t) if order(term) <= most), key=lambda term: (order(term), term)
    )


def faces(term: int) -> Iterator[int]:
    """The terms with one list less."""
    rest = term
    while rest:
        lowest = rest & -rest
        if term ^ lowest:
            yield term ^ lowest
        rest ^= lowest


def closed(terms: Iterable[int], t: int) -> Model:
    """The smallest hierarchical model with these terms and all main effects."""
    return main_effects(t) | {sub for term in terms for sub in range(1, term + 1) if sub & term == sub}


def parse(text: str, t: int) -> Model:
    """A model from its maximal terms, lists by number: `[123,25,34]`, or `[10.2,3]` with dots above nine lists.

    Raises
    ------
    ValueError
        If the text is not of that form or names a list that there is not.
    """
    inside = re.fullmatch(r"\[([0-9.]+(?:,[0-9.]+)*)\]", text.replace(" ", ""))
    if not inside:
        raise ValueError(f"{text!r} is not a model such as [12,3].")
    found = []
    for word in inside[1].split(","):
        numbers = [int(number) for number in (word.split(".") if "." in word else word)]
        if not all(1 <= number <= t for number in numbers):
            raise ValueError(f"{text!r} names a list that is not among the {t}.")
        found.append(sum(1 << number - 1 for number in set(numbers)))
    return closed(found, t)


def text(model: Model, t: int) -> str:
    """The maximal terms of a model, larger ones first within the order of lists: `[123,25,34]`."""
    maximal = [term for term in model if not any(term != other and term & other == term for other in model)]
    numbers = sorted([place + 1 for place in range(t) if term >> place & 1] for term in maximal)
    return "[" + ",".join((".".join if t > 9 else "".join)(map(str, term)) for term in numbers) + "]"


def hierarchical(t: int, most: int) -> list[Model]:
    """Every hierarchical model with all main effects and terms of at most that order.

    There are 6,212 for five lists to order 3, and 32,768 for six to order 2.
    """
    models = [main_effects(t)]
    for size in range(2, most + 1):
        level = [term for term in range(1, 1 << t) if order(term) == size]
        models = [
            model | set(more)
            for model in models
            for more in _subsets([term for term in level if all(face in model for face in faces(term))])
        ]
    return models


def _subsets(terms: list[int]) -> Iterator[tuple[int, ...]]:
    return itertools.chain.from_iterable(
        itertools.combinations(terms, size) for size in range(len(terms) + 1)
    )


def neighbours(model: Model, t: int, most: int) -> list[Model]:
    """Hierarchical models with one term more or one less; main effects stay."""
    more = [
        model | {term}
        for term in terms_up_to(t, most)
        if term not in model and all(face in model for face in faces(term))
    ]
    less = [
        model - {term}
        for term in model
        if order(term) > 1 and not any(term != other and term & other == term for other in model)
    ]
    return more + less


def masks(models: Iterable[Model], terms: list[int]) -> NDArray[np.bool_]:
    """Shape (models, 1 + terms): which columns of the design each model has; the first is the intercept."""
    place = {term: column for column, term in enumerate(terms, start=1)}
    models = list(models)
    found = np.zeros((len(models), 1 + len(terms)), dtype=bool)
    found[:, 0] = True
    for row, model in enumerate(models):
        found[row, [place[term] for term in model]] = True
    return found
