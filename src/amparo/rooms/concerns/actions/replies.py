"""What a reporter is told: fixed words; free words only after a second reader, sealed to the receipt's own key.

The reporter may be the one who does harm. No fixed word says that a child was found, a case opened or anyone
visited, and free words are held back until another person has read them for the same.
"""

from __future__ import annotations

from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.functions import call
from amparo.foundation.ids import new_id
from amparo.foundation.sealing import seal_for
from amparo.keeper import seal
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.kinds import FixedReply, SentState
from amparo.rooms.concerns.models import Reply
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.actions import tell

from .duty import _change, _locked

MOST_SIGNS = 1000


@action(policy.ANSWER)
def reply_fixed(*, by: Actor, concern_id: ConcernId, answer: str) -> ConcernId:
    concern = _locked(by, concern_id)
    if answer not in FixedReply.values:
        raise Refused("unknown_answer")
    _change(concern, answer=answer)
    state = SentState.READ if answer in (FixedReply.READ, FixedReply.PLEASE_CALL) else SentState.ANSWERED
    call("intake.tell_sender", concern.id, state.value, answer)
    log("REPORTER_ANSWERED", subject=concern.subject_id, record=concern.id, detail={"answer": answer})
    return concern_id


@action(policy.ANSWER)
def write_reply(*, by: Actor, concern_id: ConcernId, text: str, key: str = "") -> UUID:
    """Free words, sealed twice: for the desk, and to the key that only the receipt's code gives. Not sent yet.

    Raises Refused("no_receipt") where the concern came without one.
    """
    concern = _locked(by, concern_id)
    text = text.strip()
    if not text or len(text) > MOST_SIGNS:
        raise Refused("reply_length")
    to = call("intake.receipt_key", concern.id)
    if to is None:
        raise Refused("no_receipt")
    reply = new_id()
    Reply(
        id=reply, subject_id=concern.subject_id, unit_id=concern.unit_id, concern_id=concern.id,
        text=seal_for(concern.subject_id, "account", reply, "text", text),
        to_receipt=seal.seal(text.encode(), bytes(to), holder=concern.id, section="reply", record=reply, field="text"),
        written_by_id=by.id, written_at=now(),
    ).save(force_insert=True)  # fmt: skip
    readers = {p for g in ("unit", "supervisors") for p in rota.people_for(g, concern.unit_id, now())} - {
        by.id
    }
    tell(readers, "REPLY_SECOND_READER", subject=concern.subject_id, record=reply)
    log("REPLY_WRITTEN", subject=concern.subject_id, record=reply)
    return reply


@action(policy.ANSWER)
def send_reply(*, by: Actor, reply_id: UUID) -> UUID:
    """By a second person, who has read it. Only now can the receipt's holder open it."""
    reply: Reply | None = Reply.objects.in_action().select_for_update().filter(id=reply_id).first()
    if reply is None:
        raise NotThere
    concern = _locked(by, reply.concern_id)
    if reply.written_by_id == by.id:
        raise Refused("second_person")
    if reply.sent_at is not None:
        raise Conflict(current=concern.version)
    Reply.objects.in_action().filter(id=reply_id).update(second_by_id=by.id, sent_at=now())
    call("intake.tell_sender", concern.id, SentState.ANSWERED.value, concern.answer)
    log("REPLY_SENT", subject=concern.subject_id, record=reply_id)
    return reply_id
