"""What a sender reads of what they sent: a number, a state, a fixed answer. Somebody else's is not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.functions import rows
from amparo.foundation.paging import Page, as_page, newest_first
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.models import SentConcern


@dataclass(frozen=True)
class SentOne:
    id: UUID
    number: str
    sent_at: dt.datetime
    state: str
    answer: str


@dataclass(frozen=True)
class CallsOfDay:
    day: dt.date
    call_type: str
    calls: int


@query(policy.SEND)
def sent_one(viewer: Actor, sent_id: UUID) -> SentOne:
    return _one(viewer, id=sent_id)


@query(policy.SEND)
def sent_about(viewer: Actor, concern_id: ConcernId) -> SentOne:
    return _one(viewer, concern=concern_id)


@query(policy.SEND)
def sent_numbered(viewer: Actor, number: str) -> SentOne:
    return _one(viewer, number=number)


@query(policy.SEND)
def sent_list(viewer: Actor, *, after: str = "", before: str = "") -> Page[SentOne]:
    """What one sent, newest first."""
    found, *keys = newest_first(SentConcern.objects.mine(viewer), "sent_at", after, before)
    return as_page(found, (keys[0], keys[1]), _row)


def _row(row: SentConcern) -> SentOne:
    return SentOne(row.id, row.number, row.sent_at, row.state, row.answer)


def _one(viewer: Actor, **which: object) -> SentOne:
    row = SentConcern.objects.mine(viewer).filter(**which).order_by("-sent_at").first()
    if row is None:
        raise NotThere
    return _row(row)


@query(policy.SEND)
def calls_counted(viewer: Actor, days: int = 7) -> tuple[CallsOfDay, ...]:
    """Calls without a concern of one's own unit, newest day first."""
    return tuple(CallsOfDay(*row) for row in rows("sec.calls_counted", days, cast=("int",)))
