"""A concern becomes a child with a worker: one action, everything in it or nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Refused
from amparo.foundation.functions import call
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.access.actions import open_subject
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import LEVELS, Case, Guardian, Risk
from amparo.rooms.cases.opening import Opening
from amparo.rooms.cases.places import is_fit
from amparo.rooms.cases.words import GENDERS
from amparo.rooms.concerns.actions import concerns_follow, link_to_case
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.desk.actions import fact_happened, forget_draft
from amparo.rooms.desk.policy import unit_of
from amparo.rooms.vault.actions import record_identity
from amparo.rooms.vault.records import Identity

from .guardian import name_interim_adult
from .hand_over import offer
from .links import link_files
from .sheet import night_facts, place_into_vault

MOST_IN_GROUP = 60


@action(policy.OPEN)
def open_case(
    *, by: Actor, opening: Opening, concern_id: UUID | None = None, key: str = ""
) -> SubjectId:  # fmt: skip
    """Opens the file and the case; whoever opens it answers for the child until somebody else accepts.

    A guardian is asked for in the same moment. Sent twice with the same key it opens one case.
    """
    _check(opening)
    subject = open_subject(by=by, kind="child")
    case = _case(by, subject, opening)
    _risk(by, case, opening)
    _identity(by, subject, opening)
    place_into_vault(by, subject, opening.night)
    _guardian(by, case)
    _limits(case)
    if opening.interim is not None:
        name_interim_adult(by=by, subject_id=subject, adult=opening.interim)
    _link_concern(by, concern_id, subject)
    log("CASE_OPENED", subject=subject, record=case.id, detail={"risk": opening.risk})
    forget_draft(by=by, form="open_case", subject_id=None)
    _give(by, case, opening)  # last: given to the duty desk, the file is not the opener's any more
    return subject


@action(policy.OPEN)
def open_group(
    *, by: Actor, rows: Sequence[tuple[UUID | None, Opening]], key: str = ""
) -> tuple[SubjectId, ...]:
    """One file for each row of a group intake, linked as found together; no file shows another's row."""
    if not 1 <= len(rows) <= MOST_IN_GROUP:
        raise Refused("unknown_answer")
    takers = [opening.taker for _, opening in rows]
    opened = [open_case(by=by, opening=_kept(opening), concern_id=concern) for concern, opening in rows]
    if len(opened) > 1:
        link_files(by=by, subjects=tuple(opened), kind="found_together")
    for subject, taker in zip(opened, takers, strict=True):
        if taker is not None:
            offer(by, subject, taker)
    log("GROUP_OPENED", detail={"count": len(opened)})
    return tuple(opened)


@action(policy.OPEN)
def open_linked(
    *,
    by: Actor,
    beside: SubjectId,
    kind: Literal["siblings", "parent_and_baby"],
    opening: Opening,
    key: str = "",
) -> SubjectId:
    """A brother's, sister's or baby's own file in one step, linked both ways and meant to stay together."""
    policy.need_case(beside, "write")
    taker = opening.taker
    subject = open_case(by=by, opening=_kept(opening))
    parts = ("parent", "baby") if kind == "parent_and_baby" else ("", "")
    link_files(by=by, subjects=(beside, subject), kind=kind, parts=parts)
    if taker is not None:
        offer(by, subject, taker)
    log("LINKED_FILE_OPENED", subject=subject, detail={"kind": kind})
    return subject


def _kept(opening: Opening) -> Opening:
    """The same, kept by whoever opens it: linking needs the file that is offered a moment later."""
    return replace(opening, taker=None)


def _check(opening: Opening) -> None:
    policy.need_night(opening.night)
    policy.need_one_of(opening.risk, LEVELS)
    policy.need_one_of(opening.gender, GENDERS)
    policy.need_reason(opening.reasons)
    if not opening.called.strip():
        raise Refused("unknown_answer")


def _case(by: Actor, subject: SubjectId, opening: Opening) -> Case:
    at, night, said = now(), opening.night, opening.languages
    case = Case(
        id=new_id(), subject_id=subject, unit_id=unit_of(subject), lead_agency_id=by.agency, worker_id=by.id,
        opened_at=at, opened_by_id=by.id, age_low=opening.age_low, age_high=opening.age_high, age_on=at.date(),
        gender=opening.gender, language=opening.language, understands=list(said.understands),
        sign_language=said.sign_language, needs_interpreter=said.needs_interpreter,
        interpreter_gender=said.interpreter_gender, risk_level=opening.risk, risk_at=at,
        night="plan" if night.is_plan else "fact", night_kind=night.kind, is_place_fit=is_fit(night.kind), night_at=at,
    )  # fmt: skip
    if opening.is_description:
        case.description = seal_for(subject, "case", case.id, "description", opening.called)
    case.save(force_insert=True)
    return case


def _risk(by: Actor, case: Case, opening: Opening) -> None:
    risk = Risk(
        id=new_id(), subject_id=case.subject_id, unit_id=case.unit_id, level=opening.risk, decided_by_id=by.id,
        decided_at=case.opened_at,
    )  # fmt: skip
    risk.reasons = seal_for(case.subject_id, "case", risk.id, "reasons", opening.reasons)
    risk.save(force_insert=True)


def _identity(by: Actor, subject: SubjectId, opening: Opening) -> None:
    """A description is no name: it stays on the case sheet, so that nobody is found by the colour of a shirt."""
    name = "" if opening.is_description else opening.called
    if name or opening.numbers:
        who = Identity(used_name=name, birth=opening.birth, documents=opening.numbers)
        record_identity(by=by, subject_id=subject, identity=who, version=0)


def _guardian(by: Actor, case: Case) -> None:
    Guardian(
        id=new_id(), subject_id=case.subject_id, unit_id=case.unit_id, state="requested",
        requested_at=case.opened_at, requested_by_id=by.id,
    ).save(force_insert=True)  # fmt: skip


def _limits(case: Case) -> None:
    subject = SubjectId(case.subject_id)
    for fact in (f"CASE_AT_{case.risk_level.upper()}_RISK", "CASE_OPENED", "GUARDIAN_REQUESTED"):
        fact_happened(fact=fact, subject_id=subject, record=case.id, at=case.opened_at)
    night_facts(case)


def _link_concern(by: Actor, concern_id: UUID | None, subject: SubjectId) -> None:
    if concern_id is not None:
        link_to_case(by=by, concern_id=ConcernId(concern_id), subject_id=subject)


def _give(by: Actor, case: Case, opening: Opening) -> None:
    """To the duty desk of one's own team at once; to everybody else as an offer that they accept."""
    taker, subject = opening.taker, SubjectId(case.subject_id)
    if taker is None or taker.person == by.id:
        return
    if taker.person is None and taker.unit_id == by.unit:
        call("sec.case_to_duty", subject, cast=("uuid",))
        concerns_follow(subject_id=subject)
        return
    offer(by, subject, taker)
