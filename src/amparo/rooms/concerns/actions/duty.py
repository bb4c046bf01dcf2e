"""What the duty desk does with a concern: take it up, decide, have the decision read by a second person.

Whatever is decided, nothing here asks for a screening first, and nothing marks a family: what was not confirmed is
forgotten when its time is over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, in_action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.functions import call
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.kinds import FixedReply, Outcome, SentState, State
from amparo.rooms.concerns.models import Concern, Decision
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.actions import TaskOrder, add_task, fact_happened, tell
from amparo.rooms.desk.policy import need, need_reason
from amparo.rooms.desk.rules.retention import retention_rules

OPEN = (State.WAITING, State.ACKNOWLEDGED)
#: Outcomes that a person chooses on the page. A new case decides by being opened.
CHOSEN = (Outcome.EXISTING_CASE, Outcome.OTHER_PROTECTION, Outcome.OTHER_SERVICE, Outcome.NO_FURTHER_ACTION)
HANDED_OVER = (Outcome.OTHER_PROTECTION, Outcome.OTHER_SERVICE)


@dataclass(frozen=True)
class DecisionOrder:
    """What follows and why. `file` is the child's file for "belongs to a child we already work for"."""

    outcome: str
    reason: str
    version: int
    file: SubjectId | None = None


@action(policy.ANSWER)
def acknowledge(*, by: Actor, concern_id: ConcernId) -> ConcernId:
    """I am on it. A second press, or somebody else a moment later, changes nothing."""
    concern = _locked(by, concern_id)
    if concern.state == State.WAITING:
        _take_up(by, concern)
    log("CONCERN_ACKNOWLEDGED", subject=concern.subject_id, record=concern.id)
    return concern_id


def _take_up(by: Actor, concern: Concern) -> None:
    _change(
        concern,
        state=State.ACKNOWLEDGED,
        acknowledged_by_id=by.id,
        acknowledged_at=now(),
        answer=FixedReply.READ,
    )
    call("intake.tell_sender", concern.id, SentState.READ.value, FixedReply.READ.value)
    fact_happened(fact="CONCERN_ACKNOWLEDGED", subject_id=SubjectId(concern.subject_id), record=concern.id)


@action(policy.ANSWER)
def decide(*, by: Actor, concern_id: ConcernId, order: DecisionOrder, key: str = "") -> UUID:
    """Raises Conflict when somebody changed the concern since it was read."""
    concern = _locked(by, concern_id)
    reason = need_reason(order.reason)
    if order.outcome not in CHOSEN:
        raise Refused("unknown_outcome")
    _need_open(concern, order.version)
    if concern.state == State.WAITING:
        _take_up(by, concern)
    if order.outcome == Outcome.EXISTING_CASE:
        if order.file is None:
            raise NotThere
        return _linked(by, concern, order.file, Outcome.EXISTING_CASE, reason)
    decision = _write_decision(by, concern, order.outcome, reason)
    if order.outcome == Outcome.NO_FURTHER_ACTION:
        _ask_second_reader(by, concern, decision)
        return decision
    _settle(by, concern, order.outcome, "CONCERN_HANDED_OVER")
    task = TaskOrder("HAND_OVER_WARMLY", reason, owner=by.id, is_urgent=True)
    add_task(by=by, subject_id=SubjectId(concern.subject_id), order=task)
    return decision


@action(policy.ANSWER)
def second_read(*, by: Actor, decision_id: UUID, is_agreed: bool) -> UUID:
    """Another person reads "no further action". Until then the concern stays open; a no leaves it open."""
    decision: Decision | None = (
        Decision.objects.in_action().select_for_update().filter(id=decision_id).first()
    )
    if decision is None:
        raise NotThere
    concern = _locked(by, decision.concern_id)
    if decision.decided_by_id == by.id:
        raise Refused("second_person")
    if (
        decision.second_by_id is not None
        or decision.outcome != Outcome.NO_FURTHER_ACTION
        or concern.state not in OPEN
    ):
        raise Conflict(current=concern.version)
    Decision.objects.in_action().filter(id=decision_id).update(
        second_by_id=by.id, second_at=now(), is_agreed=is_agreed
    )
    if is_agreed:
        _settle(by, concern, Outcome.NO_FURTHER_ACTION, "CONCERN_NOT_CONFIRMED")
    else:
        _change(concern)
        tell([decision.decided_by_id], "CONCERN_READ_AGAIN", subject=concern.subject_id, record=decision_id)
    log(
        "DECISION_SECONDED" if is_agreed else "DECISION_NOT_SECONDED",
        subject=concern.subject_id,
        record=decision_id,
    )
    return decision_id


