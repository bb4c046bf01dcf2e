"""What the room of screening adds to the attacks."""

from __future__ import annotations

import uuid
from typing import Any

from tests.attacks.holes import say
from tests.attacks.pages import Page

REFERENCE = {"screening_wording"}
IDS = {"screening_id": "screening_screening"}
NOT_CHILDREN = {"wording_id"}
SAVED = {"item_no_school": "seen", "reason": "the school told us more", "step": "save"} | {
    f"item_{name}": "could_not_see"
    for name in (
        "hours", "tired", "injuries", "hazards", "sleeps_there", "child_size", "many_children", "shut_in", "no_pay",
        "papers", "spoken_for",
    )
}  # fmt: skip
PAGES = (
    Page("screening:screenings", "files/<uuid:subject_id>/screening/", "screening", "read", shows="screening_screening"),
    Page("screening:screening", "screening/<uuid:screening_id>/", "screening", "read"),
    Page("screening:note", "files/<uuid:subject_id>/screening/new/labour/", "screening", "insert", "POST", SAVED, leads="/"),
)  # fmt: skip
#: The reason and what was answered come out on the page of the list, and begin the same guide again.
CANARIES = {"reason for noting again": {"screening:screenings"}}
NO_FORM = {
    "screening:approve": "a button for the second administrator; pressed in the room's own tests",
    "screening:switch_off": "a button beside a text that was entered; pressed in the room's own tests",
}
SAME_PAGE = {"screening:note": "what was noted is shown to be checked before it is kept"}
HOLES = {
    "the read policy on what was noted says true": say(
        "ALTER POLICY see ON screening_screening USING (true)"
    ),
    "the block is missing on what was noted": say("DROP POLICY blocked ON screening_screening"),
}


def rows(
    child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID
) -> dict[str, dict[str, Any]]:
    return {
        "screening_screening": {
            "id": uuid.uuid4(), "subject_id": child, "unit_id": unit, "section": "screening", "instrument": "begging",
            "instrument_version": 1, "noted_by_id": actor, "noted_at": "now", "sealed": b"\x01x",
        }
    }  # fmt: skip


def plant_canaries(world: Any, child: uuid.UUID, words: dict[str, str]) -> dict[str, Any]:
    ama = world.actor("ama", strong=True)
    reason = words["reason for noting again"]
    noted(ama, child, "")
    return {"screening_id": noted(ama, child, f"again because of {reason}")}


def noted(by: Any, child: uuid.UUID, reason: str) -> uuid.UUID:
    from amparo.rooms.screening.actions import note_signs

    return note_signs(
        by=by, subject_id=child, instrument="labour", version=1, answers={"no_pay": "seen"}, reason=reason
    )


def _planted(world: Any, child: Any) -> dict[str, Any]:
    ama = world.actor("ama", strong=True)
    return {"screening_id": noted(ama, child, ""), "instrument": "labour", "licensed": "clinical_six",
            "language": "en"}  # fmt: skip


FORMS = ((_planted, frozenset({"screening_id", "instrument", "licensed"})),)
