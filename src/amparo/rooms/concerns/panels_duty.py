"""What the duty desk shows on pages of other rooms."""

from __future__ import annotations

from typing import Any

from amparo.foundation.actors import Actor
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId

from . import policy, queries
from .kinds import Urgency
from .words_duty import outage_words

SHOWN = 5
ONE_DAY_SECONDS = 24 * 3600


def waiting_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    """What waits for the desk, and what does not work: the words about the keeper stand on the desk itself."""
    page = queries.duty_queue(viewer, queries.QueueFilters(state="waiting"))
    outages = [outage_words(one.what, one.since) for one in queries.calling_outages(viewer)]
    if not page.items and not outages:
        return None
    urgent = sum(row.urgency == Urgency.NOW for row in page.items)
    return {"rows": page.items[:SHOWN], "outages": outages, "urgent": urgent}


def holes_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    holes = queries.rota_holes(viewer)[:SHOWN]
    soon = sum((hole.from_at - now()).total_seconds() < ONE_DAY_SECONDS for hole in holes)
    return {"holes": holes, "urgent": soon} if holes else None


def rota_on_plan(viewer: Actor, **_: Any) -> dict[str, Any]:
    return {"holes": queries.rota_holes(viewer)[:SHOWN]}


def concerns_of_file(viewer: Actor, subject_id: SubjectId, **_: Any) -> dict[str, Any] | None:
    """Only to holders of access to both; nobody else sees even a count."""
    rows = queries.concerns_of(viewer, subject_id)
    return {"rows": rows, "may_answer": viewer.has(policy.ANSWER)} if rows else None
