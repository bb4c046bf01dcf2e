"""Sending what an intake form holds: a concern, a group of them, or one more call in the count."""

from __future__ import annotations

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.errors import Conflict, Refused
from amparo.foundation.functions import call
from amparo.foundation.macs import request_mac
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.intake import Intake
from amparo.rooms.desk.actions import forget_draft

from .receiving import receive_concern, receive_group

#: Kinds of call that are counted by day and never become a concern.
COUNTED_CALLS = ("advice", "silent", "wrong_number", "test", "repeat_caller")


class Copied(Conflict):
    """A signed request came a second time, byte for byte."""

    detail = "this signature was taken already: sign anew to send again"


@action(policy.SEND)
def send_intake(
    *, by: Actor, intake: Intake, draft: str, paper: str | None = None, key: str = ""
) -> ConcernId:
    """One concern from one form. `paper` is the number of the paper it was typed from, "" for one without."""
    concern = receive_concern(by=by, intake=intake)
    _sent(by, draft, paper)
    return concern


@action(policy.SEND)
def send_group(
    *,
    by: Actor,
    shared: Intake,
    children: tuple[Intake, ...],
    draft: str,
    paper: str | None = None,
    key: str = "",
) -> tuple[ConcernId, ...]:
    """A concern for each child of a group."""
    concerns = receive_group(by=by, shared=shared, children=children)
    _sent(by, draft, paper)
    return concerns


def _sent(by: Actor, draft: str, paper: str | None) -> None:
    """What is sent is no draft any more; what was typed from paper is logged beside who typed it."""
    forget_draft(by=by, form=draft, subject_id=None)
    if paper is not None:
        log("PAPER_ENTERED", detail={"number": paper})


@action(policy.SEND)
def count_call(*, by: Actor, call_type: str, draft: str, key: str = "") -> None:
    """A call that is no concern: its kind, on this day, in this unit. Nothing of who called."""
    if call_type not in COUNTED_CALLS:
        raise Refused("call_type")
    call("sec.count_call", call_type, cast=("text",))
    forget_draft(by=by, form=draft, subject_id=None)
    log("CALL_COUNTED", detail={"call_type": call_type})


@action(policy.SEND)
def receive_signed(*, by: Actor, intake: Intake, signature: str, named: str) -> tuple[ConcernId, bool]:
    """From a partner's system. Answers the concern and whether it is new.

    The same signature twice is a copy of a request, and is refused with Conflict; who did not hear the answer
    signs anew under the same key (`named`: were it `key`, a copy would be answered as the first was).
    """
    if _seen("concerns.signature", signature, b"signature"):
        raise Copied
    is_new = not _seen("concerns.partner", named, request_mac({"intake": intake}))
    concern = receive_concern(by=by, intake=intake, key=f"api:{named}")
    return concern, is_new


def _seen(what: str, key: str, mac: bytes) -> bool:
    return call("sec.once", what, key, mac, cast=("text", "text", "bytea")) is not None
