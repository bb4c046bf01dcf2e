"""What this room shows on pages of other rooms."""

from __future__ import annotations

from typing import Any

from amparo.foundation.actors import Actor
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId

from . import policy, queries


def today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    """What cannot wait, then the morning list, then what waits for an answer of mine."""
    waiting = queries.cannot_wait(viewer)
    morning = queries.morning_list(viewer)
    offers = [row for row in queries.hand_overs(viewer) if row.may_answer]
    if not (waiting.rows or morning or offers):
        return None
    return {"waiting": waiting.rows, "waiting_count": waiting.count, "is_team": policy.gives_out(viewer),
            "morning": morning, "offers": offers, "urgent": waiting.count}  # fmt: skip


def open_button(viewer: Actor, **_: Any) -> dict[str, Any]:
    return {}


def case_of_file(viewer: Actor, subject_id: SubjectId, **_: Any) -> dict[str, Any] | None:
    try:
        row = queries.case_panel(viewer, subject_id)
    except NotThere:
        return None
    if row is None:
        return None
    return {"case": row, "subject_id": subject_id, "links": queries.links_of(viewer, subject_id),
            "lowest_age": row.age.lowest(now().date())}  # fmt: skip
