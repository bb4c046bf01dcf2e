"""Calls, telephones and the rota; and the duty desk's pages of a concern planted in `concerns.py`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from ..pages import Page

Row = dict[str, Any]
REASON = "the clinic asks tonight"
REFERENCE = {"concerns_shiftswap", "concerns_signoflife"}
IDS = {"concern_id": "concerns_concern", "decision_id": "concerns_decision", "reply_id": "concerns_reply"}
#: A shift and a swap are staff's, and are reference to all who sign in.
NOT_CHILDREN = {"shift_id", "swap_id"}


def _child(child: uuid.UUID, unit: uuid.UUID, section: str) -> Row:
    return {"id": uuid.uuid4(), "subject_id": child, "unit_id": unit, "section": section}


def rows(child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID) -> dict[str, Row]:
    when, paging = "now", uuid.uuid4()
    return {
        "concerns_paging": {**_child(child, unit, "concern"), "id": paging, "round": 1, "step": 0, "begun_at": when,
                            "next_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)},
        "concerns_call": {**_child(child, unit, "concern"), "paging_id": paging, "round": 1, "step": "first",
                          "person_id": actor, "at": when, "tries": 0},
        "concerns_dutyphone": {"id": uuid.uuid4(), "person_id": actor, "number": "+2025550", "how": "sms",
                               "changed_at": when},
        "concerns_demomessage": {"id": uuid.uuid4(), "person_id": actor, "at": when, "how": "sms", "text": "x"},
    }  # fmt: skip


PAGES = (
    Page("concerns:concern", "duty/concerns/<uuid:concern_id>/", "concern", "read"),
    Page("concerns:words", "duty/concerns/<uuid:concern_id>/words/", "account", "read", "POST", {"because": REASON}),
    Page("concerns:reporter", "duty/concerns/<uuid:concern_id>/reporter/", "reporter", "read", "POST",
         {"because": REASON}),
)  # fmt: skip
