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


def made_of(answers: dict[str, Answer], result: Result, reason: str, age_years: int | None, wording: str) -> str:
    """The result is kept as it was told that day: a later rule never rewrites what a worker was told."""
    return json.dumps({
        "answers": {name: answer.value for name, answer in answers.items()}, "outcome": result.outcome.value,
        "next_step": result.next_step.value, "dimensions": list(result.dimensions), "reason": reason,
        "age_years": age_years, "wording": wording,
    }, ensure_ascii=False, sort_keys=True)  # fmt: skip


def read(sealed: bytes) -> Document:
    it = json.loads(sealed)
    return Document(
        {name: Answer(answer) for name, answer in it["answers"].items()},
        Outcome(it["outcome"]),
        NextStep(it["next_step"]),
        tuple(it["dimensions"]),
        it["reason"],
        it["age_years"],
        it["wording"],
    )
