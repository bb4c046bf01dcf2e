"""A child's file: opened, handed over, restricted, left because of a conflict, held past its date."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.codes import new_code
from amparo.foundation.events import publish
from amparo.foundation.functions import as_json, call
from amparo.foundation.ids import ActorId, SubjectId, new_id
from amparo.foundation.sealing import SUBJECT_SECTIONS, fresh_keys
from amparo.rooms.access import events
from amparo.rooms.access.policy import Permission

CANDIDATE_CODES = 5


@action(Permission.OPEN_SUBJECT)
def open_subject(
    *, by: Actor, kind: str = "child", retention_class: str = "CASE_FILE", key: str = ""
) -> SubjectId:
    """Open a file. The one who opens it is its first worker; keys are made here and forgotten here."""
    subject = SubjectId(new_id())
    keys = fresh_keys(subject, SUBJECT_SECTIONS)
    codes = [new_code() for _ in range(CANDIDATE_CODES)]
    call(
        "sec.open_subject", subject, kind, codes, retention_class, as_json(keys),
        cast=("uuid", "text", "text[]", "text", "jsonb"),
    )  # fmt: skip
    log("SUBJECT_OPENED", subject=subject)
    return subject


@action(Permission.REASSIGN)
def hand_over(*, by: Actor, subject_id: SubjectId, to: ActorId, unit_id: UUID) -> None:
    """One worker before, one worker after. Raises Refused("not_available") without telling why."""
    call("sec.hand_over", subject_id, to, unit_id, cast=("uuid", "uuid", "uuid"))
    log("FILE_HANDED_OVER", subject=subject_id, record=to)
    publish(events.FileHandedOver(subject=subject_id, person=to))


@action(Permission.RESTRICT_CASE, strong=True)
def restrict(*, by: Actor, subject_id: SubjectId, restricted: bool) -> None:
    """Only readers listed by name from now on, or the team again."""
    call("sec.restrict", subject_id, restricted, cast=("uuid", "boolean"))
    log("FILE_RESTRICTED" if restricted else "FILE_RESTRICTION_ENDED", subject=subject_id)


@action(Permission.READ_FILE)
def declare_conflict(*, by: Actor, subject_id: SubjectId) -> None:
    """ "I know this family": access ends at once, and a supervisor is told to find somebody else."""
    publish(events.ConflictDeclared(subject=subject_id, person=by.id))
    call("sec.declare_conflict", subject_id, cast=("uuid",))
    log("CONFLICT_DECLARED", subject=subject_id)


@action(Permission.HOLD_RECORD)
def place_hold(*, by: Actor, subject_id: SubjectId, held: bool) -> bool:
    """Ask for, or agree to, a legal hold or its end. True once two people have asked for it."""
    took_effect = bool(call("sec.hold", subject_id, held, cast=("uuid", "boolean")))
    log("HOLD_CHANGED" if took_effect else "HOLD_ASKED", subject=subject_id, detail={"held": held})
    return took_effect


@action(Permission.WRITE_FILE)
def set_retention(*, by: Actor, subject_id: SubjectId, on: dt.date) -> None:
    call("sec.set_retention", subject_id, on, cast=("uuid", "date"))
    log("RETENTION_SET", subject=subject_id, detail={"on": on.isoformat()})
