"""What can be done with a concern."""

from __future__ import annotations

from .duty import DecisionOrder, acknowledge, concerns_follow, decide, link_to_case, second_read
from .first_help import check_before_talking, health_today, help_given
from .paging import page_due, page_for
from .papers import print_form
from .receiving import note_added, note_received, receive_concern, receive_group, tidy_door
from .replies import reply_fixed, send_reply, write_reply
from .rota import answer_swap, ask_swap, end_shift, set_duty_phone, watch_rota
from .sending import count_call, receive_signed, send_group, send_intake
from .words import Told, show_reason, show_reporter, show_words

__all__ = [
    "DecisionOrder",
    "Told",
    "acknowledge",
    "answer_swap",
    "ask_swap",
    "check_before_talking",
    "concerns_follow",
    "count_call",
    "decide",
    "end_shift",
    "health_today",
    "help_given",
    "link_to_case",
    "note_added",
    "note_received",
    "page_due",
    "page_for",
    "print_form",
    "receive_concern",
    "receive_group",
    "receive_signed",
    "reply_fixed",
    "second_read",
    "send_group",
    "send_intake",
    "send_reply",
    "set_duty_phone",
    "show_reason",
    "show_reporter",
    "show_words",
    "tidy_door",
    "watch_rota",
    "write_reply",
]
