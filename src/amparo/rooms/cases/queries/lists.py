"""Lists of open cases: mine, those I cover, my team's, the duty desk's; and what stands on Today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Func, Q
from django.db.models.query import QuerySet

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.ids import NOBODY
from amparo.foundation.paging import Page, newest_first
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import CANNOT_WAIT, LEVELS, Case

from .rows import CaseRow, rows_of

COUNT_LIMIT = 100
SHOWN_TODAY = 10
#: The cases of one worker that are looked through for the morning list; who has more works from the list of cases.
MOST_OF_MINE = 60


class MyCover(Func):
    """The subjects I stand in for, as an array: an init plan, so that an index answers."""

    template = (
        "ARRAY(SELECT g.subject_id FROM access_grant g WHERE g.actor_id = (SELECT sec.grantee()) AND g.cause = 'cover'"
        " AND g.from_at <= now() AND g.until_at > now() AND 'case' = ANY (g.sections))"
    )


@dataclass(frozen=True)
class Filters:
    """What stands in the address, so that a reload keeps it. Unknown words mean "all"."""

    whose: str = "mine"
    risk: str = ""
    waits_for: str = ""


WAITS = {
    "contact": Q(first_seen_at=None),
    "place": Q(is_place_fit=False),
    "arrival": Q(night="plan"),
    "guardian": ~Q(guardian="appointed"),
}


@dataclass(frozen=True)
class CaseList:
    """One page; `count` is None above COUNT_LIMIT: "more than 100" is enough to say."""

    page: Page[CaseRow]
    count: int | None


@dataclass(frozen=True)
class Waiting:
    rows: tuple[CaseRow, ...]
    count: int  # at most COUNT_LIMIT + 1


def _open(viewer: Actor) -> QuerySet[Case]:
    found: QuerySet[Case] = Case.objects.visible_to(viewer).filter(state="open")
    return found


def _whose(viewer: Actor, whose: str) -> QuerySet[Case]:
    found = _open(viewer)
    if whose == "cover":
        return found.filter(subject_id__in_array=MyCover())
    if whose == "duty":
        return found.filter(duty_unit_id=viewer.unit or NOBODY, duty_unit__isnull=False)
    if whose == "team":
        return found.filter(unit_id=viewer.unit or NOBODY)
    return found.filter(worker_id=viewer.id)


@query(policy.READ)
def cases_for(viewer: Actor, filters: Filters, *, after: str = "", before: str = "") -> CaseList:
    """Newest first. A team's list is empty for whoever does not read the team's case sheets."""
    found = _whose(viewer, filters.whose)
    if filters.risk in LEVELS:
        found = found.filter(risk_level=filters.risk)
    if filters.waits_for in WAITS:
        found = found.filter(WAITS[filters.waits_for])
    # in the page's own order, so that the same index answers and nothing is read past the limit
    count = len(found.order_by("-opened_at", "-id").values_list("id", flat=True)[: COUNT_LIMIT + 1])
    items, *keys = newest_first(found, "opened_at", after, before)
    return CaseList(Page(rows_of(viewer, items), *keys), count if count <= COUNT_LIMIT else None)


@query(policy.READ)
def cannot_wait(viewer: Actor) -> Waiting:
    """Mine; for whoever gives out a team's work, the team's and the duty desk's too. Longest open first."""
    parts = [_open(viewer).filter(CANNOT_WAIT, worker_id=viewer.id)]
    if policy.gives_out(viewer) and viewer.unit:
        parts.append(_open(viewer).filter(CANNOT_WAIT, unit_id=viewer.unit))
        parts.append(_open(viewer).filter(duty_unit_id=viewer.unit, duty_unit__isnull=False))
    # ids and times first: a hundred case sheets are not read to show ten
    found = {
        id_: opened_at
        for part in parts
        for id_, opened_at in part.order_by("opened_at").values_list("id", "opened_at")[: COUNT_LIMIT + 1]
    }
    first = sorted(found, key=lambda id_: found[id_])[:SHOWN_TODAY]
    shown = Case.objects.visible_to(viewer).filter(id__in=first).order_by("opened_at")
    return Waiting(rows_of(viewer, shown), min(len(found), COUNT_LIMIT + 1))


@query(policy.READ)
def morning_list(viewer: Actor) -> tuple[CaseRow, ...]:
    """What else is mine, and what I cover: soonest time limit first."""
    mine = list(_open(viewer).filter(worker_id=viewer.id).order_by("-opened_at", "-id")[:MOST_OF_MINE])
    mine += list(_whose(viewer, "cover").order_by("-opened_at", "-id")[:MOST_OF_MINE])
    rows = [row for row in rows_of(viewer, {case.id: case for case in mine}.values()) if not row.cannot_wait]
    late = now() + dt.timedelta(days=3650)
    return tuple(sorted(rows, key=lambda row: row.limit.due_at if row.limit else late)[:SHOWN_TODAY])
