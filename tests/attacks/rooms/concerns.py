"""One row in every table of concerns."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

#: Only `intake.*` reads these; `tests/attacks/test_public_intake.py` asks them as the public page's login.
CLOSED = {"concerns_receipt", "concerns_work", "concerns_gate"}
#: What only the answering desk is shown, each after a reason was posted; the child's own worker is not the desk.
DESK_CANARIES = {
    "account": "concerns:words", "reporter": "concerns:reporter", "decision reason": "concerns:decision",
    "reply": "concerns:words",
}  # fmt: skip


def plant_canaries(world: Any, child: uuid.UUID, words: dict[str, str]) -> dict[str, Any]:
    """A concern with a receipt, at Harbour's desk: told by Fay, answered and decided by Dina."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from amparo.rooms.concerns import actions
    from amparo.rooms.concerns.intake import Intake
    from amparo.rooms.concerns.kinds import Channel
    from tests.desks import add_desks

    add_desks(world)
    intake = Intake(Channel.AGENCY, area="QM01", account=words["account"], reporter=words["reporter"])
    concern, dina = actions.receive_concern(by=world.actor("fay"), intake=intake), world.actor("dina")
    world.admin.execute(
        "INSERT INTO concerns_receipt (search_id, public_key, concern, made_at) VALUES (%s, %s, %s, now())",
        [secrets.token_bytes(32), X25519PrivateKey.generate().public_key().public_bytes_raw(), concern],
    )
    actions.write_reply(by=dina, concern_id=concern, text=words["reply"])
    order = actions.DecisionOrder(
        "no_further_action", words["decision reason"], version=_version(world, concern)
    )
    decision = actions.decide(by=dina, concern_id=concern, order=order)
    return {"concern_id": concern, "decision_id": decision, "concern_subject": _subject(world, concern)}


def _version(world: Any, concern: uuid.UUID) -> int:
    return int(world.rows("SELECT version FROM concerns_concern WHERE id = %s", concern)[0][0])


def _subject(world: Any, concern: uuid.UUID) -> uuid.UUID:
    return world.rows("SELECT subject_id FROM concerns_concern WHERE id = %s", concern)[0][0]


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
