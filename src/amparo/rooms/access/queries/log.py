"""The log as people may read it: what I did, who looked at this child, what my agency's people opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.functions import rows
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import Page
from amparo.foundation.texts import in_words
from amparo.rooms.access.policy import Permission
from amparo.rooms.access.words import log_words

SIZE = 50


@dataclass(frozen=True)
class LogLine:
    id: int
    at: dt.datetime
    who: str
    agency: str
    what: str
    subject_id: UUID | None
    code: str
    purpose: str
    result: str


@dataclass(frozen=True)
class EmergencyRow:
    id: UUID
    at: dt.datetime
    who: str
    agency: str
    code: str
    reason: str


@query(Permission.USE_AMPARO)
def my_log(viewer: Actor, after: str = "") -> Page[LogLine]:
    return _page(rows("audit.mine", _before(after), SIZE + 1, cast=("bigint", "int")))


@query(Permission.READ_REGISTER)
def who_looked(viewer: Actor, subject_id: SubjectId, after: str = "") -> Page[LogLine]:
    """Raises NotThere for a hidden child."""
    return _page(
        rows("audit.of_subject", subject_id, _before(after), SIZE + 1, cast=("uuid", "bigint", "int"))
    )


@query(Permission.READ_ACCESS_LOG)
def agency_log(viewer: Actor, after: str = "") -> Page[LogLine]:
    return _page(rows("audit.of_agency", _before(after), SIZE + 1, cast=("bigint", "int")))


@query(Permission.REVIEW_EMERGENCY_ACCESS)
def emergencies_to_review(viewer: Actor) -> tuple[EmergencyRow, ...]:
    found = rows("sec.emergencies_to_review")
    return tuple(
        EmergencyRow(i, at, who, in_words(names), code, why) for i, at, who, names, code, why in found
    )


def _before(after: str) -> int | None:
    """A spoilt key shows the first page."""
    return int(after) if after.isascii() and after.isdecimal() and len(after) < 18 else None


def _page(found: list[tuple[Any, ...]]) -> Page[LogLine]:
    lines = tuple(
        LogLine(i, at, who, in_words(agency), log_words(what), subject, code or "", purpose, result)
        for i, at, who, agency, _role, what, subject, code, purpose, result in found[:SIZE]
    )
    return Page(lines, str(lines[-1].id) if len(found) > SIZE else "")
