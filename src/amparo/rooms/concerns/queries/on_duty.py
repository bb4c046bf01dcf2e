"""Who is on duty, and when nobody is. Statements that run inside an open context, and pure counting of hours."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from amparo.rooms.access.policy import ROLES, Permission
from amparo.rooms.concerns.paging_rules import PLACES

Span = tuple[dt.datetime, dt.datetime]

#: Only whoever may answer is called: a shift of anybody else is an empty slot.
ANSWERERS = sorted(
    role.value for role, spec in ROLES.items() if Permission.ANSWER_CONCERN in spec.permissions
)
ON_DUTY = """
SELECT DISTINCT s.actor_id FROM access_shift s JOIN access_person p ON p.id = s.actor_id AND p.is_active
JOIN access_unit x ON x.id = s.unit_id
WHERE s.unit_id = %s AND s."order" = %s AND s.from_at <= %s AND s.until_at > %s
  AND EXISTS (SELECT FROM access_membership m JOIN access_unit u ON u.id = m.unit_id WHERE m.actor_id = s.actor_id
    AND u.agency_id = x.agency_id AND m.role = ANY (%s) AND (m.until_at IS NULL OR m.until_at > %s)) ORDER BY 1"""
OF_UNIT = """
SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
WHERE m.unit_id = %s AND m.role = ANY (%s) AND m.from_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) ORDER BY 1"""
ADMINISTRATORS = """
SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
JOIN access_unit u ON u.id = m.unit_id JOIN access_unit x ON x.id = %s
WHERE (m.role = 'national_administrator' OR (m.role = 'agency_administrator' AND u.agency_id = x.agency_id))
  AND m.from_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) ORDER BY 1"""
#: The unit with duty officers that works for the widest area: where there is always one human.
NATIONAL_UNIT = """
SELECT u.id FROM access_unit u JOIN access_agency g ON g.id = u.agency_id AND g.is_active
WHERE u.kind = 'team' AND EXISTS (
  SELECT FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
  WHERE m.unit_id = u.id AND m.role = 'duty_officer' AND m.from_at <= %s AND (m.until_at IS NULL OR m.until_at > %s))
ORDER BY (SELECT min(a.level) FROM access_area a WHERE a.p_code = ANY (u.areas)) NULLS LAST,
  cardinality(u.areas) DESC, u.id
LIMIT 1"""


def people_for(group: str, unit: UUID, at: dt.datetime) -> list[UUID]:
    """The people a step of `paging.yaml` calls at that moment; nobody who has left."""
    if group in PLACES:
        return _ids(ON_DUTY, unit, PLACES[group], at, at, ANSWERERS, at)
    if group == "unit":
        return _ids(OF_UNIT, unit, ["duty_officer"], at, at)
    if group == "supervisors":
        return _ids(OF_UNIT, unit, ["supervisor"], at, at)
    if group == "national":
        found = _ids(NATIONAL_UNIT, at, at)
        return _ids(OF_UNIT, found[0], ["duty_officer", "supervisor"], at, at) if found else []
    return _ids(ADMINISTRATORS, unit, at, at)


def _ids(sql: str, *values: Any) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return [row[0] for row in cursor.fetchall()]


def uncovered(window: Span, covered: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches of the window in which nobody stands."""
    begins, ends = window
    holes: list[Span] = []
    for start, stop in sorted(covered):
        if start > begins:
            holes.append((begins, min(start, ends)))
        begins = max(begins, stop)
        if begins >= ends:
            break
    if begins < ends:
        holes.append((begins, ends))
    return tuple(hole for hole in holes if hole[0] < hole[1])


