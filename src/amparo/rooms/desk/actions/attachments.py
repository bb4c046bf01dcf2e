"""Pictures of documents and things. The file was re-encoded before (forms.py), outside any transaction."""

from __future__ import annotations

from collections.abc import Iterator

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import open_sealed, seal_for
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import AttachmentId
from amparo.rooms.desk.models import CHUNK_BYTES, Attachment, AttachmentChunk
from amparo.rooms.desk.pictures import SafePicture
from amparo.rooms.desk.queries.attachments import sealed_part


@action(policy.WRITE_FILE)
def add_attachment(
    *, by: Actor, subject_id: SubjectId, title: str, original: bytes, view: SafePicture, key: str = ""
) -> AttachmentId:
    policy.need(subject_id, "attachment", "write")
    row = Attachment(
        subject_id=subject_id, unit_id=policy.unit_of(subject_id), was=view.was, original_bytes=len(original),
        view_kind=view.kind, view_bytes=len(view.data), width_px=view.width, height_px=view.height,
        added_by_id=by.id, added_at=now(),
    )  # fmt: skip
    row.title = seal_for(subject_id, "attachment", row.id, "title", title)
    row.save(force_insert=True)
    for part, data in (("original", original), ("view", view.data)):
        for number, piece in enumerate(pieces(data)):
            _keep_piece(row, part, number, piece)
    log(
        "ATTACHMENT_ADDED",
        subject=subject_id,
        record=row.id,
        detail={"bytes": len(original), "was": view.was},
    )
    return AttachmentId(row.id)


def pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]


def _keep_piece(row: Attachment, part: str, number: int, piece: bytes) -> None:
    sealed = seal_for(row.subject_id, "attachment", row.id, f"{part}/{number}", piece)
    AttachmentChunk(
        subject_id=row.subject_id,
        unit_id=row.unit_id,
        attachment_id=row.id,
        part=part,
        number=number,
        sealed=sealed,
    ).save(force_insert=True)


@action(policy.OPEN_ORIGINAL, strong=True, own_steps=True)
def open_original(*, by: Actor, attachment_id: AttachmentId, because: str) -> bytes:
    """The file exactly as it came, for evidence. It may hold the place where it was taken, hence the
    reason.
    """
    reason = policy.need_reason(because)
    items = sealed_part(by, attachment_id, "original")
    with step(by):
        log("ORIGINAL_OPENED", subject=items[0].holder, record=attachment_id, purpose=reason)
    return b"".join(open_sealed(by, items, because=reason))
