"""What next? At most three steps for a child, from facts alone. Pure: no database, no clock.

The order is that of practice: a safe place, somebody who sees the child, somebody who stands up for the child, and only
then what the file still lacks. No step is a condition for another, and screening is never one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from amparo.foundation.ids import SubjectId

MOST = 3


@dataclass(frozen=True)
class Facts:
    subject_id: SubjectId
    is_place_fit: bool
    is_plan: bool
    is_seen: bool
    guardian: str
    is_owned: bool
    interpreter_is_known: bool


@dataclass(frozen=True)
class Step:
    """Words and the page to do it on; every page takes the file's id."""

    code: str
    words: Any
    url_name: str


def next_steps(facts: Facts) -> tuple[Step, ...]:
    return tuple(_all(facts))[:MOST]


def _all(facts: Facts) -> Iterator[Step]:
    if not facts.is_owned:
        yield Step("take", _("Take this child over from the duty desk"), "cases:take")
    if not facts.is_place_fit:
        yield Step("move", _("Move the child to a fit place"), "cases:night")
    if not facts.is_seen:
        yield Step("see", _("See the child"), "cases:seen")
    if facts.is_plan:
        yield Step("confirm", _("Confirm that the child arrived where planned"), "cases:night")
    if facts.guardian == "cannot_now":
        yield Step("ask_again", _("Ask for another guardian"), "cases:guardian")
    elif facts.guardian == "requested":
        yield Step("guardian", _("Follow up the guardian that was asked for"), "cases:guardian")
    if not facts.interpreter_is_known:
        yield Step("languages", _("Ask which languages the child speaks and understands"), "cases:languages")
    yield Step("around", _("Write down who is around the child"), "cases:around")
