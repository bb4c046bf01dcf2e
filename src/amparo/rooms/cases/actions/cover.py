"""A colleague stands in. Access ends by its own date; a job moves tasks there and back."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import ActorId, new_id
from amparo.rooms.cases import policy
from amparo.rooms.desk.actions import tell


@action(policy.WRITE)
def plan_cover(
    *, by: Actor, person: ActorId, stand_in: ActorId, from_at: dt.datetime, until_at: dt.datetime, key: str = ""
) -> UUID:  # fmt: skip
    """For oneself, or for somebody of the team by whoever gives out its work."""
    cover = new_id()
    call(
        "sec.plan_cover", cover, person, stand_in, from_at, until_at,
        cast=("uuid", "uuid", "uuid", "timestamptz", "timestamptz"),
    )  # fmt: skip
    log("COVER_PLANNED", record=cover, detail={"person": str(person), "stand_in": str(stand_in)})
    tell({person, stand_in} - {by.id}, "COVER_PLANNED", record=cover)
    return cover


@action(policy.WRITE)
def end_cover(*, by: Actor, cover_id: UUID, key: str = "") -> None:
    stand_in = call("sec.end_cover", cover_id, cast=("uuid",))
    log("COVER_ENDED", record=cover_id)
    tell({stand_in} - {by.id}, "COVER_ENDED", record=cover_id)


@action(None)
def keep_covers(*, by: Actor) -> tuple[int, int, int]:
    """For the job: what ended, what goes on, and how many assignments were renewed before their date."""
    ended, kept, renewed = rows("sec.keep_covers")[0]
    log("COVERS_KEPT", detail={"ended": ended, "kept": kept, "renewed": renewed})
    return ended, kept, renewed
