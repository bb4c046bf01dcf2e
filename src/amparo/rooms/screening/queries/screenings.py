"""What was noted about a child: who and when from the table, the rest opened by the keeper and logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import Page, as_page, newest_first
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.desk.policy import need
from amparo.rooms.desk.queries.people import names_of
from amparo.rooms.screening import document, loading, policy
from amparo.rooms.screening.definitions import Answer, Instrument
from amparo.rooms.screening.ids import ScreeningId
from amparo.rooms.screening.models import Screening, Wording

from .instruments import worded


@dataclass(frozen=True)
class NotedRow:
    """What stands in clear. `instrument` is the version it was made with, or None when that is no longer there."""

    id: ScreeningId
    subject_id: SubjectId
    name: str
    version: int
    instrument: Instrument | None
    by: str
    at: dt.datetime
    paper_on: dt.date | None
    sealed: Sealed


@dataclass(frozen=True)
class Noted:
    """A row with its document opened. `instrument` carries the words the answers were given to."""

    row: NotedRow
    instrument: Instrument | None
    document: document.Document


@query(policy.READ)
def screenings_of(viewer: Actor, subject_id: SubjectId, after: str = "", before: str = "") -> Page[NotedRow]:
    """Newest first, nothing opened."""
    need(subject_id, "screening", "read")
    rows = Screening.objects.visible_to(viewer).filter(subject_id=subject_id)
    found, *keys = newest_first(rows, "noted_at", after, before)
    names = names_of([row.noted_by_id for row in found])
    return as_page(found, (keys[0], keys[1]), lambda row: _row(row, names))


@query(policy.READ)
def noted_about(viewer: Actor, subject_id: SubjectId) -> NotedRow | None:
    """The last one, for a panel that opens nothing."""
    need(subject_id, "screening", "read")
    row = Screening.objects.visible_to(viewer).filter(subject_id=subject_id).order_by("-noted_at").first()
    return _row(row, names_of([row.noted_by_id])) if row else None


@query(policy.READ)
def screening_for(viewer: Actor, screening_id: ScreeningId) -> NotedRow:
    row = Screening.objects.visible_to(viewer).filter(id=screening_id).first()
    if row is None:
        raise NotThere
    return _row(row, names_of([row.noted_by_id]))


@query(policy.READ)
def _last(viewer: Actor, subject_id: SubjectId, name: str) -> NotedRow | None:
    rows = Screening.objects.visible_to(viewer).filter(subject_id=subject_id, instrument=name)
    row = rows.order_by("-noted_at").first()
    return _row(row, {}) if row else None


@query(policy.READ)
def _words_of(viewer: Actor, wordings: Sequence[str]) -> dict[str, tuple[str, dict[str, str]]]:
    """Licensed texts by id: old answers are read with the words they were given to."""
    found = Wording.objects.filter(id__in=list(wordings))
    return {str(w.id): (w.language, w.texts) for w in found}


def screenings_opened(viewer: Actor, subject_id: SubjectId, after: str = "", before: str = "") -> Page[Noted]:
    page = screenings_of(viewer, subject_id, after, before)
    return Page(tuple(_opened(viewer, page.items)), page.next_key, page.previous_key)


def screening_opened(viewer: Actor, screening_id: ScreeningId) -> Noted:
    return _opened(viewer, [screening_for(viewer, screening_id)])[0]


def last_opened(viewer: Actor, subject_id: SubjectId, name: str) -> tuple[bool, Mapping[str, Answer]]:
    """Whether this instrument was filled in before for this child, and what was answered then."""
    row = _last(viewer, subject_id, name)
    return (True, _opened(viewer, [row])[0].document.answers) if row else (False, {})


def was_noted(viewer: Actor, subject_id: SubjectId, name: str) -> bool:
    """The same without the keeper."""
    return _last(viewer, subject_id, name) is not None


def _opened(viewer: Actor, rows: Sequence[NotedRow]) -> list[Noted]:
    texts = open_sealed(viewer, [row.sealed for row in rows], "reads what was noted")
    documents = [document.read(text) for text in texts]
    words = _words_of(viewer, [d.wording for d in documents if d.wording])
    found = []
    for row, it in zip(rows, documents, strict=True):
        instrument = row.instrument
        if instrument is not None and it.wording in words:
            language, entered = words[it.wording]
            instrument = worded(instrument, entered, language)
        found.append(Noted(row, instrument, it))
    return found


def _row(row: Screening, names: Mapping[UUID | None, str]) -> NotedRow:
    return NotedRow(
        ScreeningId(row.id),
        SubjectId(row.subject_id),
        row.instrument,
        row.instrument_version,
        loading.version_of(row.instrument, row.instrument_version),
        names.get(row.noted_by_id, ""),
        row.noted_at,
        row.paper_on,
        Sealed(row.subject_id, "screening", row.id, "document", bytes(row.sealed)),
    )
