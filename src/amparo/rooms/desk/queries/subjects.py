"""The child a page is about: code and what the viewer may do there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk import policy


@dataclass(frozen=True)
class SubjectRow:
    id: SubjectId
    code: str
    may_write: bool


@query(None)
def subject_for(viewer: Actor, subject_id: SubjectId, section: str = "register") -> SubjectRow:
    """Raises NotThere for a hidden child and for a section the viewer may not read."""
    policy.need(subject_id, section, "read")
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM access_subject WHERE id = %s", [subject_id])
        row = cursor.fetchone()
    if row is None:
        raise NotThere
    may_write = viewer.has(policy.WRITE_FILE) and policy.may(subject_id, section, "write")
    return SubjectRow(subject_id, str(row[0]), may_write)


def codes_of(subjects: set[UUID]) -> dict[UUID, str]:
    """Inside a query: codes of those the viewer may see; the others have none."""
    if not subjects:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM access_subject WHERE id = ANY (%s)", [sorted(subjects, key=str)])
        return dict(cursor.fetchall())
