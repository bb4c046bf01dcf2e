"""Decomposable graphs over lists, with the cliques and separators that make their likelihood a closed form."""

from __future__ import annotations

import itertools
from functools import cache

MOST_LISTS = 6  # 18,154 graphs; seven lists have 617,675


@cache
def decomposable(t: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Every decomposable graph on t lists as (cliques, separators), both as bit masks of lists.

    Raises
    ------
    ValueError
        If there are more than six lists.
    """
    if t > MOST_LISTS:
        raise ValueError(f"Averaging over decomposable models is offered for up to {MOST_LISTS} lists.")
    pairs = list(itertools.combinations(range(t), 2))
    found = []
    for chosen in range(1 << len(pairs)):
        near = [0] * t
        for place, (a, b) in enumerate(pairs):
            if chosen >> place & 1:
                near[a] |= 1 << b
                near[b] |= 1 << a
        parts = _cliques_and_separators(near, t)
        if parts:
            found.append(parts)
    return tuple(found)


def _cliques_and_separators(near: list[int], t: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """By maximum cardinality search: None when the graph is not chordal."""
    numbered, before = 0, []
    for _ in range(t):
        vertex = max(
            (v for v in range(t) if not numbered >> v & 1), key=lambda v: (near[v] & numbered).bit_count()
        )
        earlier = near[vertex] & numbered
        if not _is_complete(earlier, near):
            return None
        before.append((vertex, earlier))
        numbered |= 1 << vertex
    cliques: list[int] = []
    separators: list[int] = []
    for place, (vertex, earlier) in enumerate(before):
        if place and before[place - 1][1] | 1 << before[place - 1][0] == earlier:
            cliques[-1] = earlier | 1 << vertex
            continue
        cliques.append(earlier | 1 << vertex)
        if place:
            separators.append(earlier)
    return tuple(cliques), tuple(separators)


def _is_complete(vertices: int, near: list[int]) -> bool:
    rest = vertices
    while rest:
        lowest = rest & -rest
        rest ^= lowest
        if rest & ~near[lowest.bit_length() - 1]:
            return False
    return True
