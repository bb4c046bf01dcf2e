"""Before-images: what stood in a sealed field before somebody changed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.acts import in_action
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk.models import Revision


@dataclass(frozen=True)
class Before:
    """A sealed value as it stood, with its binding (record, field) unchanged, so that the keeper can still
    open it.
    """

    section: str
    record: UUID
    field: str
    version: int
    sealed: bytes | None
    written_by: UUID
    written_at: dt.datetime


def keep_revision(*, subject_id: SubjectId, unit_id: UUID, before: Before) -> UUID:
    """Called inside another room's action, before it changes the field. The sealed bytes are copied as
    they are.
    """
    by = in_action().actor
    row = Revision(
        subject_id=subject_id, unit_id=unit_id, section=before.section, record=before.record,
        field=before.field, version=before.version, sealed=before.sealed,
        written_by_id=before.written_by, written_at=before.written_at,
        replaced_by_id=by.id, replaced_at=now(),
    )  # fmt: skip
    row.save(force_insert=True)
    return UUID(str(row.id))
