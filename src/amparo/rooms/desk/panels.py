"""What the desk shows on pages of other rooms. Panels of a file open nothing: they say how much there is
and how old.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from amparo.foundation.actors import Actor
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId

from . import queries
from .views.drafts import shown

MOST_ON_TODAY = 12  # of one kind; the rest is one press away


def tasks_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    rows = queries.tasks_of(viewer)
    waits_not = [row for row in rows if row.is_late or row.is_urgent]
    if not rows:
        return None
    return {
        "cannot_wait": waits_not[:MOST_ON_TODAY],
        "more": max(len(waits_not) - MOST_ON_TODAY, 0),
        "tasks": [r for r in rows if r not in waits_not][:10],
        "urgent": len(waits_not),
    }


def limits_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    rows = queries.overdue_limits(viewer)
    return {"limits": rows[:10], "urgent": len(rows)} if rows else None


def notices_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    rows = queries.notices_of(viewer, only_new=True).items
    return {"notices": rows[:5], "count": len(rows)} if rows else None


def bell(viewer: Actor, **_: Any) -> dict[str, Any]:
    return {"url": reverse("desk:notices"), "count": queries.count_new_notices(viewer)}


def drafts_today(viewer: Actor, **_: Any) -> dict[str, Any] | None:
    rows = queries.drafts_of(viewer)
    return {"drafts": [shown(row) for row in rows[:5]]} if rows else None


def _of_file(query: Any) -> Any:
    """A section that the viewer may not read is left out; that it is there is not said."""

    def panel(viewer: Actor, subject_id: SubjectId, **_: Any) -> dict[str, Any] | None:
        try:
            return {"subject_id": subject_id, "now": now(), **query(viewer, subject_id)}
        except NotThere:
            return None

    return panel


def _section(viewer: Actor, subject_id: SubjectId, section: str) -> dict[str, Any]:
    return {"may_write": queries.subject_for(viewer, subject_id, section).may_write}


notes_of_file = _of_file(
    lambda viewer, subject: {
        **_section(viewer, subject, "note"), "notes": queries.notes_about(viewer, subject),
    }
)  # fmt: skip
tasks_of_file = _of_file(
    lambda viewer, subject: {
        **_section(viewer, subject, "task"),
        "tasks": [row for row in queries.tasks_for(viewer, subject) if row.done_at is None][:5],
    }
)


def _limits(viewer: Actor, subject: SubjectId) -> dict[str, Any]:
    """Limits show where the file is listed; who may not read its tasks may not stop its clocks either."""
    try:
        may = _section(viewer, subject, "task")
    except NotThere:
        may = {"may_write": False}
    return {"limits": queries.limits_for(viewer, subject), **may}


limits_of_file = _of_file(_limits)
attachments_of_file = _of_file(
    lambda viewer, subject: {
        **_section(viewer, subject, "attachment"), "attachments": queries.attachments_for(viewer, subject),
    }
)  # fmt: skip
