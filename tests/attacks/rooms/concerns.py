"""A concern in every table of the room, the pages that show it, and words that must come out nowhere else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from ..pages import Page

Row = dict[str, Any]
REASON = "the clinic asks tonight"
REFERENCE = {"concerns_shiftswap", "concerns_signoflife"}
CLOSED = {"concerns_receipt", "concerns_work", "concerns_gate"}
IDS = {"concern_id": "concerns_concern", "decision_id": "concerns_decision", "reply_id": "concerns_reply"}
#: A shift and a swap are staff's, and are reference to all who sign in.
NOT_CHILDREN = {"shift_id", "swap_id"}


def _child(child: uuid.UUID, unit: uuid.UUID, section: str) -> Row:
    return {"id": uuid.uuid4(), "subject_id": child, "unit_id": unit, "section": section}


def rows(child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID) -> dict[str, Row]:
    when, concern, paging = "now", uuid.uuid4(), uuid.uuid4()
    unknown = dict.fromkeys(("danger_now", "with_child", "health_today", "moved_soon", "in_custody"), "unknown")
    about = {"concern_id": concern}
    return {
        "concerns_concern": {
            **_child(child, unit, "concern"), "id": concern, "channel": "school", "received_at": when,
            "entered_at": when, **unknown, "gender": "unknown", "language": "", "about_self": False, "needs": [],
            "call_type": "", "children": 1, "urgency": "days", "urgency_rules": [], "state": "waiting",
            "outcome": "", "answer": "received", "version": 1,
        },
        "concerns_account": {**_child(child, unit, "account"), **about, "kind": "first", "text": b"\x01x",
                             "written_at": when},
        "concerns_reporter": {**_child(child, unit, "reporter"), **about, "text": b"\x01x", "written_at": when},
        "concerns_decision": {**_child(child, unit, "concern"), **about, "outcome": "other_service",
                              "reason": b"\x01x", "decided_by_id": actor, "decided_at": when},
        "concerns_reply": {**_child(child, unit, "account"), **about, "text": b"\x01x", "to_receipt": b"\x01x",
                           "written_by_id": actor, "written_at": when},
        "concerns_paging": {**_child(child, unit, "concern"), "id": paging, "round": 1, "step": 0, "begun_at": when,
                            "next_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)},
        "concerns_call": {**_child(child, unit, "concern"), "paging_id": paging, "round": 1, "step": "first",
                          "person_id": actor, "at": when, "tries": 0},
        "concerns_event": {"id": uuid.uuid4(), "made_by_id": actor, "made_at": when, "channel": "group", "children": 2},
        "concerns_sentconcern": {"id": uuid.uuid4(), "person_id": actor, "concern": concern, "number": "AAAA1111",
                                 "sent_at": when, "state": "received", "answer": "received"},
        "concerns_dutyphone": {"id": uuid.uuid4(), "person_id": actor, "number": "+2025550", "how": "sms",
                               "changed_at": when},
        "concerns_work": {"id": uuid.uuid4(), "expires_at": when},
        "concerns_gate": {"id": uuid.uuid4(), "lane": "test", "span": dt.datetime(2100, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
            microseconds=uuid.uuid4().int % 10**12), "passed": 0},
        "concerns_demomessage": {"id": uuid.uuid4(), "person_id": actor, "at": when, "how": "sms", "text": "x"},
        "concerns_receipt": {"search_id": uuid.uuid4().bytes * 2, "public_key": b"\x01" * 32, "concern": concern,
                             "made_at": when},
    }  # fmt: skip


PAGES = (
    Page("concerns:concern", "duty/concerns/<uuid:concern_id>/", "concern", "read"),
    Page("concerns:words", "duty/concerns/<uuid:concern_id>/words/", "account", "read", "POST", {"because": REASON}),
    Page("concerns:reporter", "duty/concerns/<uuid:concern_id>/reporter/", "reporter", "read", "POST",
         {"because": REASON}),
)  # fmt: skip
