"""Calls, telephones and the rota; and the duty desk's pages of a concern planted in `concerns.py`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tests.attacks.pages import Page

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


def _at_the_desk(world: Any, child: uuid.UUID) -> dict[str, Any]:
    """A concern at River's desk with everything about it; Ben supervises, and Dede is the team's duty officer."""
    from amparo.foundation.clock import now
    from amparo.rooms.concerns import actions
    from amparo.rooms.concerns.tests import duty_world
    from tests.desks import _person

    if "dede" not in world.ids:
        _person(world, "dede", "river", "duty_officer")
    subject = duty_world.concern(
        world, at=now(), agency="river", danger_now="yes", urgency_rules=["DANGER_NOW"]
    )
    other = duty_world.concern(world, at=now(), agency="river", urgency="today")
    duty_world.sealed_words(world, subject, "account", "An invented concern.", kind="first")
    duty_world.sealed_words(world, subject, "reporter", "An invented neighbour.")
    concern, read = duty_world.id_of(world, subject), duty_world.id_of(world, other)
    order = actions.DecisionOrder("no_further_action", "visited, and all is well there", 1)
    decision = actions.decide(by=world.actor("dede"), concern_id=read, order=order)
    actions.health_today(by=world.actor("ben"), concern_id=concern, when="today")
    begin = now() + dt.timedelta(hours=3)
    shift = duty_world.shift(world, "ben", 1, begin, begin + dt.timedelta(hours=8), "river")
    theirs = duty_world.shift(world, "dede", 2, begin, begin + dt.timedelta(hours=8), "river")
    swap = actions.ask_swap(by=world.actor("dede"), shift_id=theirs, person_id=world.ids["ben"])
    return {"concern_id": concern, "decision_id": decision, "shift_id": shift, "swap_id": swap}


FORMS = ((_at_the_desk, frozenset({"concern_id", "decision_id", "shift_id", "swap_id"})),)
NO_FORM = {
    "concerns:send_reply": "for a second reader of an answer that came with a receipt; sent in the room's own tests",
}
SAME_PAGE = {
    "concerns:words": "the words are shown once",
    "concerns:reporter": "who told is shown once",
    "concerns:decision": "the reason is shown once, above the second reader's answer",
}
