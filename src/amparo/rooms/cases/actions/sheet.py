"""The case sheet: risk, tonight's place, first contact, languages. Each change carries the version it is based on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import LEVELS, Case, Risk
from amparo.rooms.cases.opening import Languages, Night
from amparo.rooms.cases.places import is_fit
from amparo.rooms.cases.words import INTERPRETER_GENDERS
from amparo.rooms.desk.actions import fact_happened
from amparo.rooms.vault.actions import record_place
from amparo.rooms.vault.queries import kept_for
from amparo.rooms.vault.records import Whereabouts


def open_case_of(subject: SubjectId) -> Case:
    """Inside an action: the open case, locked. Raises NotThere, or Refused where it may only be read."""
    policy.need_case(subject, "write")
    case: Case | None = (
        Case.objects.in_action()
        .select_for_update(of=("self",))
        .filter(subject_id=subject, state="open")
        .first()
    )
    if case is None:
        raise NotThere
    return case


def change(case: Case, **fields: Any) -> None:
    case.version += 1
    for name, value in fields.items():
        setattr(case, name, value)
    Case.objects.in_action().filter(id=case.id).update(version=case.version, **fields)


def based_on(case: Case, version: int) -> None:
    if case.version != version:
        raise Conflict(current=case.version, yours=version)


@action(policy.WRITE)
def change_risk(
    *, by: Actor, subject_id: SubjectId, level: str, reasons: str, version: int, key: str = ""
) -> None:
    """A level needs its reasons each time. Raised, the first contact counts from now; lowered, from the opening."""
    policy.need_one_of(level, LEVELS)
    reasons = policy.need_reason(reasons)
    case = open_case_of(subject_id)
    based_on(case, version)
    before, at = case.risk_level, now()
    risk = Risk(
        id=new_id(),
        subject_id=subject_id,
        unit_id=case.unit_id,
        level=level,
        decided_by_id=by.id,
        decided_at=at,
    )
    risk.reasons = seal_for(subject_id, "case", risk.id, "reasons", reasons)
    risk.save(force_insert=True)
    change(case, risk_level=level, risk_at=at)
    if level != before and case.first_seen_at is None:
        fact_happened(fact="RISK_CHANGED", subject_id=subject_id, record=case.id)
        since = at if LEVELS.index(level) < LEVELS.index(before) else case.opened_at
        fact_happened(fact=f"CASE_AT_{level.upper()}_RISK", subject_id=subject_id, record=case.id, at=since)
    log("RISK_CHANGED", subject=subject_id, record=risk.id, detail={"level": level})


@action(policy.WRITE)
def record_night(*, by: Actor, subject_id: SubjectId, night: Night, version: int, key: str = "") -> None:
    """Where the child really is can always be recorded; an unfit place alerts the supervisor and starts a limit."""
    policy.need_night(night)
    case = open_case_of(subject_id)
    based_on(case, version)
    place_into_vault(by, subject_id, night)
    was_unfit_fact = case.night == "fact" and not case.is_place_fit
    if night.is_plan and was_unfit_fact:
        # the child is still where nobody should be: the plan is kept in the vault, the fact stays on the sheet
        change(case)
    else:
        change(case, night="plan" if night.is_plan else "fact", night_kind=night.kind,
               is_place_fit=is_fit(night.kind), night_at=now())  # fmt: skip
        night_facts(case)
    log(
        "NIGHT_RECORDED",
        subject=subject_id,
        record=case.id,
        detail={"is_plan": night.is_plan, "kind": night.kind},
    )


@action(policy.WRITE)
def child_seen(*, by: Actor, subject_id: SubjectId, at: dt.datetime | None = None, key: str = "") -> None:
    """Somebody saw the child: a fact, not a form saved. It stops the limit of the first contact."""
    at = at or now()
    if at > now():
        raise Refused("not_in_future")
    case = open_case_of(subject_id)
    if case.first_seen_at is None or at < case.first_seen_at:
        change(case, first_seen_at=at)
    fact_happened(fact="CHILD_SEEN", subject_id=subject_id, record=case.id)
    log("CHILD_SEEN", subject=subject_id, record=case.id)


@action(policy.WRITE)
def record_languages(
    *, by: Actor, subject_id: SubjectId, language: str, others: Languages, version: int, key: str = ""
) -> None:
    policy.need_one_of(others.interpreter_gender, INTERPRETER_GENDERS)
    case = open_case_of(subject_id)
    based_on(case, version)
    change(case, language=language, understands=list(others.understands), sign_language=others.sign_language,
           needs_interpreter=others.needs_interpreter, interpreter_gender=others.interpreter_gender)  # fmt: skip
    log("LANGUAGES_RECORDED", subject=subject_id, record=case.id)


def place_into_vault(by: Actor, subject: SubjectId, night: Night) -> None:
    """Inside an action: which place it is, sealed under a key that opens nothing else."""
    if not night.is_told:
        return
    kind = "plan" if night.is_plan else "fact"
    kept = kept_for(by, subject)
    place = Whereabouts(night.area, night.address, night.landmark, now().date().isoformat(), kind)
    record_place(by=by, subject_id=subject, place=place, version=kept.plan if night.is_plan else kept.fact)


def night_facts(case: Case) -> None:
    """Inside an action: the limits that hang on where the child sleeps."""
    subject, unit = SubjectId(case.subject_id), case.id
    if case.night == "plan":
        fact_happened(fact="NIGHT_PLANNED", subject_id=subject, record=unit)
        return
    fact_happened(fact="NIGHT_KNOWN", subject_id=subject, record=unit)
    fact = "CHILD_IN_FIT_PLACE" if case.is_place_fit else "CHILD_IN_UNFIT_PLACE"
    fact_happened(fact=fact, subject_id=subject, record=unit)
