"""A case as it stands in lists and panels: codes and times, no word that a person wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from amparo.foundation.actors import Actor
from amparo.foundation.ids import SubjectId
from amparo.rooms.access.queries import codes_of
from amparo.rooms.cases.ages import Age
from amparo.rooms.cases.models import Case
from amparo.rooms.cases.next_steps import Facts, Step, next_steps
from amparo.rooms.cases.places import place_kinds
from amparo.rooms.cases.words import RISKS
from amparo.rooms.desk.queries import LimitRow, next_limits
from amparo.rooms.desk.queries.people import names_of


@dataclass(frozen=True)
class CaseRow:
    id: UUID
    subject_id: SubjectId
    code: str
    is_open: bool
    worker_id: UUID | None
    worker: str
    risk: str
    opened_at: dt.datetime
    first_seen_at: dt.datetime | None
    is_plan: bool
    night_kind: str
    is_place_fit: bool
    night_at: dt.datetime
    guardian: str
    gender: str
    language: str
    needs_interpreter: bool | None
    age: Age
    steps: tuple[Step, ...]
    limit: LimitRow | None
    version: int

    @property
    def risk_words(self) -> str:
        return str(RISKS[self.risk])

    @property
    def place_words(self) -> str:
        return place_kinds()[self.night_kind].title

    @property
    def first_step(self) -> Step | None:
        return self.steps[0] if self.steps else None

    @property
    def cannot_wait(self) -> bool:
        return not self.is_place_fit or (self.risk == "high" and self.first_seen_at is None)


def rows_of(viewer: Actor, cases: Iterable[Case]) -> tuple[CaseRow, ...]:
    """Inside a query: names, codes and next limits of one page in one question each."""
    found = list(cases)
    subjects = [SubjectId(case.subject_id) for case in found]
    codes = dict(codes_of(viewer, subjects))
    names = names_of([case.worker_id for case in found])
    limits = {row.subject_id: row for row in next_limits(viewer, subjects)}
    return tuple(
        CaseRow(
            case.id, SubjectId(case.subject_id), codes[SubjectId(case.subject_id)], case.state == "open",
            case.worker_id, names.get(case.worker_id) or str(_("The duty desk")), case.risk_level, case.opened_at,
            case.first_seen_at, case.night == "plan", case.night_kind, case.is_place_fit, case.night_at, case.guardian,
            case.gender, case.language, case.needs_interpreter, Age(case.age_low, case.age_high, case.age_on),
            next_steps(facts_of(case)), limits.get(SubjectId(case.subject_id)), case.version,
        )
        for case in found
        if SubjectId(case.subject_id) in codes
    )  # fmt: skip


def facts_of(case: Case) -> Facts:
    return Facts(
        subject_id=SubjectId(case.subject_id), is_place_fit=case.is_place_fit, is_plan=case.night == "plan",
        is_seen=case.first_seen_at is not None, guardian=case.guardian, is_owned=case.worker_id is not None,
        interpreter_is_known=case.needs_interpreter is not None,
    )  # fmt: skip
