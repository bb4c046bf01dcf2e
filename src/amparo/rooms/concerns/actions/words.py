"""Showing what is sealed about a concern: the words, apart from them who told, and the reasons of decisions.

Each asks the keeper with a reason that stands in the log; the keeper counts against the quota for concerns first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.models import Account, Concern, Decision, Reply, Reporter
from amparo.rooms.desk.actions import fact_happened
from amparo.rooms.desk.policy import READ_FILE, need, need_reason


@dataclass(frozen=True)
class Told:
    """What somebody said, and when. Nobody's name stands beside it."""

    id: UUID
    kind: str
    text: str
    at: dt.datetime


@action(READ_FILE, own_steps=True)
def show_words(*, by: Actor, concern_id: ConcernId, because: str) -> tuple[Told, ...]:
    """First words, then what was added, then answers in free words that wait or were sent."""
    with step(by):
        concern = _seen(by, concern_id, "account")
        found: list[Any] = list(
            Account.objects.visible_to(by).filter(concern_id=concern_id).order_by("written_at")[:50]
        )
        found += Reply.objects.visible_to(by).filter(concern_id=concern_id).order_by("written_at")[:20]
        log("WORDS_SHOWN", subject=concern.subject_id, record=concern.id, purpose=need_reason(because))
        fact_happened(fact="CONCERN_WORDS_SHOWN", subject_id=SubjectId(concern.subject_id), record=concern.id)
    opened = open_sealed(by, [_sealed(row, "text") for row in found], because)
    return tuple(
        Told(row.id, getattr(row, "kind", "reply"), text.decode(), row.written_at)
        for row, text in zip(found, opened, strict=True)
    )


@action(policy.ANSWER, own_steps=True)
def show_reporter(*, by: Actor, concern_id: ConcernId, because: str) -> tuple[Told, ...]:
    """Who told: the first death silences everyone, so it has a press and an entry of its own."""
    with step(by):
        concern = _seen(by, concern_id, "reporter")
        found = list(Reporter.objects.visible_to(by).filter(concern_id=concern_id))
        log("REPORTER_SHOWN", subject=concern.subject_id, record=concern.id, purpose=need_reason(because))
    opened = open_sealed(by, [_sealed(row, "text") for row in found], because)
    return tuple(
        Told(row.id, "reporter", text.decode(), row.written_at)
        for row, text in zip(found, opened, strict=True)
    )


@action(policy.ANSWER, own_steps=True)
def show_reason(*, by: Actor, decision_id: UUID, because: str) -> Told:
    """The reason of a decision, for whoever reads it a second time."""
    with step(by):
        row: Decision | None = Decision.objects.visible_to(by).filter(id=decision_id).first()
        if row is None:
            raise NotThere
        log("DECISION_READ", subject=row.subject_id, record=row.id, purpose=need_reason(because))
    (text,) = open_sealed(by, [_sealed(row, "reason")], because)
    return Told(row.id, row.outcome, text.decode(), row.decided_at)


def _seen(by: Actor, concern_id: UUID, section: str) -> Concern:
    concern: Concern | None = Concern.objects.visible_to(by).filter(id=concern_id).first()
    if concern is None:
        raise NotThere
    need(concern.subject_id, section, "read")
    return concern


def _sealed(row: Any, field: str) -> Sealed:
    return Sealed(row.subject_id, row.section, row.id, field, bytes(getattr(row, field)))
