"""What stands on the duty desk's screens for the codes in its tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from amparo.foundation.clock import now

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
    "no_such_file": _(
        "No file with this code can be opened by you. Check the code, or ask whoever keeps the file."
    ),
    "swap_asked": _("Somebody was already asked to take over this shift."),
}

CHECK_WORDS: dict[str, Any] = {
    "safe_now": _("Are they safe right now?"),
    "body_cared_for": _("Fed, warm, rested and not hurt?"),
    "can_speak_alone": _("Can you speak alone?"),
    "language_known": _("Do you know which language or sign language?"),
    "interpreter_safe": _("Is the interpreter safe, and not one of the people they fear?"),
    "nobody_listens": _("Is nobody waiting outside or listening?"),
}
WHEN_WORDS: dict[str, Any] = {
    "today": _("Today or last night"),
    "yesterday": _("Yesterday"),
    "two_days": _("Two or three days ago"),
    "four_days": _("Four days ago"),
}
FACT_WORDS: dict[str, Any] = {
    "danger_now": _("In danger now"),
    "with_child": _("Somebody is with the child"),
    "health_today": _("May need a doctor today"),
    "moved_soon": _("May be taken away soon"),
    "in_custody": _("Held in custody"),
    "age": _("About how old"),
    "gender": _("Gender"),
    "language": _("Language"),
}
STEP_WORDS: dict[str, Any] = {
    "first": _("first on duty"),
    "second": _("second on duty"),
    "last": _("last on duty"),
    "unit": _("duty officers of the team"),
    "supervisors": _("supervisors"),
    "national": _("national desk"),
    "administrators": _("administrators"),
}
OUTAGE_WORDS: dict[str, Any] = {
    "worker": _(
        "Calling has not run for %(minutes)s minutes. Nobody is called by itself: phone whoever is on duty."
    ),
    "never": _("Calling has never run here. Nobody is called by itself: phone whoever is on duty."),
    "paging": _("Calls have not gone out for %(minutes)s minutes. Phone whoever is on duty."),
    "keeper": _(
        "Words cannot be opened just now. Nothing is lost; what is new still comes in. Try again in a few minutes."
    ),
}
PREFILLED: dict[str, Any] = {
    "words": _("duty desk: first look at this concern"),
    "reporter": _("duty desk: to call back about this concern"),
    "reason": _("second reader of this decision"),
    "file": _("I work for this child"),
}


def outage_words(what: str, since: dt.datetime | None) -> str:
    """Calling has not run for 12 minutes: phone whoever is on duty."""
    if what == "worker" and since is None:
        return str(OUTAGE_WORDS["never"])
    minutes = int((now() - since).total_seconds() // 60) if since else 0
    return str(OUTAGE_WORDS[what]) % {"minutes": minutes} if since else str(OUTAGE_WORDS[what])
