"""Intake in the attacks: whose papers and sent concerns are whose, and which forms answer on the same page."""

from __future__ import annotations

import uuid
from typing import Any

#: One's own lists: a number of a paper and an id of what was sent stand for no row about a child.
NOT_CHILDREN = {"number", "sent_id"}
CLOSED = {"concerns_callcount"}
FRESH = {"concerns_paperprint": lambda row: {"number": row["number"] + 1}}
CHECKED = "the answers stand there to be checked, or a row was added"
FORMS_OF_STAFF = ("hand_over", "hotline", "agency", "school", "clinic", "border", "custody", "group")
SAME_PAGE = {f"concerns:{form}{twin}": CHECKED for form in FORMS_OF_STAFF for twin in ("", "_from_paper")}
NO_FORM = {
    "concerns:api_concerns": "partners' systems, without a page; attacked from its description",
    "concerns:api_concern": "partners' systems, without a page; attacked from its description",
}


def rows(
    child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID
) -> dict[str, dict[str, Any]]:
    return {
        "concerns_callcount": {"id": uuid.uuid4(), "unit_id": unit, "day": "now", "call_type": uuid.uuid4().hex[:20],
                               "calls": 3},
        "concerns_paperprint": {"number": uuid.uuid4().int % 10**12, "form": "agency", "language": "en",
                                "printed_by_id": actor, "printed_at": "now"},
    }  # fmt: skip


def _sent(world: Any, child: Any) -> dict[str, Any]:
    """Ama printed a paper and sent a concern."""
    from amparo.rooms.concerns import actions
    from amparo.rooms.concerns.intake import Intake
    from amparo.rooms.concerns.kinds import Channel
    from amparo.rooms.concerns.queries.sending import sent_about
    from tests.desks import add_desks

    add_desks(world)
    ama = world.actor("ama")
    concern = actions.receive_concern(by=ama, intake=Intake(channel=Channel.AGENCY, account="Invented."))
    return {
        "number": actions.print_form(by=ama, form="agency", language="en"),
        "sent_id": sent_about(ama, concern).id,
    }


FORMS = ((_sent, {"number", "sent_id"}),)
