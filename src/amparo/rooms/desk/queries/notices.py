"""A person's own notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import Page, as_page, newest_first
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import NoticeId
from amparo.rooms.desk.models import Notice
from amparo.rooms.desk.words import notice_text

from .subjects import codes_of


@dataclass(frozen=True)
class NoticeRow:
    id: NoticeId
    text: str
    at: dt.datetime
    is_new: bool
    subject_id: SubjectId | None
    code: str


@query(policy.OWN_DESK)
def count_new_notices(viewer: Actor) -> int:
    """For the head of every page: at most 100, because nobody reads a larger number."""
    return len(Notice.objects.mine(viewer).filter(read_at=None).values_list("id", flat=True)[:100])


@query(policy.OWN_DESK)
def notices_of(
    viewer: Actor, *, after: str = "", before: str = "", only_new: bool = False
) -> Page[NoticeRow]:
    """A code is shown only while the viewer may see that file; the notice itself stays readable."""
    rows = Notice.objects.mine(viewer)
    if only_new:
        rows = rows.filter(read_at=None)
    found, *keys = newest_first(rows, "at", after, before)
    codes = codes_of({row.subject_id for row in found if row.subject_id})
    return as_page(
        found,
        (keys[0], keys[1]),
        lambda row: NoticeRow(
            NoticeId(row.id), notice_text(row.code), row.at, row.read_at is None,
            row.subject_id if row.subject_id in codes else None, codes.get(row.subject_id, ""),
        ),
    )  # fmt: skip
