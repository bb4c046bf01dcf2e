"""People around the child, allegations apart from them, and files that belong with this one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.functions import rows
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import Allegation, PersonAround
from amparo.rooms.cases.sheets import Around, Said, from_json
from amparo.rooms.cases.words import LINKS


@dataclass(frozen=True)
class AroundRow:
    id: UUID
    version: int
    written_at: dt.datetime
    around: Around


@dataclass(frozen=True)
class AllegationRow:
    id: UUID
    version: int
    written_at: dt.datetime
    person_id: UUID
    said: Said


@dataclass(frozen=True)
class LinkRow:
    id: UUID
    subject_id: SubjectId
    code: str
    kind: str
    words: str
    is_apart: bool
    reason: Sealed | None


@query(policy.READ)
def _sealed_rows(viewer: Actor, subject_id: SubjectId, section: str) -> tuple[tuple[Any, ...], ...]:
    policy.need(subject_id, section, "read")
    model = PersonAround if section == "people" else Allegation
    found = model.objects.visible_to(viewer).filter(subject_id=subject_id).order_by("written_at", "id")
    return tuple(
        (r.id, r.version, r.written_at, getattr(r, "person_id", None),
         Sealed(r.subject_id, section, r.id, "sealed", bytes(r.sealed)))
        for r in found[: policy.MOST_AROUND]
    )  # fmt: skip


def people_opened(viewer: Actor, subject_id: SubjectId) -> tuple[AroundRow, ...]:
    found = _sealed_rows(viewer, subject_id, "people")
    opened = open_sealed(viewer, [row[4] for row in found], "reads who is around the child")
    return tuple(
        AroundRow(row[0], row[1], row[2], from_json(Around, text))
        for row, text in zip(found, opened, strict=True)
    )


def allegations_opened(viewer: Actor, subject_id: SubjectId) -> tuple[AllegationRow, ...]:
    """Of one child, and never across children: there is no list of people alleged to have harmed."""
    found = _sealed_rows(viewer, subject_id, "allegation")
    opened = open_sealed(viewer, [row[4] for row in found], "reads what somebody is alleged to have done")
    return tuple(
        AllegationRow(row[0], row[1], row[2], row[3], from_json(Said, text))
        for row, text in zip(found, opened, strict=True)
    )


@query(policy.READ)
def links_of(viewer: Actor, subject_id: SubjectId) -> tuple[LinkRow, ...]:
    """Files that belong with this one, of those one reaches; of the others not even how many."""
    return tuple(
        LinkRow(
            link, SubjectId(other), code, kind, str(LINKS.get(f"{kind}/{part}") or LINKS[kind]), is_apart,
            Sealed(subject_id, "people", link, "reason", bytes(reason)) if reason else None,
        )
        for link, other, code, kind, part, is_apart, reason in rows("sec.links_of", subject_id, cast=("uuid",))
    )  # fmt: skip


def reasons_opened(viewer: Actor, links: Sequence[LinkRow]) -> tuple[tuple[LinkRow, str], ...]:
    """Why this child is not kept together with another: of those links that have a reason in this file."""
    known = [link for link in links if link.reason is not None]
    opened = open_sealed(
        viewer, [link.reason for link in known if link.reason], "reads why siblings are apart"
    )
    return tuple((link, text.decode()) for link, text in zip(known, opened, strict=True))
