"""What the vault shows on a child's page: that something is kept, never what."""

from __future__ import annotations

from typing import Any

from amparo.foundation.actors import Actor
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId

from . import queries


def identity_of_file(viewer: Actor, subject_id: SubjectId, **_: Any) -> dict[str, Any] | None:
    try:
        kept = queries.kept_for(viewer, subject_id)
    except NotThere:
        return None
    if not (kept.may_show or kept.may_write or kept.may_show_place or kept.may_write_place):
        return None
    return {"kept": kept, "subject_id": subject_id}
