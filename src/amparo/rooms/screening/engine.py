"""Answers in, words out. Pure: no Django, no clock, no table.

What is never done here: a number for a screen, a label for a child, a reason to close anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .definitions import Answer, Enough, Instrument, Item, Strength

Answers = Mapping[str, Answer]


class Outcome(StrEnum):
    """In the order of concern. Which of the three it is depends on signs alone, never on a child."""

    NONE_NOTED = "none_noted"
    NOT_ALL_SEEN = "not_all_seen"  # none noted, and what could not be seen might change that
    SIGNS_NOTED = "signs_noted"


class NextStep(StrEnum):
    KEEP_WATCHING = "keep_watching"
    LOOK_AGAIN = "look_again"
    TALK_TO_SUPERVISOR = "talk_to_supervisor"
    CALL_DUTY_DESK = "call_duty_desk"


class NotAsked(ValueError):
    """An answer to an item that was not to be asked, or that is not there. `args[0]` is the item's id."""


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    next_step: NextStep
    seen: tuple[str, ...]
    unseen: tuple[str, ...]
    dimensions: tuple[str, ...] = ()


def asked(instrument: Instrument, answers: Answers) -> tuple[Item, ...]:
    """The items to be asked, given the answers so far, in the order of the page."""
    found: list[Item] = []
    reached: set[str] = set()
    for item in instrument.items:
        if _is_open(item, answers, reached):
            found.append(item)
            reached.add(item.id)
    return tuple(found)


def _is_open(item: Item, answers: Answers, reached: set[str]) -> bool:
    """An answer to an item that is itself not asked opens nothing."""
    if item.ask_if is None:
        return True
    seen = {name for name in item.ask_if.names if name in reached and answers.get(name) is Answer.SEEN}
    if item.ask_if.any_seen and not seen.intersection(item.ask_if.any_seen):
        return False
    return seen.issuperset(item.ask_if.all_seen)


def checked(instrument: Instrument, answers: Answers) -> dict[str, Answer]:
    """Every asked item with its answer; one that is missing could not be seen. Raises NotAsked."""
    items = asked(instrument, answers)
    for name in answers:
        if all(name != item.id for item in items):
            raise NotAsked(name)
    return {item.id: answers.get(item.id, Answer.COULD_NOT_SEE) for item in items}


def evaluate(instrument: Instrument, answers: Answers) -> Result:
    """Raises NotAsked for an answer to an item that was not to be asked."""
    whole = checked(instrument, answers)
    seen = {name for name, answer in whole.items() if answer is Answer.SEEN}
    unseen = {name for name, answer in whole.items() if answer is Answer.COULD_NOT_SEE}
    outcome = Outcome.NONE_NOTED
    if _reaches(instrument, seen):
        outcome = Outcome.SIGNS_NOTED
    elif _reaches(instrument, _could_be(instrument, whole)):
        outcome = Outcome.NOT_ALL_SEEN
    in_order = [item.id for item in instrument.items]
    return Result(
        outcome,
        _next_step(instrument, outcome, seen),
        tuple(name for name in in_order if name in seen),
        tuple(name for name in in_order if name in unseen),
        _dimensions(instrument, seen) if instrument.scoring.enough else (),
    )


def _could_be(instrument: Instrument, whole: Answers) -> set[str]:
    """The most that may be there: what was seen, what could not be seen, and whatever those would open."""
    found: set[str] = set()
    for item in instrument.items:
        if item.id in whole:
            may_be = whole[item.id] is not Answer.NOT_SEEN
        else:
            may_be = _is_open(item, dict.fromkeys(found, Answer.SEEN), found)
        if may_be:
            found.add(item.id)
    return found


def _reaches(instrument: Instrument, seen: set[str]) -> bool:
    rule = instrument.scoring
    count = len(_dimensions(instrument, seen)) if rule.enough else len(seen)
    return count >= rule.threshold


def _dimensions(instrument: Instrument, seen: set[str]) -> tuple[str, ...]:
    return tuple(
        group.id
        for group in instrument.groups
        if _is_positive([i for i in group.items if i.id in seen], instrument.scoring.enough)
    )


def _is_positive(items: list[Item], rules: tuple[Enough, ...]) -> bool:
    n = Counter(item.strength for item in items)
    return any(
        n[Strength.STRONG] >= rule.strong
        and n[Strength.MEDIUM] >= rule.medium
        and n[Strength.WEAK] >= rule.weak
        and len(items) >= rule.all
        for rule in rules
    )


def _next_step(instrument: Instrument, outcome: Outcome, seen: set[str]) -> NextStep:
    """A sign that cannot wait is told at once, whatever the rest adds up to."""
    if any(item.is_acute and item.id in seen for item in instrument.items):
        return NextStep.CALL_DUTY_DESK
    return {
        Outcome.SIGNS_NOTED: NextStep.TALK_TO_SUPERVISOR,
        Outcome.NOT_ALL_SEEN: NextStep.LOOK_AGAIN,
        Outcome.NONE_NOTED: NextStep.KEEP_WATCHING,
    }[outcome]
