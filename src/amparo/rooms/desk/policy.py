"""Who may do what at the desk. The same questions are asked again by row security and by `sec.*`
functions.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import ActorId, SubjectId
from amparo.rooms.access.policy import Permission

from .rules.clocks import ClockRule

__all__ = [
    "MIN_REASON", "OPEN_ORIGINAL", "OWN_DESK", "READ_FILE", "READ_LIMITS", "WRITE_FILE", "may", "need",
    "need_pausable", "need_reason", "need_task_owner", "unit_of",
]  # fmt: skip

READ_FILE = Permission.READ_FILE
WRITE_FILE = Permission.WRITE_FILE
READ_LIMITS = Permission.READ_REGISTER
OWN_DESK = Permission.USE_AMPARO
# An original may carry the position where it was taken, so whoever opens it may also be told the place.
OPEN_ORIGINAL = Permission.REVEAL_PLACE
MIN_REASON = 10


def may(subject: SubjectId, section: str, mode: str) -> bool:
    """The database's own answer, inside a context: unit, grants, block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.may(%s, %s, %s)", [subject, section, mode])
        return bool(cursor.fetchone()[0])


def need(subject: SubjectId, section: str, mode: str) -> None:
    """Whoever may read hears that they may not write; whoever may not hears nothing of the child."""
    if may(subject, section, mode):
        return
    if mode == "write" and may(subject, section, "read"):
        raise Refused("read_only")
    raise NotThere


def unit_of(subject: SubjectId) -> UUID:
    """The unit that a new row about this child carries. Raises NotThere for a hidden child."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_id FROM access_subject WHERE id = %s AND shredded_at IS NULL", [subject])
        row = cursor.fetchone()
    if row is None:
        raise NotThere
    return UUID(str(row[0]))


def need_task_owner(subject: SubjectId, owner: ActorId) -> None:
    """Nobody is given a task about a child whose file they cannot open; why they cannot is not told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sec.task_owners(%s) o WHERE o.actor = %s", [subject, owner])
        if cursor.fetchone() is None:
            raise Refused("not_available")


def need_pausable(rule: ClockRule) -> None:
    if not rule.may_pause:
        raise Refused("never_pauses")


def need_reason(reason: str) -> str:
    """The words that will stand in the log beside an act that asks for them."""
    reason = " ".join(reason.split())
    if len(reason) < MIN_REASON:
        raise Refused("reason_too_short")
    return reason[:500]
