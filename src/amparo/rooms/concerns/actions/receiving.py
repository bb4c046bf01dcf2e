"""Taking a concern in from staff, and what follows from its having come in."""

from __future__ import annotations

import secrets
from dataclasses import replace

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.codes import ALPHABET
from amparo.foundation.errors import Refused
from amparo.foundation.events import publish
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import SubjectId, new_id
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.events import ConcernReceived
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.intake import MOST_CHILDREN, MOST_WORDS, Intake, keks_from, sealed
from amparo.rooms.concerns.kinds import Channel, State
from amparo.rooms.concerns.models import Concern
from amparo.rooms.desk.actions import fact_happened

NUMBER_SIGNS = 8
FROM_PUBLIC = (Channel.PUBLIC, Channel.CHILD)


@action(policy.SEND)
def receive_concern(*, by: Actor, intake: Intake, key: str = "") -> ConcernId:
    """Send one concern to whoever answers for its area. The sender keeps a number and a state, no sight of it.

    Raises Refused("nobody_answers") when no desk exists, and Conflict when the answering desk changed just now.
    """
    return _receive(intake)


@action(policy.SEND)
def receive_group(
    *, by: Actor, shared: Intake, children: tuple[Intake, ...], key: str = ""
) -> tuple[ConcernId, ...]:
    """Children met together: a concern for each. The shared words are copied, so that no file leads to another."""
    if not 0 < len(children) <= MOST_CHILDREN:
        raise Refused("group_size")
    event = new_id()
    call("intake.begin_event", event, shared.channel.value, len(children))
    log("CONCERN_GROUP_SENT", record=event, detail={"children": len(children)})
    return tuple(
        _receive(
            replace(
                child,
                channel=shared.channel,
                area=child.area or shared.area,
                account="\n\n".join(text for text in (shared.account, child.account) if text.strip()),
                reporter=child.reporter or shared.reporter,
                received_at=child.received_at or shared.received_at,
                event=event,
                number_in_event=child.number_in_event or number,
            )
        )
        for number, child in enumerate(children, start=1)
    )


def _receive(intake: Intake) -> ConcernId:
    if intake.channel in FROM_PUBLIC:
        raise Refused("channel")
    if len(intake.account) > MOST_WORDS or len(intake.reporter) > MOST_WORDS:
        raise Refused("too_long")
    # who has six questions' time is not asked where; the desk of the sender's own area is the nearest
    keks = keks_from(rows("intake.keys", intake.area or call("intake.near"), cast=("text",)))
    if not keks:
        raise Refused("nobody_answers")
    made = sealed(intake, keks)
    call("intake.receive", made.body, new_number(), cast=("jsonb", "text"))
    log("CONCERN_SENT", subject=made.subject, record=made.concern, detail={"channel": intake.channel.value})
    return made.concern


def new_number() -> str:
    """What a sender names on the telephone. It opens nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_SIGNS))


@action(None)
def note_received(*, by: Actor, concern_id: ConcernId, subject_id: SubjectId) -> None:
    """The worker's part, whichever door it came through: limits start from receipt, and the desk is told.

    Actor: `intake`. Running twice changes nothing: a limit starts once, and nobody is told the same thing twice.
    """
    concern = Concern.objects.in_action().filter(id=concern_id, subject_id=subject_id).first()
    log("CONCERN_RECEIVED", subject=subject_id, record=concern_id, result="done" if concern else "gone")
    if concern is None:  # withdrawn or erased since
        return
    fact_happened(fact="CONCERN_RECEIVED", subject_id=subject_id, record=concern_id, at=concern.received_at)
    # limits run from receipt, not from reading; how long they are depends on the urgency
    fact_happened(
        fact=f"CONCERN_RECEIVED_{concern.urgency.upper()}",
        subject_id=subject_id,
        record=concern_id,
        at=concern.received_at,
    )
    if concern.state == State.WAITING:
        publish(ConcernReceived(concern_id, subject_id, concern.urgency))
        return
    # the desk was quicker than this job: what it did already ends the limits that begin only now
    for fact in ("CONCERN_ACKNOWLEDGED", *(("CONCERN_DECIDED",) if concern.outcome else ())):
        fact_happened(fact=fact, subject_id=subject_id, record=concern_id)


@action(None)
def note_added(*, by: Actor, concern_id: ConcernId, subject_id: SubjectId) -> None:
    """More words came in over the public page: a limit starts until somebody reads them. Actor: `intake`."""
    is_there = Concern.objects.in_action().filter(id=concern_id, subject_id=subject_id).exists()
    log("CONCERN_WORDS_ADDED", subject=subject_id, record=concern_id, result="done" if is_there else "gone")
    if is_there:
        fact_happened(fact="CONCERN_WORDS_ADDED", subject_id=subject_id, record=concern_id)


@action(None)
def tidy_door(*, by: Actor) -> int:
    """Yesterday's counters and spent work of the public page. Actor: `retention`."""
    forgotten = int(call("intake.tidy"))
    log("DOOR_TIDIED", detail={"rows": forgotten})
    return forgotten