@action(policy.ANSWER)
def link_to_case(
    *, by: Actor, concern_id: ConcernId, subject_id: SubjectId, outcome: str = Outcome.NEW_CASE
) -> ConcernId:
    """The concern belongs to this child's file: its worker may read the facts and the words, never who told."""
    concern = _locked(by, concern_id)
    if concern.linked_id == subject_id:
        log("CONCERN_LINKED", subject=concern.subject_id, record=concern.id, result="already")
        return concern_id
    _need_open(concern, concern.version)
    if concern.state == State.WAITING:
        _take_up(by, concern)
    _linked(by, concern, subject_id, outcome, "")
    return concern_id


def concerns_follow(*, subject_id: SubjectId) -> None:
    """Inside an action that gave a file to somebody else: its concerns are read by whoever works for the child now."""
    in_action()
    call("sec.concerns_follow", subject_id, cast=("uuid",))


def _linked(by: Actor, concern: Concern, subject_id: SubjectId, outcome: str, reason: str) -> UUID:
    need(subject_id, "register", "read")
    decision = _write_decision(by, concern, outcome, reason)
    _change(concern, linked_id=subject_id)
    _settle(by, concern, outcome, "CASE_FILE")
    call("sec.share_concern", concern.id)
    log("CONCERN_LINKED", subject=concern.subject_id, record=concern.id)
    return decision


def _locked(by: Actor, concern_id: UUID) -> Concern:
    if not Concern.objects.visible_to(by).filter(id=concern_id).exists():
        raise NotThere
    concern: Concern | None = Concern.objects.in_action().select_for_update().filter(id=concern_id).first()
    if concern is None:
        raise Refused("read_only")
    return concern


def _need_open(concern: Concern, version: int) -> None:
    """One decision at a time: nothing is decided beside a decision that waits for its second reader."""
    if concern.state not in OPEN or concern.version != version:
        raise Conflict(current=concern.version, yours=version)
    if Decision.objects.in_action().filter(concern_id=concern.id, second_by=None).exists():
        raise Refused("waits_for_second")


def _change(concern: Concern, **fields: object) -> None:
    concern.version += 1
    for name, value in fields.items():
        setattr(concern, name, value)
    Concern.objects.in_action().filter(id=concern.id).update(version=concern.version, **fields)


def _write_decision(by: Actor, concern: Concern, outcome: str, reason: str) -> UUID:
    decision = new_id()
    sealed = seal_for(concern.subject_id, "concern", decision, "reason", reason)
    Decision(
        id=decision, subject_id=concern.subject_id, unit_id=concern.unit_id, concern_id=concern.id, outcome=outcome,
        reason=sealed, decided_by_id=by.id, decided_at=now(),
    ).save(force_insert=True)  # fmt: skip
    log(
        "CONCERN_DECISION_WRITTEN",
        subject=concern.subject_id,
        record=decision,
        detail={"outcome": str(outcome)},
    )
    return decision


def _ask_second_reader(by: Actor, concern: Concern, decision: UUID) -> None:
    people = {
        person
        for group in ("unit", "supervisors")
        for person in rota.people_for(group, concern.unit_id, now())
    } - {by.id}
    tell(people, "CONCERN_SECOND_READER", subject=concern.subject_id, record=decision)
    _change(concern)


def _settle(by: Actor, concern: Concern, outcome: str, retention: str) -> None:
    """Ends the limits, tells whoever sent it the same words as always, and says how long it is kept."""
    closed = outcome == Outcome.NO_FURTHER_ACTION
    _change(
        concern, state=State.CLOSED if closed else State.DECIDED, outcome=outcome, answer=FixedReply.THANKS
    )
    rule = retention_rules()[retention]
    today = now().astimezone(ZoneInfo(by.time_zone)).date()
    last_day: dt.date | None = None if retention == "CASE_FILE" else rule.last_day(today)
    call("sec.end_concern", concern.id, retention, last_day, cast=("uuid", "text", "date"))
    call("intake.tell_sender", concern.id, SentState.ANSWERED.value, FixedReply.THANKS.value)
    fact_happened(fact="CONCERN_DECIDED", subject_id=SubjectId(concern.subject_id), record=concern.id)
    log("CONCERN_DECIDED", subject=concern.subject_id, record=concern.id, detail={"outcome": str(outcome)})
