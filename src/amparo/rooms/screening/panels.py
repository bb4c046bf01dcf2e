"""What this room shows on a child's page: that something was filled in and when, never what it came to."""

from __future__ import annotations

from typing import Any

from amparo.foundation.actors import Actor
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk.queries import subject_for

from . import policy, queries, words


def screening_of_file(viewer: Actor, subject_id: SubjectId, **_: Any) -> dict[str, Any] | None:
    """Left out for whoever may not read the section; nothing is opened."""
    try:
        last = queries.noted_about(viewer, subject_id)
        may_write = subject_for(viewer, subject_id, "screening").may_write
    except NotThere:
        return None
    return {
        "subject_id": subject_id,
        "last": last,
        "guide": words.text(last.instrument.names) if last and last.instrument else "",
        "may_write": may_write and viewer.has(policy.SCREEN),
    }
