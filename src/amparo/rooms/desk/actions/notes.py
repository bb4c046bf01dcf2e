"""Notes about a child."""

from __future__ import annotations

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import seal_for
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import NoteId
from amparo.rooms.desk.models import Note

from .drafts import forget_draft
from .revisions import Before, keep_revision


@action(policy.WRITE_FILE)
def add_note(*, by: Actor, subject_id: SubjectId, text: str, key: str = "") -> NoteId:
    policy.need(subject_id, "note", "write")
    note = Note(
        subject_id=subject_id, unit_id=policy.unit_of(subject_id), written_by_id=by.id, written_at=now()
    )
    note.text = seal_for(subject_id, "note", note.id, "text", text)
    note.save(force_insert=True)
    forget_draft(by=by, form="note", subject_id=subject_id)
    log("NOTE_ADDED", subject=subject_id, record=note.id)
    return NoteId(note.id)


@action(policy.WRITE_FILE)
def edit_note(*, by: Actor, note_id: NoteId, version: int, text: str, key: str = "") -> NoteId:
    """Replace the words of the version that was read. Raises Conflict when somebody was faster: nothing is
    lost.
    """
    if not Note.objects.visible_to(by).filter(id=note_id).exists():
        raise NotThere
    note = Note.objects.in_action().select_for_update().filter(id=note_id).first()
    if note is None:
        raise Refused("read_only")
    if note.version != version:
        raise Conflict(current=note.version, yours=text)
    before = Before(
        "note", note.id, "text", note.version, bytes(note.text),
        note.changed_by_id or note.written_by_id, note.changed_at or note.written_at,
    )  # fmt: skip
    keep_revision(subject_id=note.subject_id, unit_id=note.unit_id, before=before)
    Note.objects.in_action().filter(id=note_id).update(
        text=seal_for(note.subject_id, "note", note.id, "text", text), version=version + 1,
        changed_by_id=by.id, changed_at=now(),
    )  # fmt: skip
    log("NOTE_CHANGED", subject=note.subject_id, record=note.id, detail={"version": version + 1})
    return note_id
