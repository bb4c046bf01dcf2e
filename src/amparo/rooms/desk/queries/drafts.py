"""A person's own drafts. They open on any device of that person, and for nobody else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import DraftId
from amparo.rooms.desk.models import Draft

from .subjects import codes_of


@dataclass(frozen=True)
class DraftRow:
    id: DraftId
    form: str
    subject_id: SubjectId | None
    code: str
    saved_at: dt.datetime
    expires_at: dt.datetime
    sealed: Sealed


@query(policy.OWN_DESK)
def drafts_of(viewer: Actor) -> tuple[DraftRow, ...]:
    """Drafts to finish, last saved first. One about a file that ended for the viewer is not shown any
    more.
    """
    return _rows(Draft.objects.mine(viewer).filter(expires_at__gt=now()).order_by("-saved_at")[:100])


@query(policy.OWN_DESK)
def _draft(viewer: Actor, form: str, subject_id: SubjectId | None) -> tuple[DraftRow, ...]:
    return _rows(Draft.objects.mine(viewer).filter(form=form, subject_id=subject_id, expires_at__gt=now()))


def draft_opened(
    viewer: Actor, form: str, subject_id: SubjectId | None
) -> tuple[DraftRow, dict[str, str]] | None:
    """The draft of this form and its answers, or None."""
    rows = _draft(viewer, form, subject_id)
    if not rows:
        return None
    answers = json.loads(open_sealed(viewer, [rows[0].sealed], "resumes a draft")[0])
    return rows[0], answers


def _rows(drafts: Iterable[Draft]) -> tuple[DraftRow, ...]:
    found = list(drafts)
    codes = codes_of({d.subject_id for d in found if d.subject_id})
    return tuple(
        DraftRow(
            DraftId(d.id),
            d.form,
            SubjectId(d.subject_id) if d.subject_id else None,
            codes[d.subject_id] if d.subject_id else "",
            d.saved_at,
            d.expires_at,
            Sealed(d.person_id, "draft", d.id, "body", bytes(d.body)),
        )
        for d in found
        if d.subject_id is None or d.subject_id in codes
    )
