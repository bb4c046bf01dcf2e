"""Parts that several questions of this room share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import (
    PlainText,
    unremembered,
)
from amparo.foundation.ids import ActorId
from amparo.foundation.texts import language_name
from amparo.rooms.cases import words
from amparo.rooms.cases.opening import Languages, Night, Taker
from amparo.rooms.cases.places import TITLES, is_fit

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MOST_YEARS = 25


def radio(label: Any, choices: Iterable[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect, **more)


class LanguageFields(forms.Form):
    """A language from the list, or any other by its BCP 47 tag."""

    language = forms.ChoiceField(label=_("Which language does the child speak?"), choices=())
    other_language = PlainText(
        label=_("Another language, by its tag"),
        required=False,
        max_length=35,
        help_text=_("For example quz or zh-yue."),
    )

    def offer_languages(self) -> None:
        names = sorted(((t, language_name(t)) for t in words.COMMON_LANGUAGES), key=lambda x: x[1].casefold())
        field: Any = self.fields["language"]
        field.choices = [
            ("", _("Choose a language")), *names, ("sgn", _("Sign language")), ("other", _("Another")),
            ("und", _("Not known")),
        ]  # fmt: skip

    def check_tag(self, name: str) -> None:
        tag = self.cleaned_data.get(name, "")
        if tag and not TAG.fullmatch(tag):
            self.add_error(name, _("Write a language tag of letters and numbers, for example quz or zh-yue."))

    def check_languages(self) -> None:
        if self.cleaned_data.get("language") == "other" and not self.cleaned_data.get("other_language"):
            self.add_error("other_language", _("Write the tag of the language, or choose “Not known”."))
        self.check_tag("other_language")

    def language_tag(self) -> str:
        a = self.cleaned_data
        return str(a["other_language"] if a["language"] == "other" else a["language"])


class MoreLanguages(forms.Form):
    understands = PlainText(
        label=_("Other languages the child understands"), required=False, max_length=120,
        help_text=_("Tags with spaces between them, for example fr ln."),
    )  # fmt: skip
    sign_language = PlainText(
        label=_("Sign language"),
        required=False,
        max_length=35,
        help_text=_("For example ase, or home for signs of the home."),
    )
    needs_interpreter = radio(
        _("Is an interpreter needed?"),
        [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked yet"))],
        required=False,
    )
    interpreter_gender = radio(_("Who should interpret?"), words.INTERPRETER_GENDERS.items(), required=False)

    def check_more(self) -> None:
        for tag in self.cleaned_data.get("understands", "").split():
            if not TAG.fullmatch(tag):
                self.add_error(
                    "understands", _("Write tags of letters and numbers, with spaces between them.")
                )
                return

    def languages(self) -> Languages:
        a = self.cleaned_data
        need = {"yes": True, "no": False}.get(a["needs_interpreter"])
        return Languages(tuple(a["understands"].split()), a["sign_language"], need, a["interpreter_gender"])


class NightFields(forms.Form):
    night = radio(
        _("Where does the child sleep tonight?"),
        [("fact", _("The child is there: a fact")), ("plan", _("The child is meant to go there: a plan"))],
    )
    night_kind = forms.ChoiceField(
        label=_("What kind of place is it?"), choices=[("", _("Choose a kind of place")), *TITLES.items()]
    )
    address = unremembered(
        PlainText(
            label=_("Address, if known"), required=False, help_text=_("Sealed at once, apart from the name.")
        )
    )
    landmark = unremembered(PlainText(label=_("Landmark, where there are no addresses"), required=False))

    def check_night(self) -> None:
        said = self.cleaned_data
        if said.get("night") == "plan" and said.get("night_kind") and not is_fit(said["night_kind"]):
            self.add_error("night_kind", words.REFUSALS["unfit_plan"])

    def tonight(self) -> Night:
        a = self.cleaned_data
        return Night(a["night"] == "plan", a["night_kind"], "", a["address"], a["landmark"])


class TakerField(forms.ChoiceField):
    def offer(self, rows: Iterable[Any], empty: Any) -> None:
        self.choices = [("", empty), *((row.id, row.label) for row in rows)]


def taker_of(answer: str) -> Taker | None:
    if not answer:
        return None
    unit, _slash, person = answer.partition("/")
    return Taker(UUID(unit), ActorId(UUID(person)) if person else None)


def language_answers(tag: str) -> dict[str, str]:
    """A stored tag as the two boxes that ask for it."""
    if not tag:
        return {}
    is_listed = tag in words.COMMON_LANGUAGES or tag in ("sgn", "und")
    return (
        {"language": tag, "other_language": ""} if is_listed else {"language": "other", "other_language": tag}
    )
