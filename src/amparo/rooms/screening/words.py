"""What stands on screens. Words and a next step, never a number, never a word for a child."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from amparo.foundation.texts import reading

from .definitions import Answer, Kind, Texts, in_language
from .engine import NextStep, Outcome

OUTCOMES: dict[Outcome, Any] = {
    Outcome.SIGNS_NOTED: _("Signs noted: talk to your supervisor today"),
    Outcome.NOT_ALL_SEEN: _("No signs noted today, but not everything could be seen: keep watching"),
    Outcome.NONE_NOTED: _("No signs noted today: keep watching"),
}
NEXT_STEPS: dict[NextStep, Any] = {
    NextStep.CALL_DUTY_DESK: _(
        "One of these signs cannot wait. Call the duty desk now, then tell your supervisor."
    ),
    NextStep.TALK_TO_SUPERVISOR: _("Talk to your supervisor today. Care goes on as it is."),
    NextStep.LOOK_AGAIN: _("Look again when you can. Care goes on as it is."),
    NextStep.KEEP_WATCHING: _("Keep your eyes open. Care goes on as it is."),
}
SEEN: dict[Answer, Any] = {
    Answer.SEEN: _("Seen"),
    Answer.NOT_SEEN: _("Not seen"),
    Answer.COULD_NOT_SEE: _("Could not see"),
}
SAID: dict[Answer, Any] = {
    Answer.SEEN: _("Yes"),
    Answer.NOT_SEEN: _("No"),
    Answer.COULD_NOT_SEE: _("Could not be asked"),
}
KINDS: dict[Kind, Any] = {
    Kind.OBSERVATION_GUIDE: _("Observation guide"),
    Kind.INDICATOR_SCHEME: _("Indicator scheme"),
    Kind.SHORT_SCREEN: _("Short screen for clinics"),
}
REFUSALS: dict[str, Any] = {
    "instrument_off": _("This screen is switched off. A national administrator can switch it on."),
    "old_version": _("There is a newer version of this form. Open it again and copy your answers."),
    "not_asked": _("One answer belongs to a line that was not asked. Go back and look at the answers again."),
    "unknown_answer": _("One of the answers is not among those to choose from."),
    "age_not_tested": _("This screen was not tested for that age. Use an observation guide."),
    "again_needs_reason": _("This was filled in before. Write in a few words why it is done again."),
    "texts_incomplete": _("Enter the text of every question."),
    "unknown_language": _("This screen is not kept in that language."),
}


def answers_of(kind: Kind) -> dict[Answer, Any]:
    return SAID if kind is Kind.SHORT_SCREEN else SEEN


def language() -> str:
    return reading()


def text(texts: Texts) -> str:
    """In the page's language, or in English."""
    return in_language(texts, language())


def draft_form(instrument: str) -> str:
    return f"screening_{instrument}"


#: What the log says of this room's acts: that something was noted, never what.
ACTS: dict[str, Any] = {
    "OBSERVATION_NOTED": _("Filled in a guide"),
    "BLANK_FORM_PRINTED": _("Printed a blank guide"),
    "INSTRUMENT_TEXT_ENTERED": _("Entered the text of a screen"),
    "INSTRUMENT_SWITCHED_ON": _("Switched a screen on"),
    "INSTRUMENT_SWITCHED_OFF": _("Switched a screen off"),
}
