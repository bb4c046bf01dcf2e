"""What the desk does when something happened in the access room, in the same transaction: nothing is lost."""

from __future__ import annotations

from django.db import connection

from amparo.foundation.acts import in_action
from amparo.foundation.events import subscribe
from amparo.rooms.access import events

from .actions import fact_happened, tell, tell_roles


def emergency_used(event: events.EmergencyAccessUsed) -> None:
    """Starts the 24 hours of the review, and tells the worker and the data-protection officer at once."""
    fact_happened(fact="EMERGENCY_ACCESS_USED", subject_id=event.subject, record=event.emergency)


def emergency_reviewed(event: events.EmergencyAccessReviewed) -> None:
    fact_happened(fact="EMERGENCY_ACCESS_REVIEWED", subject_id=event.subject, record=event.emergency)


def access_given(event: events.AccessGiven) -> None:
    tell([event.person], "ACCESS_GIVEN", subject=event.subject, record=event.grant)


def access_ended(event: events.AccessEnded) -> None:
    tell([event.person], "ACCESS_ENDED", subject=event.subject, record=event.grant)


def file_handed_over(event: events.FileHandedOver) -> None:
    """Tasks of whoever cannot open the file any more go to its new worker: none is left without an owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.move_tasks(%s, %s)", [event.subject, event.person])
    if event.person != in_action().actor.id:
        tell([event.person], "FILE_HANDED_OVER", subject=event.subject)


def conflict_declared(event: events.ConflictDeclared) -> None:
    tell_roles(["supervisor"], "CONFLICT_DECLARED", subject=event.subject)


def subscribe_all() -> None:
    subscribe(events.EmergencyAccessUsed, emergency_used)
    subscribe(events.EmergencyAccessReviewed, emergency_reviewed)
    subscribe(events.AccessGiven, access_given)
    subscribe(events.AccessEnded, access_ended)
    subscribe(events.FileHandedOver, file_handed_over)
    subscribe(events.ConflictDeclared, conflict_declared)
