"""Areas and catchments, who is on duty, information-sharing protocols."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.functions import as_json, call
from amparo.foundation.ids import ActorId, new_id
from amparo.rooms.access.places import AreaRow
from amparo.rooms.access.policy import Permission


@action(Permission.MANAGE_PLACES)
def import_places(*, by: Actor, areas: Sequence[AreaRow]) -> int:
    """All or nothing; the rows come checked from `places.read_areas`. Returns how many areas were written."""
    count = int(call("sec.import_areas", as_json([a.as_data() for a in areas]), cast=("jsonb",)))
    log("PLACES_IMPORTED", detail={"areas": count})
    return count


@action(Permission.MANAGE_PLACES)
def set_catchment(*, by: Actor, unit_id: UUID, areas: Sequence[str]) -> None:
    """Raises Refused("unknown_area")."""
    call("sec.set_catchment", unit_id, list(areas), cast=("uuid", "text[]"))
    log("CATCHMENT_SET", record=unit_id)


@action(Permission.MANAGE_DUTY)
def plan_shift(
    *, by: Actor, person_id: ActorId, unit_id: UUID, order: int, starts: dt.datetime, ends: dt.datetime
) -> UUID:
    """At most 24 hours: access on duty ends with the shift."""
    shift = new_id()
    call("sec.plan_shift", shift, person_id, unit_id, order, starts, ends,
         cast=("uuid", "uuid", "uuid", "int", "timestamptz", "timestamptz"))  # fmt: skip
    log("SHIFT_PLANNED", record=shift)
    return shift


@action(Permission.MANAGE_PROTOCOLS)
def propose_protocol(
    *, by: Actor, names: dict[str, str], parties: Sequence[UUID], purposes: Sequence[str], sections: Sequence[str],
    from_on: dt.date, until_on: dt.date,
) -> UUID:  # fmt: skip
    protocol = new_id()
    fields: dict[str, Any] = {"names": names, "parties": [str(p) for p in parties], "purposes": list(purposes),
                              "sections": list(sections), "from_on": from_on, "until_on": until_on}  # fmt: skip
    call("sec.propose_protocol", protocol, as_json(fields), cast=("uuid", "jsonb"))
    log("PROTOCOL_PROPOSED", record=protocol)
    return protocol


@action(Permission.MANAGE_PROTOCOLS)
def approve_protocol(*, by: Actor, protocol_id: UUID) -> None:
    """By a second person. Raises Refused("second_person") for the one who proposed it."""
    call("sec.approve_protocol", protocol_id, cast=("uuid",))
    log("PROTOCOL_APPROVED", record=protocol_id)
