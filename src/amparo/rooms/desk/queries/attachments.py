"""Attachments: the list and the safe view. The original is opened by an action, because it asks for a
reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import AttachmentId
from amparo.rooms.desk.models import Attachment, AttachmentChunk

from .people import names_of

MOST = 100


@dataclass(frozen=True)
class AttachmentRow:
    id: AttachmentId
    subject_id: SubjectId
    view_kind: str
    width: int
    height: int
    by: str
    at: dt.datetime
    sealed: Sealed
    title: str = ""


@query(policy.READ_FILE)
def attachments_for(viewer: Actor, subject_id: SubjectId) -> tuple[AttachmentRow, ...]:
    policy.need(subject_id, "attachment", "read")
    rows = Attachment.objects.visible_to(viewer).filter(subject_id=subject_id).order_by("-added_at", "-id")
    found = list(rows[:MOST])
    names = names_of(row.added_by_id for row in found)
    return tuple(_row(row, names.get(row.added_by_id, "")) for row in found)


@query(policy.READ_FILE)
def _attachment(viewer: Actor, attachment_id: AttachmentId) -> AttachmentRow:
    row = Attachment.objects.visible_to(viewer).filter(id=attachment_id).first()
    if row is None:
        raise NotThere
    return _row(row, names_of([row.added_by_id]).get(row.added_by_id, ""))


@query(policy.READ_FILE)
def sealed_part(viewer: Actor, attachment_id: AttachmentId, part: str) -> tuple[Sealed, ...]:
    """The sealed chunks of one part, in order."""
    rows = AttachmentChunk.objects.visible_to(viewer).filter(attachment_id=attachment_id, part=part)
    found = tuple(
        Sealed(row.subject_id, "attachment", row.attachment_id, f"{part}/{row.number}", bytes(row.sealed))
        for row in rows.order_by("number")
    )
    if not found:
        raise NotThere
    return found


def titles_opened(viewer: Actor, rows: tuple[AttachmentRow, ...]) -> tuple[AttachmentRow, ...]:
    titles = open_sealed(viewer, [row.sealed for row in rows], "lists the documents")
    return tuple(replace(row, title=title.decode()) for row, title in zip(rows, titles, strict=True))


def attachment_opened(viewer: Actor, attachment_id: AttachmentId) -> AttachmentRow:
    return titles_opened(viewer, (_attachment(viewer, attachment_id),))[0]


def picture_opened(viewer: Actor, attachment_id: AttachmentId) -> tuple[str, bytes]:
    """Kind and bytes of the re-encoded view."""
    kind = _attachment(viewer, attachment_id).view_kind
    return kind, b"".join(
        open_sealed(viewer, sealed_part(viewer, attachment_id, "view"), "looks at a document")
    )


def _row(row: Attachment, by: str) -> AttachmentRow:
    return AttachmentRow(
        AttachmentId(row.id),
        SubjectId(row.subject_id),
        row.view_kind,
        row.width_px,
        row.height_px,
        by,
        row.added_at,
        Sealed(row.subject_id, "attachment", row.id, "title", bytes(row.title)),
    )
