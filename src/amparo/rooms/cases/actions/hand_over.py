"""Who answers for a child changes when the receiver accepts, and not before."""

from __future__ import annotations

from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, in_action, log
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import ActorId, SubjectId, new_id
from amparo.rooms.cases import policy
from amparo.rooms.cases.opening import Taker
from amparo.rooms.cases.words import HAND_OVER_REASONS
from amparo.rooms.concerns.actions import concerns_follow
from amparo.rooms.desk.actions import fact_happened, tell
from amparo.rooms.desk.actions.notices import holders

_PROPOSAL = ("uuid", "uuid", "uuid", "uuid", "text")


def offer(by: Actor, subject: SubjectId, taker: Taker, reason: str = "opened_for") -> UUID:
    """Inside an action: offered, told, and its answer waited for."""
    in_action()
    batch = new_id()
    call("sec.propose_hand_over", batch, subject, taker.person, taker.unit_id, reason, cast=_PROPOSAL)
    fact_happened(fact="HAND_OVER_PROPOSED", subject_id=subject, record=subject)
    tell(_whom(by, taker), "HAND_OVER_OFFERED", record=batch)
    log("HAND_OVER_PROPOSED", subject=subject, record=batch, detail={"reason": reason})
    return batch


def _whom(by: Actor, taker: Taker) -> set[UUID]:
    """The person, or a desk's officers. The file is not named: they have no access to it yet."""
    if taker.person is not None:
        return {taker.person}
    return holders(["duty_officer"], [by.agency] if by.agency else [])


@action(policy.WRITE)
def hand_over(*, by: Actor, subject_id: SubjectId, taker: Taker, reason: str, key: str = "") -> UUID:
    """Offer one file. Until it is accepted nothing moves, and it can be taken back."""
    policy.need_one_of(reason, HAND_OVER_REASONS)
    return offer(by, subject_id, taker, reason)


@action(policy.WRITE)
def hand_over_caseload(
    *, by: Actor, person: ActorId, taker: Taker, reason: str = "leaves", key: str = ""
) -> UUID:
    """Offer everything a person answers for, in one batch that is accepted as one."""
    policy.need_one_of(reason, HAND_OVER_REASONS)
    batch = new_id()
    offered = rows("sec.propose_caseload", batch, person, taker.person, taker.unit_id, reason, cast=_PROPOSAL)
    for (subject,) in offered:
        fact_happened(fact="HAND_OVER_PROPOSED", subject_id=SubjectId(subject), record=subject)
    tell(_whom(by, taker), "HAND_OVER_OFFERED", record=batch)
    log("CASELOAD_OFFERED", record=batch, detail={"count": len(offered), "person": str(person)})
    return batch


@action(policy.WRITE)
def accept_hand_over(*, by: Actor, batch: UUID, key: str = "") -> int:
    """From this moment the receiver, or their duty desk, answers for each of them. Returns how many."""
    answered = rows("sec.answer_hand_over", batch, True, cast=("uuid", "boolean"))
    for subject, _, _ in answered:
        log("HAND_OVER_ACCEPTED", subject=subject, record=batch)
        concerns_follow(subject_id=SubjectId(subject))
    tell({proposer for _, proposer, _ in answered} - {by.id}, "HAND_OVER_ACCEPTED", record=batch)
    return len(answered)


@action(policy.WRITE)
def decline_hand_over(*, by: Actor, batch: UUID, key: str = "") -> int:
    """The giver goes on answering. The receiver has seen a code and a risk, and no more."""
    answered = rows("sec.answer_hand_over", batch, False, cast=("uuid", "boolean"))
    for subject, _, _ in answered:
        log("HAND_OVER_DECLINED", subject=subject, record=batch)
    tell({proposer for _, proposer, _ in answered} - {by.id}, "HAND_OVER_DECLINED", record=batch)
    return len(answered)


@action(policy.WRITE)
def withdraw_hand_over(*, by: Actor, batch: UUID, key: str = "") -> int:
    """Undo, as long as nobody accepted."""
    taken_back = [row[0] for row in rows("sec.withdraw_hand_over", batch, cast=("uuid",))]
    for subject in taken_back:
        log("HAND_OVER_WITHDRAWN", subject=subject, record=batch)
        fact_happened(fact="HAND_OVER_ANSWERED", subject_id=SubjectId(subject), record=subject)
    return len(taken_back)


@action(policy.GIVE_OUT)
def take_case(*, by: Actor, subject_id: SubjectId, key: str = "") -> None:
    """From the duty desk to oneself."""
    call("sec.take_case", subject_id, cast=("uuid",))
    log("CASE_TAKEN", subject=subject_id)
    concerns_follow(subject_id=subject_id)
