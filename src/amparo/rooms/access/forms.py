"""Questions of this room. They parse; actions save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.clock import now
from amparo.foundation.forms import ActForm, CodeField, PlainForm, PlainParagraphs, PlainText
from amparo.foundation.registries import sections

from .models import AgencyKind
from .policy import ALL_SECTIONS, ROLES, Role
from .words import CAUSES, GIVEN_BY, MODES

SECTIONS = [(s, sections[s].label) for s in ALL_SECTIONS if s != "register"]
DURATIONS = [("1", _("1 day")), ("7", _("1 week")), ("30", _("30 days")), ("90", _("90 days"))]
LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ru", "Русский"),
    ("zh-hans", "中文"),
]


class Chosen(forms.ChoiceField):
    """A choice among rows that the view gives: other people, units, agencies."""

    def offer(self, rows: Iterable[Any], empty: Any = "") -> None:
        self.choices = [*([("", empty)] if empty else []), *((str(r.id), r.label) for r in rows)]


class Until:
    """How long something lasts, as an end."""

    @staticmethod
    def end(days: str) -> dt.datetime:
        return now() + dt.timedelta(days=int(days))


class FilterForm(PlainForm):
    code = PlainText(label=_("Code"), required=False, max_length=20)


class OpenFileForm(ActForm):
    kind = forms.ChoiceField(
        label=_("Who is the file for?"),
        choices=[
            ("child", _("A child, or somebody who may be a child")),
            ("adult", _("An adult beside a child")),
        ],
        initial="child",
        widget=forms.RadioSelect,
    )


class GiveAccessForm(ActForm):
    to = Chosen(label=_("Who needs access?"))
    sections = forms.MultipleChoiceField(
        label=_("Which parts of the file?"), choices=SECTIONS, widget=forms.CheckboxSelectMultiple
    )
    mode = forms.ChoiceField(
        label=_("To do what?"), choices=list(MODES.items()), widget=forms.RadioSelect, initial="read"
    )
    cause = forms.ChoiceField(
        label=_("What is it based on?"),
        widget=forms.RadioSelect,
        choices=[(c, CAUSES[c]) for c in ("referral", "cover", "law")],
    )
    purpose = PlainText(label=_("What is it for?"), max_length=200, min_length=5)
    days = forms.ChoiceField(
        label=_("For how long?"), choices=DURATIONS, widget=forms.RadioSelect, initial="30"
    )


class ConsentForm(ActForm):
    given_by = forms.ChoiceField(
        label=_("What do you record?"), choices=list(GIVEN_BY.items()), widget=forms.RadioSelect
    )
    state = forms.ChoiceField(
        label=_("What was the answer?"),
        choices=[("given", _("Yes")), ("refused", _("No"))],
        widget=forms.RadioSelect,
    )
    to = Chosen(label=_("Who would receive it?"))
    sections = forms.MultipleChoiceField(
        label=_("Which parts of the file?"), choices=SECTIONS, widget=forms.CheckboxSelectMultiple
    )
    purpose = PlainText(label=_("What is it for?"), max_length=200, min_length=5)
    basis = PlainText(
        label=_("How was it given, or which law?"),
        required=False,
        max_length=200,
        help_text=_("Spoken, signed, by thumb print; who interpreted; who saw it."),
    )
    days = forms.ChoiceField(
        label=_("For how long?"), choices=DURATIONS, widget=forms.RadioSelect, initial="30"
    )


class BlockForm(ActForm):
    agency = Chosen(label=_("Which agency?"))


class HandOverForm(ActForm):
    to = Chosen(label=_("Who takes over?"))
    unit = Chosen(label=_("In which unit?"))


class ConfirmForm(ActForm):
    """A page that asks once more before something happens."""


class HoldForm(PlainForm):
    held = forms.ChoiceField(label=_("Shall the file be kept?"), choices=[("yes", ""), ("no", "")])


class EmergencyForm(PlainForm):
    code = CodeField(label=_("Code of the file"))
    reason = PlainParagraphs(
        label=_("Why must you open it now?"),
        max_length=500,
        min_length=20,
        rows=3,
        help_text=_("The child's worker and a data-protection officer read this at once."),
    )


class ReviewForm(PlainForm):
    was_right = forms.ChoiceField(
        label=_("Was it right to open this file?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("Yes, it was needed")),
            ("no", _("No: their data-protection officer must look into it")),
        ],
    )


class PersonForm(ActForm):
    display_name = PlainText(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address for work"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="en")


class RoleForm(ActForm):
    unit = Chosen(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, ROLES[r].label) for r in Role])


class AgencyForm(ActForm):
    name = PlainText(label=_("Name in English"), max_length=120)
    name_ar = PlainText(label=_("Name in Arabic"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=AgencyKind.choices)
    time_zone = PlainText(
        label=_("Time zone"), max_length=64, initial="UTC", help_text=_("For example Africa/Nairobi.")
    )
    calendar = PlainText(label=_("Working calendar"), max_length=8, initial="QM")

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise forms.ValidationError(_("Write a time zone such as Africa/Nairobi or UTC."))
        return zone

    def names(self) -> dict[str, str]:
        both = {"en": self.cleaned_data["name"], "ar": self.cleaned_data["name_ar"]}
        return {k: v for k, v in both.items() if v}


class UnitForm(ActForm):
    agency = Chosen(label=_("Agency"))
    name = PlainText(label=_("Name in English"), max_length=120)


class ClientForm(ActForm):
    name = PlainText(label=_("Name of the partner's system"), max_length=120)
    unit = Chosen(label=_("Unit it works for"))
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, ROLES[r].label) for r in Role])
    days = forms.ChoiceField(
        label=_("For how long?"), choices=DURATIONS, widget=forms.RadioSelect, initial="90"
    )


class AreasForm(PlainForm):
    file = forms.FileField(label=_("CSV file with p-codes"), max_length=200)


class CatchmentForm(ActForm):
    unit = Chosen(label=_("Unit"))
    areas = PlainParagraphs(
        label=_("P-codes of its areas"),
        max_length=4000,
        rows=3,
        required=False,
        help_text=_("With spaces between."),
    )


class ShiftForm(ActForm):
    to = Chosen(label=_("Who is on duty?"))
    unit = Chosen(label=_("For which unit?"))
    order = forms.ChoiceField(
        label=_("Called"),
        widget=forms.RadioSelect,
        initial="1",
        choices=[("1", _("first")), ("2", _("second")), ("3", _("last"))],
    )
    starts = forms.DateTimeField(label=_("From"), help_text=_("For example 2026-05-31 18:00, in your time."))
    hours = forms.ChoiceField(
        label=_("For how long?"),
        choices=[("8", _("8 hours")), ("12", _("12 hours")), ("24", _("24 hours"))],
        initial="12",
    )


class ProtocolForm(ActForm):
    name = PlainText(label=_("Name"), max_length=120)
    parties = forms.MultipleChoiceField(label=_("Agencies"), widget=forms.CheckboxSelectMultiple)
    sections = forms.MultipleChoiceField(
        label=_("Which parts of the file?"), choices=SECTIONS, widget=forms.CheckboxSelectMultiple
    )
    purposes = PlainText(label=_("What is it for?"), max_length=200)
    from_on = forms.DateField(label=_("From"), help_text=_("For example 2026-05-31."))
    until_on = forms.DateField(label=_("Until"), help_text=_("For example 2027-05-31."))

    def clean_parties(self) -> list[str]:
        chosen = list(self.cleaned_data["parties"])
        if len(chosen) < 2:
            raise forms.ValidationError(_("Choose at least two agencies."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("from_on"), cleaned.get("until_on")
        if begins and ends and ends <= begins:
            self.add_error("until_on", _("The end must lie after the beginning."))
        return cleaned
