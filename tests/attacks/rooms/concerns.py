"""One row in every table of concerns."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

#: Only `intake.*` reads these; `tests/attacks/test_public_intake.py` asks them as the public page's login.
CLOSED = {"concerns_receipt", "concerns_work", "concerns_gate"}


def rows(
    child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID
) -> dict[str, dict[str, Any]]:
    concern, now = uuid.uuid4(), "now"

    def row(section: str, **more: Any) -> dict[str, Any]:
        return {"id": uuid.uuid4(), "subject_id": child, "unit_id": unit, "section": section, **more}

    clear = dict.fromkeys(("danger_now", "with_child", "health_today", "moved_soon", "in_custody"), "unknown")
    return {
        "concerns_concern": row("concern") | {
            "id": concern, "channel": "public", "received_at": now, "entered_at": now, **clear, "gender": "unknown",
            "language": "", "about_self": False, "needs": [], "call_type": "", "children": 1, "urgency": "today",
            "urgency_rules": [], "state": "waiting", "outcome": "", "answer": "received", "version": 1,
        },
        "concerns_account": row("account", concern_id=concern, kind="first", text=b"\x01x", written_at=now),
        "concerns_reporter": row("reporter", concern_id=concern, text=b"\x01x", written_at=now),
        "concerns_decision": row("concern", concern_id=concern, outcome="other_service", reason=b"\x01x",
                                 decided_by_id=actor, decided_at=now),
        "concerns_reply": row("account", concern_id=concern, text=b"\x01x", to_receipt=b"\x01x", written_by_id=actor,
                              written_at=now),
        "concerns_event": {"id": uuid.uuid4(), "made_by_id": actor, "made_at": now, "channel": "group", "children": 2},
        "concerns_sentconcern": {"id": uuid.uuid4(), "person_id": actor, "concern": concern, "number": "K74Q2M11",
                                 "sent_at": now, "state": "received", "answer": "received"},
        "concerns_receipt": {"search_id": secrets.token_bytes(32), "public_key": bytes(32), "concern": concern,
                             "made_at": now},
        "concerns_work": {"id": uuid.uuid4(), "expires_at": now},
        "concerns_gate": {"id": uuid.uuid4(), "lane": secrets.token_hex(5), "span": now, "passed": 0},
    }  # fmt: skip
