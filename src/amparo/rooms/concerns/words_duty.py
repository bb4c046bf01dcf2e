"""What stands on the duty desk's screens for the codes in its tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

TASKS: dict[str, Any] = {
    "HEALTH_TODAY": _("See a doctor today: no details are needed to go"),
    "SAFETY_CALL": _("Call now and stay on the line: safety first"),
    "HAND_OVER_WARMLY": _("Call whoever takes over, and stay with it until they have"),
    "TALK_LATER": _("Talk at a better time: it was not right now"),
}

# No name, no place and not the word child: a notice may be read over a shoulder.
NOTICES: dict[str, Any] = {
    "CONCERN_WAITS": _("Item waiting. Sign in."),
    "CONCERN_SECOND_READER": _("A decision waits for a second reader."),
    "CONCERN_READ_AGAIN": _("A second reader does not agree yet. Look at it again."),
    "REPLY_SECOND_READER": _("An answer waits for a second reader."),
    "ROTA_HOLE": _("A slot of the rota in the coming days is empty. Fill it."),
    "SWAP_ASKED": _("Somebody asks you to take over a shift. Answer on the rota."),
    "SWAP_AGREED": _("Your shift was taken over."),
    "SWAP_DECLINED": _("Your shift was not taken over. It is still yours."),
    "SHIFT_ENDED": _("A shift of yours was taken off the rota."),
}

REFUSALS: dict[str, Any] = {
    "second_person": _("A second person must read this. You cannot read your own."),
    "waits_for_second": _("A decision waits for its second reader. Nothing else is decided before that."),
    "no_receipt": _("This concern came without a receipt, so free words cannot reach anybody."),
    "reply_length": _("Write an answer of at most 1,000 signs."),
    "phone_number": _("Write a telephone number with 5 to 15 digits, for example +20 2 5550 1234."),
    "swap_asked": _("Somebody was already asked to take over this shift."),
}
