"""What a form's page asks of the desk: the draft to go on with. Rooms above take it from here."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from amparo.foundation.errors import KeeperAway, Quota
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest

from . import queries


def begun(request: StaffRequest, form: str, subject_id: SubjectId | None = None) -> dict[str, Any]:
    """`draft_url`, `answers` and, if there is one, `draft`. A keeper that is away never stops the writing."""
    url = reverse("desk:save_draft", args=[form, subject_id] if subject_id else [form])
    if request.method != "GET":  # what was just sent is newer than any draft
        return {"draft_url": url, "answers": {}}
    try:
        found = queries.draft_opened(request.actor, form, subject_id)
    except (KeeperAway, Quota):
        return {"draft_url": url, "answers": {}, "draft_is_away": True}
    row, answers = found if found else (None, {})
    return {"draft_url": url, "answers": answers, "draft": row}
