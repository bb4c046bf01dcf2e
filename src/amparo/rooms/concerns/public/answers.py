"""Reads what a public page sends back, and makes of it what the desk receives. Parses, never saves."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation

from amparo.rooms.concerns.intake import Intake
from amparo.rooms.concerns.kinds import Answer, Channel, Gender

from .questions import CHILD, LONGEST, LONGEST_LINE, NEIGHBOUR, NO, UNKNOWN, YES, Question

#: "safe" asks the other way round: not safe is in danger.
_DANGER_WHEN_SAFE = {YES: Answer.NO, NO: Answer.YES, UNKNOWN: Answer.UNKNOWN}


def read(posted: Mapping[str, Any], questions: Sequence[Question], areas: Sequence[str]) -> dict[str, str]:
    """Every answer so far. A choice that is none of ours counts as not answered; text loses hidden characters."""
    found: dict[str, str] = {}
    for question in questions:
        value = str(posted.get(question.name, ""))
        if question.kind == "choice":
            found[question.name] = value if value in {o.value for o in question.options} else ""
        elif question.kind == "place":
            found[question.name] = value if value in areas else ""
        else:
            found[question.name] = plain(value)
        if question.extra:
            found[question.extra] = plain(str(posted.get(question.extra, "")))
    return found


def plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()


def too_long(question: Question, answers: Mapping[str, str]) -> int:
    """How many characters too many; 0 when it fits. Nothing is ever cut in silence."""
    if question.kind == "choice":
        return 0
    name = question.extra or question.name
    longest = LONGEST if question.kind == "words" else LONGEST_LINE
    return max(0, len(answers.get(name, "")) - longest)


def intake_of(is_child: bool, answers: Mapping[str, str], language: str) -> Intake:
    low, _, high = answers.get("age", "").partition("-")
    for_self = is_child and answers.get("about") != "friend"
    return Intake(
        channel=Channel.CHILD if is_child else Channel.PUBLIC,
        area=answers.get("area") or None,
        danger_now=_danger(is_child, answers),
        health_today=_answer(answers.get("health", "")),
        moved_soon=_answer(answers.get("moved", "")),
        age_low=int(low) if low.isdigit() and high else None,
        age_high=int(high) if high.isdigit() else None,
        gender=Gender(answers.get("gender") or Gender.UNKNOWN),
        language=language if for_self else "",
        about_self=for_self,
        account=_account(CHILD if is_child else NEIGHBOUR, answers, language),
        reporter=answers.get("contact", ""),
    )


def _danger(is_child: bool, answers: Mapping[str, str]) -> Answer:
    if is_child:
        return _DANGER_WHEN_SAFE.get(answers.get("safe", ""), Answer.UNKNOWN)
    return _answer(answers.get("danger", ""))


def _answer(value: str) -> Answer:
    return Answer(value) if value in Answer.values else Answer.UNKNOWN


def _account(questions: Sequence[Question], answers: Mapping[str, str], language: str) -> str:
    """The words as the desk reads them: each under its question, in English, and the page's language above."""
    lines = []
    with translation.override("en"):
        for question in questions:
            if question.name not in ("saw", "spot", "about") and not question.extra:
                continue
            value = answers.get(question.extra or question.name, "")
            if value:
                said = {o.value: str(o.label) for o in question.options}.get(value, value)
                lines.append(f"{question.extra_label or question.title}\n{said}")
    return "\n\n".join([*lines, f"[{language}]"]) if lines else ""
