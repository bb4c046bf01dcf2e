"""`duty.yaml`: settings of the duty desk, read strictly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amparo.rooms.desk.rules.strict import Part, read

HERE = Path(__file__).resolve().parent / "duty.yaml"
WHEN = ("today", "yesterday", "two_days", "four_days")


@dataclass(frozen=True)
class ReportingDuty:
    words: Mapping[str, str]
    source: str

    @property
    def is_confirmed(self) -> bool:
        return not self.source.startswith("unconfirmed")


@dataclass(frozen=True)
class DutyRules:
    similar_days: int
    similar_most: int
    talk_again: dt.timedelta
    when: Mapping[str, dt.timedelta]
    duties: Mapping[str, ReportingDuty]

    def duty_in(self, country: str) -> ReportingDuty:
        return self.duties.get(country, self.duties["otherwise"])


def load_duty(path: Path = HERE) -> DutyRules:
    whole = read(path).only("version", "similar", "talk_again_hours", "when", "duty_to_report")
    if whole.whole("version") != 1:
        raise whole.wrong("version", "this release reads version 1. Update the file or the platform.")
    similar, when = whole.part("similar").only("days", "most"), whole.part("when").only(*WHEN)
    duties = {code: _duty(part) for code, part in whole.part("duty_to_report").each()}
    if "otherwise" not in duties:
        raise whole.wrong("duty_to_report", "'otherwise' is missing: every conversation has its text.")
    return DutyRules(
        similar_days=similar.whole("days"),
        similar_most=similar.whole("most"),
        talk_again=dt.timedelta(hours=whole.whole("talk_again_hours")),
        when={answer: dt.timedelta(hours=when.whole(answer)) for answer in WHEN},
        duties=duties,
    )


def _duty(part: Part) -> ReportingDuty:
    part.only("words", "source")
    return ReportingDuty(part.words("words"), part.text("source"))


@cache
def duty_rules() -> DutyRules:
    return load_duty()
