"""Children's files: the list, one file, who has access to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import log, query
from amparo.foundation.codes import parse_code
from amparo.foundation.errors import NotThere
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import Page, as_page, newest_first
from amparo.foundation.texts import in_words
from amparo.rooms.access.models import Consent, Subject
from amparo.rooms.access.policy import Permission

COUNT_LIMIT = 100


@dataclass(frozen=True)
class FileRow:
    id: SubjectId
    code: str
    kind: str
    opened_at: dt.datetime
    is_restricted: bool
    hold: bool
    unit_id: UUID
    may_write: bool = False


@dataclass(frozen=True)
class FileList:
    """One page of files; `count` is None above COUNT_LIMIT: "100+" is enough to say."""

    page: Page[FileRow]
    count: int | None


@dataclass(frozen=True)
class AccessRow:
    id: UUID
    who: str
    agency: str
    sections: tuple[str, ...]
    mode: str
    cause: str
    purpose: str
    from_at: dt.datetime
    until_at: dt.datetime


@dataclass(frozen=True)
class BlockRow:
    id: UUID
    agency: str
    from_at: dt.datetime


@dataclass(frozen=True)
class ConsentRow:
    id: UUID
    state: str
    given_by: str
    purpose: str
    sections: tuple[str, ...]
    at: dt.datetime
    until_at: dt.datetime


@query(Permission.READ_REGISTER)
def files_for(viewer: Actor, *, code: str = "", after: str = "", before: str = "") -> FileList:
    """Newest first. A code that cannot be one, or is not mine, is an empty list."""
    found = Subject.objects.visible_to(viewer).filter(shredded_at=None).exclude(kind="concern")
    if code:
        try:
            found = found.filter(code=parse_code(code))
        except ValueError:
            found = found.none()
    # in the page's own order, so that the same index answers and nothing is read past the limit
    first = found.order_by("-opened_at", "-id").values_list("id", flat=True)[: COUNT_LIMIT + 1]
    count = len(first)
    items, *keys = newest_first(found, "opened_at", after, before)
    page = as_page(items, (keys[0], keys[1]), _row)
    return FileList(page, count if count <= COUNT_LIMIT else None)


@query(Permission.READ_REGISTER)
def file_for(viewer: Actor, subject_id: SubjectId) -> FileRow:
    """One file; looking at it is logged. Raises NotThere for hidden and absent alike."""
    row = (
        Subject.objects.visible_to(viewer)
        .filter(id=subject_id, shredded_at=None)
        .exclude(kind="concern")
        .first()
    )
    if row is None:
        raise NotThere
    log("FILE_OPENED", subject=subject_id)
    return _row(row, bool(call("sec.may", subject_id, "note", "write", cast=("uuid", "text", "text"))))


@query(Permission.READ_REGISTER)
def codes_of(viewer: Actor, subjects: Sequence[SubjectId]) -> tuple[tuple[SubjectId, str], ...]:
    """Ids and codes of those the viewer may see, by code."""
    found = Subject.objects.visible_to(viewer).filter(id__in=list(subjects)).order_by("code")
    return tuple((SubjectId(s.id), s.code) for s in found)


@query(Permission.READ_REGISTER)
def who_has_access(viewer: Actor, subject_id: SubjectId) -> tuple[AccessRow, ...]:
    return tuple(
        AccessRow(i, who, in_words(agency), tuple(sections), mode, cause, purpose, begins, ends)
        for i, _, who, agency, sections, mode, cause, purpose, begins, ends in rows(
            "sec.grants_on", subject_id, cast=("uuid",)
        )
    )


@query(Permission.BLOCK_AGENCY)
def blocks_on(viewer: Actor, subject_id: SubjectId) -> tuple[BlockRow, ...]:
    found = rows("sec.blocks_on", subject_id, cast=("uuid",))
    return tuple(BlockRow(i, in_words(names), begins) for i, _, names, begins in found)


@query(Permission.READ_FILE)
def consents_of(viewer: Actor, subject_id: SubjectId) -> tuple[ConsentRow, ...]:
    found = Consent.objects.visible_to(viewer).filter(subject_id=subject_id).order_by("-at")[:50]
    return tuple(
        ConsentRow(c.id, c.state, c.given_by, c.purpose, tuple(c.sections), c.at, c.until_at) for c in found
    )


def _row(row: Subject, may_write: bool = False) -> FileRow:
    return FileRow(
        SubjectId(row.id),
        row.code,
        row.kind,
        row.opened_at,
        row.is_restricted,
        row.hold,
        row.unit_id,
        may_write,
    )
