"""`urgency.yaml`: how urgent a concern is, by stated rules on clear answers and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amparo.foundation.texts import in_words
from amparo.rooms.desk.rules.strict import Part, read

from .kinds import Answer, Urgency

HERE = Path(__file__).resolve().parent / "urgency.yaml"
#: Everything a rule may look at. Area, language, origin, faith and the sender are not in the list, on purpose.
ASKED = ("danger_now", "with_child", "health_today", "moved_soon", "in_custody", "about_self")
CLEAR = (*ASKED, "age_high")
RANK = {Urgency.NOW: 0, Urgency.TODAY: 1, Urgency.DAYS: 2}


@dataclass(frozen=True)
class UrgencyRule:
    code: str
    when: Mapping[str, tuple[str, ...] | int]
    urgency: Urgency
    words: Mapping[str, str]
    source: str

    @property
    def is_confirmed(self) -> bool:
        return not self.source.startswith("unconfirmed")

    def holds(self, answers: Mapping[str, str | int | None]) -> bool:
        return all(_meets(answers.get(name), wanted) for name, wanted in self.when.items())


def _meets(answer: str | int | None, wanted: tuple[str, ...] | int) -> bool:
    if isinstance(wanted, int):
        return isinstance(answer, int) and answer <= wanted
    return answer in wanted


@dataclass(frozen=True)
class UrgencyRules:
    rules: tuple[UrgencyRule, ...]
    otherwise: Urgency

    def judge(self, answers: Mapping[str, str | int | None]) -> tuple[Urgency, tuple[str, ...]]:
        """The most urgent of the rules that hold, and the codes of all of them."""
        held = [rule for rule in self.rules if rule.holds(answers)]
        urgency = min((rule.urgency for rule in held), key=lambda one: RANK[one], default=self.otherwise)
        return urgency, tuple(rule.code for rule in held)

    def words(self, code: str) -> str:
        """What a rule's code means; the code itself when the rule was taken out since."""
        found = next((rule.words for rule in self.rules if rule.code == code), None)
        return code if found is None else in_words(found)


def load_urgency(path: Path = HERE) -> UrgencyRules:
    whole = read(path).only("version", "otherwise", "rules")
    if whole.whole("version") != 1:
        raise whole.wrong("version", "this release reads version 1. Update the file or the platform.")
    rules = tuple(_rule(code, part) for code, part in whole.part("rules").each())
    return UrgencyRules(rules, Urgency(whole.choice("otherwise", Urgency.values)))


def _rule(code: str, part: Part) -> UrgencyRule:
    part.only("when", "urgency", "words", "source")
    when = part.part("when").only(*CLEAR)
    return UrgencyRule(
        code=code,
        when={name: _wanted(when, name) for name in when.value},
        urgency=Urgency(part.choice("urgency", Urgency.values)),
        words=part.words("words"),
        source=part.text("source"),
    )


def _wanted(when: Part, name: str) -> tuple[str, ...] | int:
    if name not in ASKED:
        return when.whole(name)
    for one in when.texts(name):
        if one not in Answer.values:
            raise when.wrong(name, f"'{one}' is no answer. Write some of: {', '.join(Answer.values)}.")
    return when.texts(name)


@cache
def urgency_rules() -> UrgencyRules:
    return load_urgency()
