"""Notes: who wrote when is read from the table; the words are opened by the keeper, a page at a time, and
logged.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import Page, as_page, newest_first
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import NoteId
from amparo.rooms.desk.models import Note, Revision

from .people import names_of


@dataclass(frozen=True)
class NoteRow:
    id: NoteId
    subject_id: SubjectId
    version: int
    by: str
    at: dt.datetime
    changed_by: str
    changed_at: dt.datetime | None
    sealed: Sealed
    text: str = ""


@dataclass(frozen=True)
class NotesAbout:
    """What a panel says of a child's notes without opening any."""

    count: int
    last_at: dt.datetime | None
    last_by: str


@query(policy.READ_FILE)
def notes_about(viewer: Actor, subject_id: SubjectId) -> NotesAbout:
    rows = Note.objects.visible_to(viewer).filter(subject_id=subject_id).order_by("-written_at")
    last = rows.first()
    count = len(rows.values_list("id", flat=True)[:101])  # "100+" is enough to say
    if last is None:
        return NotesAbout(0, None, "")
    return NotesAbout(count, last.written_at, names_of([last.written_by_id]).get(last.written_by_id, ""))


@query(policy.READ_FILE)
def _note_page(viewer: Actor, subject_id: SubjectId, after: str, before: str) -> Page[NoteRow]:
    policy.need(subject_id, "note", "read")
    rows = Note.objects.visible_to(viewer).filter(subject_id=subject_id)
    found, *keys = newest_first(rows, "written_at", after, before)
    names = names_of([p for row in found for p in (row.written_by_id, row.changed_by_id)])
    return as_page(found, (keys[0], keys[1]), lambda row: _row(row, names))


@query(policy.READ_FILE)
def note_row(viewer: Actor, note_id: NoteId) -> NoteRow:
    row = Note.objects.visible_to(viewer).filter(id=note_id).first()
    if row is None:
        raise NotThere
    return _row(row, names_of([row.written_by_id, row.changed_by_id]))


@query(policy.READ_FILE)
def _versions(viewer: Actor, note_id: NoteId) -> tuple[NoteRow, ...]:
    rows = (
        Revision.objects.visible_to(viewer)
        .filter(record=note_id, field="text", section="note")
        .order_by("-version")
    )
    found = list(rows[:50])
    names = names_of(row.written_by_id for row in found)
    return tuple(
        NoteRow(
            note_id,
            SubjectId(row.subject_id),
            row.version,
            names.get(row.written_by_id, ""),
            row.written_at,
            "",
            None,
            Sealed(row.subject_id, "note", row.record, "text", bytes(row.sealed)),
        )
        for row in found
    )


def _row(row: Note, names: dict[UUID | None, str]) -> NoteRow:
    return NoteRow(
        NoteId(row.id),
        SubjectId(row.subject_id),
        row.version,
        names.get(row.written_by_id, ""),
        row.written_at,
        names.get(row.changed_by_id, ""),
        row.changed_at,
        Sealed(row.subject_id, "note", row.id, "text", bytes(row.text)),
    )


def _opened(viewer: Actor, rows: tuple[NoteRow, ...], because: str) -> tuple[NoteRow, ...]:
    texts = open_sealed(viewer, [row.sealed for row in rows], because)
    return tuple(replace(row, text=text.decode()) for row, text in zip(rows, texts, strict=True))


def notes_opened(viewer: Actor, subject_id: SubjectId, *, after: str = "", before: str = "") -> Page[NoteRow]:
    page = _note_page(viewer, subject_id, after, before)
    return replace(page, items=_opened(viewer, page.items, "reads the notes"))


def note_opened(viewer: Actor, note_id: NoteId) -> NoteRow:
    return _opened(viewer, (note_row(viewer, note_id),), "reads one note")[0]


def versions_opened(viewer: Actor, note_id: NoteId) -> tuple[NoteRow, ...]:
    """The note as it stands and every version before it, newest first."""
    return _opened(viewer, (note_row(viewer, note_id), *_versions(viewer, note_id)), "reads earlier versions")
