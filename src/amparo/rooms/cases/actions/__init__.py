"""What can be done for a child's case."""

from __future__ import annotations

from .around import add_allegation, add_person, change_allegation, change_person
from .cover import end_cover, keep_covers, plan_cover
from .guardian import appoint_guardian, cannot_appoint, name_interim_adult, request_guardian
from .hand_over import (
    accept_hand_over,
    decline_hand_over,
    hand_over,
    hand_over_caseload,
    take_case,
    withdraw_hand_over,
)
from .links import keep_apart, keep_together, link_files
from .opening import open_case, open_group, open_linked
from .sheet import change_risk, child_seen, record_languages, record_night

__all__ = [
    "accept_hand_over", "add_allegation", "add_person", "appoint_guardian", "cannot_appoint", "change_allegation",
    "change_person", "change_risk", "child_seen", "decline_hand_over", "end_cover", "hand_over", "hand_over_caseload",
    "keep_apart", "keep_covers", "keep_together", "link_files", "name_interim_adult", "open_case", "open_group",
    "open_linked", "plan_cover", "record_languages", "record_night", "request_guardian", "take_case",
    "withdraw_hand_over",
]  # fmt: skip
