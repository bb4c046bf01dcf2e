"""Questions of the vault. Nothing here saves, and nothing typed here ever stands in an address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.form_dates import EnteredDate
from amparo.foundation.forms import (
    DateField,
    EditForm,
    PlainForm,
    PlainParagraphs,
    PlainText,
    VersionField,
    lines,
    unremembered,
)

from .records import Contacts, Identity, Whereabouts


class RecordForm(EditForm):
    def version_name(self) -> str:
        """Which of the form's versions the act is based on."""
        return "version"


class IdentityForm(RecordForm):
    used_name = unremembered(PlainText(label=_("Name the child uses"), required=False))
    given_names = unremembered(
        PlainText(
            label=_("Given names"),
            required=False,
            help_text=_("As the child says or writes them, in any script."),
        )
    )
    family_name = unremembered(PlainText(label=_("Family name"), required=False))
    other_names = unremembered(PlainText(label=_("Other spellings and names"), required=False))
    born = DateField(
        label=_("Date of birth"), required=False, help_text=_("Only what is known: a year is enough.")
    )
    documents = unremembered(PlainParagraphs(
        label=_("Numbers known elsewhere"), required=False, max_length=1000, rows=3,
        help_text=_("Issuer, number, date: with commas between them, one paper on each line."),
    ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(
            cleaned.get(n) for n in ("used_name", "given_names", "family_name", "other_names", "documents")
        ):
            self.add_error("used_name", _("Write a name or a number. If you know none, leave this page."))
        return cleaned

    def identity(self) -> Identity:
        a, born = self.cleaned_data, self.cleaned_data.get("born")
        return Identity(
            a["given_names"], a["family_name"], a["other_names"], a["used_name"], as_entered(born),
            bool(born and born.precision == "about"), "gregorian", lines(a["documents"]),
        )  # fmt: skip


def as_entered(born: EnteredDate | None) -> str:
    """ "2011", "2011-05" or "2011-05-31": never more than was said."""
    if born is None:
        return ""
    return born.value.isoformat()[: {"day": 10, "month": 7}.get(born.precision, 4)]


class ContactForm(RecordForm):
    phones = unremembered(
        PlainParagraphs(
            label=_("Phone numbers"), required=False, max_length=400, rows=3, help_text=_("One on each line.")
        )
    )
    other = unremembered(PlainText(label=_("Another way to reach the child"), required=False))
    safe_time = unremembered(PlainText(label=_("When is it safe to call?"), required=False))

    def contacts(self) -> Contacts:
        a = self.cleaned_data
        return Contacts(lines(a["phones"]), a["other"], a["safe_time"])


class PlaceForm(RecordForm):
    kind = forms.ChoiceField(
        label=_("What do you record?"), widget=forms.RadioSelect, initial="fact",
        choices=[("fact", _("Where the child is now")), ("plan", _("Where the child is meant to go"))],
    )  # fmt: skip
    area = unremembered(PlainText(label=_("P-code of the area"), required=False, max_length=20))
    address = unremembered(PlainText(label=_("Address"), required=False))
    landmark = unremembered(
        PlainText(label=_("Landmark"), required=False, help_text=_("Where there are no addresses."))
    )
    since = unremembered(PlainText(label=_("Since when, or from when"), required=False, max_length=60))
    until = unremembered(PlainText(label=_("Until when, if known"), required=False, max_length=60))
    plan_version = VersionField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(n) for n in ("area", "address", "landmark")):
            self.add_error("address", _("Write an area, an address or a landmark."))
        return cleaned

    def place(self) -> Whereabouts:
        a = self.cleaned_data
        return Whereabouts(a["area"].upper(), a["address"], a["landmark"], a["since"], a["kind"], a["until"])

    def version_name(self) -> str:
        return "plan_version" if self.cleaned_data.get("kind") == "plan" else "version"


class ReasonForm(PlainForm):
    because = PlainParagraphs(
        label=_("Why do you need to see it now?"), max_length=500, min_length=10, rows=2,
        help_text=_("Whoever works for this child can read your reason."),
    )  # fmt: skip
