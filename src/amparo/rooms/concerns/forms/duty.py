"""Forms of the duty desk and of the rota."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import ActForm, CodeField, EditForm, PlainForm, PlainParagraphs, PlainText
from amparo.rooms.concerns.actions.first_help import CHECKS
from amparo.rooms.concerns.actions.replies import MOST_SIGNS
from amparo.rooms.concerns.duty_rules import WHEN
from amparo.rooms.concerns.kinds import Channel, FixedReply, Outcome, Urgency
from amparo.rooms.concerns.words_duty import CHECK_WORDS, WHEN_WORDS
from amparo.rooms.desk.policy import MIN_REASON

YES_NO = [("yes", _("Yes")), ("no", _("No")), ("unknown", _("I don't know"))]
ANY = ("", _("All"))


class QueueForm(PlainForm):
    """By GET: the filter stands in the address and survives a reload."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("All that is open")), ("waiting", _("Waiting")), ("acknowledged", _("Somebody is on it")),
                 ("second", _("Waits for a second reader")), ("decided", _("Decided")), ("closed", _("Closed"))],
    )  # fmt: skip
    urgency = forms.ChoiceField(label=_("How urgent"), required=False, choices=[ANY, *Urgency.choices])
    channel = forms.ChoiceField(label=_("How it came"), required=False, choices=[ANY, *Channel.choices])
    mine = forms.BooleanField(label=_("Only what I took up"), required=False)


class BecauseForm(PlainForm):
    because = PlainParagraphs(
        label=_("Why you open it"), min_length=MIN_REASON, max_length=500, rows=2,
        help_text=_("Your reason stands in the log beside your name. Do not write names in it."),
        error_messages={"min_length": _("Write your reason in a few words.")},
    )  # fmt: skip


class DecisionForm(EditForm):
    outcome = forms.ChoiceField(
        label=_("What follows?"), widget=forms.RadioSelect,
        choices=[(o.value, o.label) for o in Outcome if o != Outcome.NEW_CASE],
    )  # fmt: skip
    code = CodeField(
        label=_("Code of the child's file"), required=False,
        help_text=_("Only if it belongs to a child you already work for."),
    )  # fmt: skip
    reason = PlainParagraphs(
        label=_("Why, and who takes over"), min_length=MIN_REASON, max_length=2000, rows=4,
        help_text=_("For another service: who takes over, by when, what you told them. It is sealed."),
        error_messages={"min_length": _("Write your reason in a few words.")},
    )  # fmt: skip
    reason.widget.attrs.update({"dir": "auto", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if (
            answers.get("outcome") == Outcome.EXISTING_CASE
            and not answers.get("code")
            and "code" not in self.errors
        ):
            self.add_error("code", _("Write the code of the child's file, for example K7\u20114Q2M."))
        return answers


class SecondForm(ActForm):
    agrees = forms.ChoiceField(
        label=_("Do you agree?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes: close it")), ("no", _("No: it stays open"))],
    )  # fmt: skip


class FixedReplyForm(PlainForm):
    answer = forms.ChoiceField(
        label=_("What the reporter reads"), choices=FixedReply.choices, widget=forms.RadioSelect
    )


class FreeReplyForm(ActForm):
    text = PlainParagraphs(
        label=_("Your words"), max_length=MOST_SIGNS, rows=5,
        help_text=_(
            "Whoever reported may be the one who does harm. Never say that a child was found, a case opened or anyone"
            " visited."
        ),
    )  # fmt: skip
    text.widget.attrs.update({"dir": "auto", "autocomplete": "off"})


class TalkForm(ActForm):
    """The six checks before any conversation. "Not now" is a full answer."""

    now = forms.ChoiceField(
        label=_("Talk now?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, now")), ("no", _("Not now: look again later"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHECKS:
            self.fields[name] = forms.ChoiceField(
                label=CHECK_WORDS[name], choices=YES_NO, widget=forms.RadioSelect, initial="unknown"
            )
        self.order_fields(["key", *CHECKS, "now"])

    def checks(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in CHECKS}


class HealthForm(ActForm):
    when = forms.ChoiceField(
        label=_("About when did it happen?"), widget=forms.RadioSelect, initial="unknown",
        choices=[*((w, WHEN_WORDS[w]) for w in WHEN), ("unknown", _("I don't know"))],
        help_text=_("Only the time matters for the doctor. Ask nothing else."),
    )  # fmt: skip
    self_harm = forms.BooleanField(label=_("They may harm themselves"), required=False)


class PhoneForm(PlainForm):
    number = PlainText(
        label=_("Telephone number"),
        max_length=32,
        help_text=_("With the country code, for example +20 2 5550 1234."),
    )
    how = forms.ChoiceField(
        label=_("How are you called?"), widget=forms.RadioSelect, initial="sms",
        choices=[("sms", _("A short message")), ("call", _("A call"))],
    )  # fmt: skip
    number.widget.attrs.update({"inputmode": "tel", "dir": "ltr", "autocomplete": "tel"})


class SwapForm(PlainForm):
    person = forms.ChoiceField(label=_("Who could take it over?"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
