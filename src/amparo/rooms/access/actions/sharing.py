"""Other people's access to a file: given, ended, consented to, withdrawn, blocked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.events import publish
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import ActorId, SubjectId, new_id
from amparo.rooms.access import events
from amparo.rooms.access.policy import Permission

_GRANT = ("uuid", "uuid", "text[]", "text", "text", "text", "timestamptz", "uuid")


@action(Permission.GIVE_ACCESS, strong=True)
def give_access(
    *, by: Actor, subject_id: SubjectId, to: ActorId, sections: Sequence[str], mode: str, cause: str,
    purpose: str, until: dt.datetime, key: str = "",
) -> UUID:  # fmt: skip
    """A grant with a cause, a scope and an end.

    Raises Refused: not_held (the giver does not hold it), not_available (blocked, no such role, enforcement),
    no_protocol (no approved protocol between the agencies covers it).
    """
    grant = UUID(
        str(
            call(
                "sec.give_grant",
                subject_id,
                to,
                list(sections),
                mode,
                cause,
                purpose,
                until,
                None,
                cast=_GRANT,
            )
        )
    )
    log(
        "ACCESS_GIVEN",
        subject=subject_id,
        record=grant,
        purpose=purpose,
        detail={"to": str(to), "mode": mode},
    )
    publish(events.AccessGiven(subject=subject_id, grant=grant, person=to))
    return grant


@action(Permission.USE_AMPARO)
def end_access(*, by: Actor, grant_id: UUID) -> SubjectId:
    """End a grant: one's own, or another's where one may give access. An assignment is handed over instead."""
    subject, person = rows("sec.end_grant", grant_id, cast=("uuid",))[0]
    log("ACCESS_ENDED", subject=subject, record=grant_id)
    publish(events.AccessEnded(subject=SubjectId(subject), grant=grant_id, person=ActorId(person)))
    return SubjectId(subject)


@action(Permission.RECORD_CONSENT, strong=True)
def record_consent(
    *, by: Actor, subject_id: SubjectId, to: ActorId, sections: Sequence[str], purpose: str, given_by: str,
    state: str, basis: str, until: dt.datetime, key: str = "",
) -> UUID:  # fmt: skip
    """Consent or assent given or refused; given consent is access in the same moment."""
    consent = new_id()
    grant = call(
        "sec.record_consent", consent, subject_id, to, list(sections), purpose, given_by, state, basis, until,
        cast=("uuid", "uuid", "uuid", "text[]", "text", "text", "text", "text", "timestamptz"),
    )  # fmt: skip
    log("CONSENT_RECORDED", subject=subject_id, record=consent, detail={"state": state, "given_by": given_by})
    if grant is not None:
        publish(events.AccessGiven(subject=subject_id, grant=grant, person=to))
    return consent


@action(Permission.RECORD_CONSENT)
def withdraw_consent(*, by: Actor, consent_id: UUID) -> SubjectId:
    """The access that rested on it ends in the same transaction."""
    subject = SubjectId(call("sec.withdraw_consent", consent_id, cast=("uuid",)))
    log("CONSENT_WITHDRAWN", subject=subject, record=consent_id)
    return subject


@action(Permission.BLOCK_AGENCY)
def block_agency(*, by: Actor, subject_id: SubjectId, agency_id: UUID, key: str = "") -> UUID:
    """Keep an agency away: it beats every grant and emergency access, and is told to nobody there."""
    block = UUID(str(call("sec.block", subject_id, agency_id, cast=("uuid", "uuid"))))
    log("AGENCY_BLOCKED", subject=subject_id, record=block)
    return block


@action(Permission.BLOCK_AGENCY)
def end_block(*, by: Actor, block_id: UUID) -> SubjectId:
    subject = SubjectId(call("sec.end_block", block_id, cast=("uuid",)))
    log("AGENCY_BLOCK_ENDED", subject=subject, record=block_id)
    return subject
