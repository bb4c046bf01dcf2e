"""What stands on the duty desk's screens for the codes in its tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

TASKS: dict[str, Any] = {
    "HEALTH_TODAY": _("See a doctor today: no details are needed to go"),
    "SAFETY_CALL": _("Call now and stay on the line: safety first"),
    "TALK_LATER": _("Talk at a better time: it was not right now"),
}

# No name, no place and not the word child: a notice may be read over a shoulder.
NOTICES: dict[str, Any] = {
    "CONCERN_WAITS": _("Item waiting. Sign in."),
    "ROTA_HOLE": _("A slot of the rota in the coming days is empty. Fill it."),
    "SWAP_ASKED": _("Somebody asks you to take over a shift. Answer on the rota."),
    "SWAP_AGREED": _("Your shift was taken over."),
    "SWAP_DECLINED": _("Your shift was not taken over. It is still yours."),
    "SHIFT_ENDED": _("A shift of yours was taken off the rota."),
}
