"""One child's case: the panel on the file, and the sheet with its sealed words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import log, query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import Case, Guardian, InterimAdult, Risk
from amparo.rooms.cases.opening import Languages
from amparo.rooms.desk.queries.people import names_of

from .rows import CaseRow, rows_of

HISTORY = 20


@dataclass(frozen=True)
class RiskRow:
    level: str
    at: dt.datetime
    by: str
    reasons: Sealed


@dataclass(frozen=True)
class GuardianRow:
    state: str
    at: dt.datetime
    sealed: Sealed | None


@dataclass(frozen=True)
class InterimRow:
    until: dt.date
    sealed: Sealed


@dataclass(frozen=True)
class Sheet:
    """Codes, times and sealed values; nothing is opened yet."""

    row: CaseRow
    languages: Languages
    description: Sealed | None
    risks: tuple[RiskRow, ...]
    guardians: tuple[GuardianRow, ...]
    interim: InterimRow | None
    may_write: bool
    reads_people: bool


@dataclass(frozen=True)
class SheetOpened:
    sheet: Sheet
    description: str
    reasons: tuple[str, ...]
    guardians: tuple[str, ...]
    interim_name: str
    interim_mandate: str


@query(policy.READ)
def case_panel(viewer: Actor, subject_id: SubjectId) -> CaseRow | None:
    """None where there is no case or its sheet may not be read: the panel is then left out."""
    if not policy.may(subject_id, "case", "read"):
        return None
    found = rows_of(viewer, Case.objects.visible_to(viewer).filter(subject_id=subject_id))
    return found[0] if found else None


@query(policy.READ)
def case_version(viewer: Actor, subject_id: SubjectId) -> tuple[CaseRow, Languages]:
    """For a form: the case as it stands. Raises NotThere."""
    case = _case(viewer, subject_id)
    return rows_of(viewer, [case])[0], _languages(case)


@query(policy.READ)
def case_for(viewer: Actor, subject_id: SubjectId) -> Sheet:
    case = _case(viewer, subject_id)
    log("CASE_READ", subject=subject_id, record=case.id)
    reads_people = policy.may(subject_id, "people", "read")
    return Sheet(
        row=rows_of(viewer, [case])[0],
        languages=_languages(case),
        description=_sealed(case, "description", case.description),
        risks=_risks(viewer, subject_id),
        guardians=_guardians(viewer, subject_id) if reads_people else (),
        interim=_interim(viewer, subject_id) if reads_people else None,
        may_write=viewer.has(policy.WRITE) and policy.may(subject_id, "case", "write"),
        reads_people=reads_people,
    )


def sheet_opened(viewer: Actor, subject_id: SubjectId, sheet: Sheet) -> SheetOpened:
    """The words on the sheet, in one question to the keeper."""
    wanted: list[Sealed | None] = [
        sheet.description, *(r.reasons for r in sheet.risks), *(g.sealed for g in sheet.guardians),
        sheet.interim.sealed if sheet.interim else None,
    ]  # fmt: skip
    known = [s for s in wanted if s is not None]
    opened = iter(open_sealed(viewer, known, "reads the case sheet"))
    words = ["" if s is None else next(opened).decode() for s in wanted]
    risks, guardians = len(sheet.risks), len(sheet.guardians)
    adult = json.loads(words[-1]) if words[-1] else {}
    return SheetOpened(
        sheet, words[0], tuple(words[1 : 1 + risks]), tuple(words[1 + risks : 1 + risks + guardians]),
        adult.get("name", ""), adult.get("mandate", ""),
    )  # fmt: skip


def _case(viewer: Actor, subject_id: SubjectId) -> Case:
    policy.need_case(subject_id, "read")
    case: Case | None = Case.objects.visible_to(viewer).filter(subject_id=subject_id).first()
    if case is None:
        raise NotThere
    return case


def _languages(case: Case) -> Languages:
    return Languages(
        tuple(case.understands), case.sign_language, case.needs_interpreter, case.interpreter_gender
    )


def _sealed(
    row: Case | Risk | Guardian | InterimAdult, field: str, value: bytes | memoryview | None
) -> Sealed | None:
    return Sealed(row.subject_id, row.section, row.id, field, bytes(value)) if value else None


def _risks(viewer: Actor, subject: SubjectId) -> tuple[RiskRow, ...]:
    found: Sequence[Risk] = list(
        Risk.objects.visible_to(viewer).filter(subject_id=subject).order_by("-decided_at")[:HISTORY]
    )
    names: dict[UUID | None, str] = names_of([r.decided_by_id for r in found])
    return tuple(
        RiskRow(r.level, r.decided_at, names.get(r.decided_by_id, ""),
                Sealed(r.subject_id, "case", r.id, "reasons", bytes(r.reasons)))
        for r in found
    )  # fmt: skip


def _guardians(viewer: Actor, subject: SubjectId) -> tuple[GuardianRow, ...]:
    found = Guardian.objects.visible_to(viewer).filter(subject_id=subject).order_by("-requested_at")[:HISTORY]
    return tuple(
        GuardianRow(g.state, g.answered_at or g.requested_at, _sealed(g, "sealed", g.sealed)) for g in found
    )


def _interim(viewer: Actor, subject: SubjectId) -> InterimRow | None:
    row = InterimAdult.objects.visible_to(viewer).filter(subject_id=subject).order_by("-written_at").first()
    if row is None:
        return None
    return InterimRow(row.until_on, Sealed(row.subject_id, row.section, row.id, "sealed", bytes(row.sealed)))
