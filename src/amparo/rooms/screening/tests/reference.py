"""The engine again, slowly and plainly: every way in which the unseen could turn out is tried, one by one.

Written from the words of `definitions.py`, sharing no code with `engine.py`. And invented instruments to try both on.
"""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from amparo.rooms.screening.definitions import (
    Answer,
    AskIf,
    Enough,
    Group,
    Instrument,
    Item,
    Kind,
    Scoring,
    Strength,
)


def is_asked(it: Instrument, given: dict[str, str], name: str) -> bool:
    item = next(i for i in it.items if i.id == name)
    if item.ask_if is None:
        return True

    def holds(other: str) -> bool:
        return is_asked(it, given, other) and given.get(other) == "seen"

    some = item.ask_if.any_seen
    return (not some or any(holds(o) for o in some)) and all(holds(o) for o in item.ask_if.all_seen)


def is_enough(it: Instrument, given: dict[str, str]) -> bool:
    there = [i for i in it.items if is_asked(it, given, i.id) and given.get(i.id) == "seen"]
    if not it.scoring.enough:
        return len(there) >= it.scoring.threshold
    return len(dimensions(it, given)) >= it.scoring.threshold


def dimensions(it: Instrument, given: dict[str, str]) -> list[str]:
    found = []
    for group in it.groups:
        there = [i.strength for i in group.items if is_asked(it, given, i.id) and given.get(i.id) == "seen"]
        for rule in it.scoring.enough:
            fits = there.count("strong") >= rule.strong and there.count("medium") >= rule.medium
            if fits and there.count("weak") >= rule.weak and len(there) >= rule.all and group.id not in found:
                found.append(group.id)
    return found


def outcome(it: Instrument, given: dict[str, str]) -> str:
    if is_enough(it, given):
        return "signs_noted"
    settled = {n: a for n, a in given.items() if is_asked(it, given, n) and a != "could_not_see"}
    free = [i.id for i in it.items if i.id not in settled]
    for turned_out in itertools.product(("seen", "not_seen"), repeat=len(free)):
        if is_enough(it, settled | dict(zip(free, turned_out, strict=True))):
            return "not_all_seen"
    return "none_noted"


@st.composite
def invented(draw: st.DrawFn) -> Instrument:
    """At most six items, so that the reference can try all that is open."""
    count = draw(st.integers(1, 6))
    by_dimension = draw(st.booleans())
    items = []
    for n in range(count):
        above = [i.id for i in items]
        some = draw(st.lists(st.sampled_from(above), max_size=2, unique=True)) if above else []
        every = draw(st.lists(st.sampled_from(above), max_size=2, unique=True)) if above else []
        ask_if = AskIf(tuple(some), tuple(every)) if some or every else None
        strength = draw(st.sampled_from(Strength)) if by_dimension else None
        text = {"en": f"sign {n}"}
        items.append(Item(f"i{n}", text, f"g{n * 2 // count}", strength, draw(st.booleans()), ask_if))
    groups = tuple(
        Group(g, {"en": g}, tuple(i for i in items if i.group == g)) for g in sorted({i.group for i in items})
    )
    enough: tuple[Enough, ...] = ()
    if by_dimension:
        sizes = st.tuples(*[st.integers(0, 2)] * 3, st.integers(1, 3))
        enough = tuple(
            Enough(s, m, w, max(all_, s + m + w)) for s, m, w, all_ in draw(st.lists(sizes, min_size=1, max_size=3))
        )  # fmt: skip
    most = len(groups) if by_dimension else count
    scoring = Scoring(draw(st.integers(1, most)), enough)
    nothing = {"en": ""}
    return Instrument(
        "invented", 1, Kind.OBSERVATION_GUIDE, False, nothing, nothing, nothing, {"en": "source"}, frozenset(),
        False, (0, 17), "", "", False, scoring, groups,
    )  # fmt: skip


@st.composite
def filled(draw: st.DrawFn) -> tuple[Instrument, dict[str, Answer]]:
    """An instrument and answers as a form could send them: only to what is asked, some of them missing."""
    it = draw(invented())
    given: dict[str, Answer] = {}
    for item in it.items:
        answer = draw(st.none() | st.sampled_from(Answer))
        if answer is not None and is_asked(it, given, item.id):
            given[item.id] = answer
    return it, given
