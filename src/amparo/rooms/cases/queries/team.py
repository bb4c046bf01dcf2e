"""A team's work for whoever gives it out: how many open cases each worker has, and who leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.functions import rows
from amparo.foundation.ids import NOBODY
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import CANNOT_WAIT, Case
from amparo.rooms.desk.queries.people import names_of

LEAVES_WITHIN_DAYS = 30
#: Lower ends of the bands that caseloads are shown in: under 10, 10 to 19, 20 to 29, 30 and more.
BANDS = (0, 10, 20, 30)


@dataclass(frozen=True)
class WorkerRow:
    id: UUID
    name: str
    open_cases: int
    high_risk: int
    cannot_wait: int
    is_of_team: bool

    @property
    def band(self) -> int:
        """The lower end of this caseload's band."""
        return max(low for low in BANDS if low <= self.open_cases)


@dataclass(frozen=True)
class Leaver:
    id: UUID
    name: str
    until_at: dt.datetime
    open_cases: int


@dataclass(frozen=True)
class Team:
    workers: tuple[WorkerRow, ...]
    at_desk: int
    leavers: tuple[Leaver, ...]


@query(policy.GIVE_OUT)
def team_for(viewer: Actor) -> Team:
    """Open cases only: a closed one weighs nothing on anybody."""
    unit = viewer.unit or NOBODY
    counted = (
        Case.objects.visible_to(viewer)
        .filter(state="open", unit_id=unit)
        .order_by("worker_id")
        .values_list("worker_id")
        .annotate(
            all=Count("id"),
            high=Count("id", filter=Q(risk_level="high")),
            waits=Count("id", filter=CANNOT_WAIT),
        )
    )
    numbers = {worker: (total, high, waits) for worker, total, high, waits in counted}
    at_desk = numbers.pop(None, (0, 0, 0))[0]
    team = {person: name for person, name, of, _ in rows("sec.takers") if person and of == unit}
    names = {**names_of(list(numbers)), **team}
    workers = sorted(
        (
            WorkerRow(who, names.get(who, ""), *numbers.get(who, (0, 0, 0)), who in team)
            for who in {*numbers, *team}
        ),
        key=lambda w: (-w.open_cases, w.name.casefold()),
    )
    return Team(tuple(workers), at_desk, _leavers(unit, numbers))


def _leavers(unit: UUID, numbers: dict[UUID, tuple[int, int, int]]) -> tuple[Leaver, ...]:
    """People whose last day here is near, with what they still answer for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.actor_id, p.display_name, m.until_at FROM access_membership m"
            " JOIN access_person p ON p.id = m.actor_id WHERE m.unit_id = %s AND m.until_at > now()"
            " AND m.until_at <= now() + make_interval(days => %s) ORDER BY m.until_at",
            [unit, LEAVES_WITHIN_DAYS],
        )
        found = cursor.fetchall()
    return tuple(Leaver(who, name, until, numbers.get(who, (0, 0, 0))[0]) for who, name, until in found)
