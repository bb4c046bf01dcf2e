"""Areas, who is on duty, protocols."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.ids import NOBODY
from amparo.foundation.texts import in_words
from amparo.rooms.access.models import Agency, Area, Person, SharingProtocol, Shift
from amparo.rooms.access.policy import Permission


@dataclass(frozen=True)
class AreaOption:
    p_code: str
    level: int
    parent: str
    name: str


@dataclass(frozen=True)
class ShiftRow:
    id: UUID
    who: str
    unit: str
    order: int
    from_at: dt.datetime
    until_at: dt.datetime


@dataclass(frozen=True)
class ProtocolRow:
    id: UUID
    name: str
    parties: tuple[str, ...]
    sections: tuple[str, ...]
    purposes: tuple[str, ...]
    from_on: dt.date
    until_on: dt.date
    is_approved: bool
    is_mine: bool


@query(Permission.USE_AMPARO)
def areas(
    viewer: Actor, *, after: str = "", limit: int = 2000, levels: tuple[int, ...] = (0, 1, 2, 3, 4)
) -> tuple[AreaOption, ...]:
    found = Area.objects.filter(valid_to=None, p_code__gt=after, level__in=levels).order_by("p_code")[:limit]
    return tuple(AreaOption(a.p_code, a.level, a.parent_id or "", in_words(a.names)) for a in found)


@query(Permission.MANAGE_PLACES)
def known_p_codes(viewer: Actor) -> frozenset[str]:
    return frozenset(Area.objects.values_list("p_code", flat=True))


@query(Permission.MANAGE_DUTY)
def shifts(viewer: Actor) -> tuple[ShiftRow, ...]:
    found = Shift.objects.filter(until_at__gt=now(), unit__agency_id=viewer.agency or NOBODY).select_related(
        "unit"
    )
    names = dict(Person.objects.values_list("pk", "display_name"))
    return tuple(
        ShiftRow(s.id, names.get(s.actor_id, ""), in_words(s.unit.names), s.order, s.from_at, s.until_at)
        for s in found.order_by("from_at", "order")[:200]
    )


@query(Permission.MANAGE_PROTOCOLS)
def protocols(viewer: Actor) -> tuple[ProtocolRow, ...]:
    names = {a.id: in_words(a.names) for a in Agency.objects.all()}
    return tuple(
        ProtocolRow(
            p.id,
            in_words(p.names),
            tuple(names.get(x, "") for x in p.parties),
            tuple(p.sections),
            tuple(p.purposes),
            p.from_on,
            p.until_on,
            p.approved_by_id is not None,
            p.proposed_by_id == viewer.id,
        )
        for p in SharingProtocol.objects.order_by("until_on")[:200]
    )
