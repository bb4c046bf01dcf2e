"""Files offered and waiting for an answer, who stands in for whom, and to whom a file may be offered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.functions import rows
from amparo.foundation.ids import SubjectId
from amparo.rooms.access.queries import units_of_agency
from amparo.rooms.cases import policy
from amparo.rooms.cases.words import HAND_OVER_REASONS, RISKS
from amparo.rooms.desk.queries.people import names_of


@dataclass(frozen=True)
class Offered:
    subject_id: SubjectId
    code: str
    risk: str
    risk_words: str


@dataclass(frozen=True)
class HandOverRow:
    """One offer: a file, or a whole caseload that is answered as one."""

    batch: UUID
    files: tuple[Offered, ...]
    giver: str
    taker: str
    reason: str
    made_at: dt.datetime
    may_answer: bool
    may_undo: bool


@dataclass(frozen=True)
class CoverRow:
    id: UUID
    person: str
    stand_in: str
    from_at: dt.datetime
    until_at: dt.datetime
    may_end: bool


@dataclass(frozen=True)
class TakerRow:
    """`id` is "unit" or "unit/person", as a field of a form gives it back."""

    id: str
    label: str
    person: UUID | None
    unit_id: UUID


@query(policy.READ)
def hand_overs(viewer: Actor) -> tuple[HandOverRow, ...]:
    found: dict[UUID, list[tuple[object, ...]]] = {}
    for row in rows("sec.hand_overs"):
        found.setdefault(row[0], []).append(row)
    names = names_of([person for group in found.values() for row in group for person in (row[4], row[5])])  # type: ignore[misc]
    return tuple(_hand_over(group, names) for group in found.values())


def _hand_over(group: list[tuple[object, ...]], names: dict[UUID | None, str]) -> HandOverRow:
    batch, _subject, _code, _risk, giver, taker, _unit, reason, made_at, may_answer, may_undo = group[0]
    desk = str(_("The duty desk"))
    return HandOverRow(
        batch, tuple(Offered(SubjectId(r[1]), str(r[2]), str(r[3]), str(RISKS[str(r[3])])) for r in group),  # type: ignore[arg-type]
        names.get(giver) or desk, names.get(taker) or desk, str(HAND_OVER_REASONS.get(str(reason), "")),  # type: ignore[call-overload]
        made_at, bool(may_answer), bool(may_undo),  # type: ignore[arg-type]
    )  # fmt: skip


@query(policy.READ)
def covers(viewer: Actor) -> tuple[CoverRow, ...]:
    found = rows("sec.covers")
    names = names_of([person for row in found for person in (row[1], row[2])])
    return tuple(
        CoverRow(cover, names.get(person, ""), names.get(stand_in, ""), from_at, until_at, may_end)
        for cover, person, stand_in, from_at, until_at, may_end in found
    )


@query(policy.READ)
def takers(viewer: Actor) -> tuple[TakerRow, ...]:
    """Duty desks and colleagues of the viewer's agency: the same for every child, so that it tells nothing of one."""
    found, teams = [], {unit.id: unit.label for unit in units_of_agency(viewer)}
    for person, name, unit, _names in rows("sec.takers"):
        team = teams.get(unit, "")
        label = f"{name}, {team}".strip(", ") if person else f"{_('The duty desk')}, {team}".strip(", ")
        found.append(TakerRow(f"{unit}/{person}" if person else str(unit), label, person, unit))
    return tuple(found)
