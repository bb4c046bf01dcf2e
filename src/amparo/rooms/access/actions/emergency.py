"""Emergency access: one file, one hour, everything but the place; told at once, reviewed by another agency."""

from __future__ import annotations

from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.events import publish
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import SubjectId
from amparo.rooms.access import events
from amparo.rooms.access.policy import Permission


@action(Permission.USE_EMERGENCY_ACCESS, strong=True)
def use_emergency_access(*, by: Actor, code: str, reason: str) -> SubjectId | None:
    """None when there is no such file, when it is blocked, and when it is hidden: one answer. The attempt is kept."""
    subject, emergency = rows("sec.break_glass", code, reason, cast=("text", "text"))[0]
    if subject is None:
        log("EMERGENCY_ACCESS_REFUSED", purpose=reason, result="refused")
        return None
    log("EMERGENCY_ACCESS_USED", subject=subject, record=emergency, purpose=reason)
    publish(events.EmergencyAccessUsed(subject=SubjectId(subject), emergency=emergency))
    return SubjectId(subject)


@action(Permission.REVIEW_EMERGENCY_ACCESS)
def review_emergency_access(*, by: Actor, emergency_id: UUID, was_right: bool) -> None:
    """By somebody of another agency than the one that used it."""
    subject = SubjectId(call("sec.review_emergency", emergency_id, was_right, cast=("uuid", "boolean")))
    log("EMERGENCY_ACCESS_REVIEWED", subject=subject, record=emergency_id, detail={"was_right": was_right})
    publish(events.EmergencyAccessReviewed(subject=subject, emergency=emergency_id))
