"""The sealed document of one screening: what was answered, what it came to, why it was done again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .definitions import Answer
from .engine import NextStep, Outcome, Result


@dataclass(frozen=True)
class Document:
    answers: dict[str, Answer]
    outcome: Outcome
    next_step: NextStep
    dimensions: tuple[str, ...]
    reason: str = ""
    age_years: int | None = None
    wording: str = ""


def made_of(
    answers: dict[str, Answer], result: Result, reason: str, age_years: int | None, wording: str
) -> str:
    """The result is kept as it was told that day: a later rule never rewrites what a worker was told."""
    return json.dumps({
        "answers": {name: answer.value for name, answer in answers.items()}, "outcome": result.outcome.value,
        "next_step": result.next_step.value, "dimensions": list(result.dimensions), "reason": reason,
        "age_years": age_years, "wording": wording,
    }, ensure_ascii=False, sort_keys=True)  # fmt: skip


def read(sealed: bytes) -> Document:
    """What is missing in a document of another form is read as "not everything could be seen", never as "no signs"."""
    it = json.loads(sealed)
    return Document(
        {name: Answer(answer) for name, answer in it.get("answers", {}).items()},
        Outcome(it.get("outcome", Outcome.NOT_ALL_SEEN)),
        NextStep(it.get("next_step", NextStep.LOOK_AGAIN)),
        tuple(it.get("dimensions", ())),
        it.get("reason", ""),
        it.get("age_years"),
        it.get("wording", ""),
    )