def merged(spans: Iterable[Span]) -> Sequence[Span]:
    """Overlapping stretches as one."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


@dataclass(frozen=True)
class DutyUnit:
    """A team that answers: it has duty officers."""

    id: UUID
    agency: UUID
    names: dict[str, str]
    agency_names: dict[str, str]
    zone: ZoneInfo
    calendar: str


@dataclass(frozen=True)
class Stand:
    """One shift as it stands in the rota."""

    id: UUID
    person: UUID
    who: str
    place: str
    from_at: dt.datetime
    until_at: dt.datetime
    is_active: bool


UNITS = """
SELECT u.id, g.id, u.names, g.names, g.time_zone, g.calendar FROM access_unit u
JOIN access_agency g ON g.id = u.agency_id AND g.is_active
WHERE u.kind = 'team' AND (%s::uuid IS NULL OR g.id = %s::uuid) AND EXISTS (
  SELECT FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
  WHERE m.unit_id = u.id AND m.role = 'duty_officer' AND m.from_at <= now()
    AND (m.until_at IS NULL OR m.until_at > now()))
ORDER BY g.id, u.id"""
STANDS = """
SELECT s.id, s.actor_id, p.display_name, s."order", s.from_at, s.until_at, p.is_active AND EXISTS (
  SELECT FROM access_membership m JOIN access_unit u ON u.id = m.unit_id JOIN access_unit x ON x.id = s.unit_id
  WHERE m.actor_id = s.actor_id AND u.agency_id = x.agency_id AND m.role = ANY (%s)
    AND (m.until_at IS NULL OR m.until_at > now()))
FROM access_shift s JOIN access_person p ON p.id = s.actor_id
WHERE s.unit_id = %s AND s.until_at > %s AND s.from_at < %s ORDER BY s.from_at, s."order", p.display_name LIMIT 500"""
ALARMED = """
SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
JOIN access_unit u ON u.id = m.unit_id JOIN access_unit x ON x.id = %s
WHERE ((m.role = 'supervisor' AND m.unit_id = x.id) OR (m.role = 'agency_administrator' AND u.agency_id = x.agency_id))
  AND m.from_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) ORDER BY 1"""
STANDING = """
SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_person p ON p.id = m.actor_id AND p.is_active
JOIN access_unit u ON u.id = m.unit_id JOIN access_unit x ON x.id = %s AND x.agency_id = u.agency_id
WHERE m.role = ANY (%s) AND m.from_at <= %s AND (m.until_at IS NULL OR m.until_at > %s) ORDER BY 1"""
PLACE_OF = {number: place for place, number in PLACES.items()}


def duty_units(agency: UUID | None = None) -> tuple[DutyUnit, ...]:
    with connection.cursor() as cursor:
        cursor.execute(UNITS, [agency, agency])
        return tuple(
            DutyUnit(i, a, _names(n), _names(an), ZoneInfo(zone), calendar)
            for i, a, n, an, zone, calendar in cursor.fetchall()
        )


def _names(value: Any) -> dict[str, str]:
    return dict(json.loads(value) if isinstance(value, str) else value)


def stands(unit: UUID, window: Span) -> tuple[Stand, ...]:
    with connection.cursor() as cursor:
        cursor.execute(STANDS, [ANSWERERS, unit, *window])
        return tuple(
            Stand(i, person, who, PLACE_OF.get(order, "last"), begins, ends, active)
            for i, person, who, order, begins, ends, active in cursor.fetchall()
        )


def holes(unit: UUID, place: str, window: Span) -> tuple[Span, ...]:
    """Stretches without anybody in that place. A shift of somebody who has left is one."""
    return uncovered(
        window, [(s.from_at, s.until_at) for s in stands(unit, window) if s.place == place and s.is_active]
    )


def alarmed(unit: UUID, at: dt.datetime) -> list[UUID]:
    """Supervisors of the unit and administrators of its agency."""
    return _ids(ALARMED, unit, at, at)


def who_may_stand(unit: UUID, at: dt.datetime) -> list[UUID]:
    """People of the unit's agency who may answer for concerns."""
    return _ids(STANDING, unit, ANSWERERS, at, at)
