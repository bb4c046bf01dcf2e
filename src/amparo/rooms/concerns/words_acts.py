"""What the log says of acts about concerns: that something was done, never what was told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Any] = {
    "CONCERN_SENT": _("Sent a concern"), "CONCERN_GROUP_SENT": _("Sent concerns for a group"),
    "CONCERN_RECEIVED": _("A concern came in"), "CONCERN_WORDS_ADDED": _("Words were added to a concern"),
    "CONCERN_ACKNOWLEDGED": _("Took up a concern"), "CONCERN_DECIDED": _("Decided on a concern"),
    "CONCERN_LINKED": _("Linked a concern to a file"), "DECISION_READ": _("Read the reason of a decision"),
    "DECISION_SECONDED": _("Agreed to a decision as second reader"),
    "DECISION_NOT_SECONDED": _("Did not agree to a decision as second reader"),
    "WORDS_SHOWN": _("Read the words of a concern"), "REPORTER_SHOWN": _("Looked at who told"),
    "REPORTER_ANSWERED": _("Answered whoever told"), "REPLY_WRITTEN": _("Wrote an answer"),
    "REPLY_SENT": _("Sent an answer as second reader"), "HEALTH_TODAY": _("Asked for a doctor today"),
    "HELP_GIVEN": _("Recorded help given"), "CALL_TAKEN_UP": _("Answered a call of the duty desk"),
    "CALL_SENT": _("Called somebody on duty"), "CALL_COUNTED": _("Counted a call"),
    "FORM_PRINTED": _("Printed a form"), "PAPER_ENTERED": _("Typed in a paper"),
    "DUTY_PHONE_SET": _("Said where they are called"), "SHIFT_ENDED": _("Took a shift off the rota"),
    "SHIFT_SWAPPED": _("Took over a shift"), "SHIFT_SWAP_ASKED": _("Asked somebody to take over a shift"),
}  # fmt: skip
