"""Before and while a case is opened: search first, then six answers, or a row for each child met together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import (
    ActForm,
    DateField,
    PlainParagraphs,
    PlainText,
    WholeNumber,
    lines,
    unremembered,
)
from amparo.rooms.cases import words
from amparo.rooms.cases.opening import Adult, Opening
from amparo.rooms.vault.searching import FindForm

from .parts import MOST_YEARS, LanguageFields, MoreLanguages, NightFields, TakerField, radio, taker_of


class SearchForm(FindForm):
    """Searched first, so that a child does not get two files."""

    QUESTIONS = (*FindForm.QUESTIONS, "knows_none")
    NOTHING_SAID = _("Answer one of these questions, or tick that you know none of them.")

    knows_none = forms.BooleanField(label=_("I know none of these"), required=False)


class OpenForm(ActForm, LanguageFields, MoreLanguages, NightFields):
    """Six answers are needed: called, age, gender, language, danger, tonight. All else may come later."""

    called = unremembered(
        PlainText(
            label=_("What is the child called?"),
            help_text=_("Or what you can see: clothes, a mark, a number on a band."),
        )
    )
    is_description = forms.BooleanField(label=_("This is a description, not a name"), required=False)
    age_low = WholeNumber(
        label=_("About how old is the child?"), min_value=0, max_value=MOST_YEARS, required=False
    )
    age_high = WholeNumber(
        label=_("Up to what age could it be?"), min_value=0, max_value=MOST_YEARS, required=False,
        help_text=_("Leave this empty if you are fairly sure."),
    )  # fmt: skip
    age_unknown = forms.BooleanField(label=_("The age is not known"), required=False)
    gender = radio(_("Is the child a girl or a boy?"), words.GENDERS.items())
    risk = radio(_("How great is the danger now?"), words.RISK_HELP.items())
    reasons = PlainParagraphs(label=_("Why do you think so?"), max_length=2000, min_length=10, rows=3)
    taker = TakerField(label=_("Who answers for the child?"), required=False, choices=())
    numbers = unremembered(PlainParagraphs(
        label=_("Numbers known elsewhere"), required=False, max_length=1000, rows=2,
        help_text=_("Issuer, number, date: with commas between them, one paper on each line."),
    ))  # fmt: skip
    birth_year = unremembered(PlainText(label=_("Year of birth, if known"), required=False, max_length=4))
    interim_name = unremembered(
        PlainText(label=_("Responsible adult until there is a guardian"), required=False)
    )
    interim_mandate = unremembered(
        PlainText(
            label=_("By what mandate?"),
            required=False,
            help_text=_("For example head of the house, by order of the court."),
        )
    )
    interim_until = DateField(label=_("Until when?"), required=False, allow_future=True, exact=True)

    ESSENTIAL = ("called", "is_description", "age_low", "age_high", "age_unknown", "gender", "language",
                 "other_language", "risk", "reasons", "night", "night_kind", "address", "landmark")  # fmt: skip
    LATER = ("taker", "understands", "sign_language", "needs_interpreter", "interpreter_gender", "numbers",
             "birth_year", "interim_name", "interim_mandate", "interim_until")  # fmt: skip

    def __init__(self, *args: Any, takers: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_languages()
        self.fields["taker"].offer(takers, _("I do"))  # type: ignore[attr-defined]

    def essential(self) -> list[Any]:
        return [self[name] for name in self.ESSENTIAL]

    def later(self) -> list[Any]:
        return [self[name] for name in self.LATER]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        low, high = said.get("age_low"), said.get("age_high")
        if low is None and not said.get("age_unknown") and "age_low" not in self.errors:
            self.add_error("age_low", _("Write about how old the child is, or tick that it is not known."))
        if low is not None and high is not None and high < low:
            self.add_error("age_high", _("Write an age that is not below the first one."))
        if said.get("birth_year") and not (said["birth_year"].isdecimal() and len(said["birth_year"]) == 4):
            self.add_error("birth_year", _("Write the year of birth in four numbers."))
        if said.get("interim_name") and not said.get("interim_until") and "interim_until" not in self.errors:
            self.add_error("interim_until", _("Write until when this adult answers for the child."))
        self.check_languages()
        self.check_more()
        self.check_night()
        return said

    def opening(self) -> Opening:
        a = self.cleaned_data
        low = None if a["age_unknown"] else a["age_low"]
        adult = (
            Adult(a["interim_name"], a["interim_mandate"], a["interim_until"].value)
            if a["interim_name"]
            else None
        )
        return Opening(
            a["called"], a["is_description"], low, None if low is None else (a["age_high"] or low), a["gender"],
            self.language_tag(), a["risk"], a["reasons"], self.tonight(), taker_of(a["taker"]), lines(a["numbers"]),
            a["birth_year"], adult, self.languages(),
        )  # fmt: skip


class GroupForm(ActForm, LanguageFields, NightFields):
    """What children met together share, once; and a quick row for each: what it is called, how old, girl or boy."""

    risk = radio(_("How great is the danger now?"), words.RISK_HELP.items())
    reasons = PlainParagraphs(label=_("Why do you think so?"), max_length=2000, min_length=10, rows=3)
    FEW, MOST = 3, 60

    @classmethod
    def rows_asked(cls, text: str) -> int:
        return (
            min(max(int(text), 2), cls.MOST)
            if text.isascii() and text.isdecimal() and len(text) < 4
            else cls.FEW
        )

    def __init__(self, *args: Any, facts: list[dict[str, Any]], rows: int, **kwargs: Any) -> None:
        first = facts[0] if facts else {}
        kwargs["initial"] = {k: v for k, v in first.items() if k in ("language", "other_language", "risk")}
        self.row_count = len(facts) or rows
        self.declare_rows(facts)
        super().__init__(*args, **kwargs)
        self.fields.update(self.row_fields)
        self.offer_languages()

    def declare_rows(self, facts: list[dict[str, Any]]) -> None:
        self.row_fields: dict[str, forms.Field] = {}
        for n in range(self.row_count):
            known, number = (facts[n] if n < len(facts) else {}), {"number": n + 1}
            self.row_fields[f"called_{n}"] = unremembered(PlainText(
                label=_("Child %(number)d: name, description or number on a band") % number, required=False,
                initial="",
            ))  # fmt: skip
            self.row_fields[f"age_{n}"] = WholeNumber(
                label=_("Child %(number)d: about how old?") % number, min_value=0, max_value=MOST_YEARS, required=False,
                initial=known.get("age_low"),
            )  # fmt: skip
            self.row_fields[f"gender_{n}"] = forms.ChoiceField(
                label=_("Child %(number)d: girl or boy?") % number, choices=list(words.GENDERS.items()),
                initial=known.get("gender", "not_known"), required=False,
            )  # fmt: skip

    def shared(self) -> list[Any]:
        names = (
            "language",
            "other_language",
            "risk",
            "reasons",
            "night",
            "night_kind",
            "address",
            "landmark",
        )
        return [self[name] for name in names]

    def quick_rows(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in ("called", "age", "gender")] for n in range(self.row_count)]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(f"called_{n}") for n in range(self.row_count)):
            self.add_error("called_0", _("Write at least one child down."))
        self.check_languages()
        self.check_night()
        return said

    def openings(self) -> list[tuple[int, Opening]]:
        """(number of the row, what it opens). Empty rows open nothing; a row is a description until a name is known."""
        a, found = self.cleaned_data, []
        for n in range(self.row_count):
            if called := a.get(f"called_{n}"):
                age, gender = a.get(f"age_{n}"), a.get(f"gender_{n}") or "not_known"
                found.append(
                    (
                        n,
                        Opening(
                            called,
                            True,
                            age,
                            age,
                            gender,
                            self.language_tag(),
                            a["risk"],
                            a["reasons"],
                            self.tonight(),
                        ),
                    )
                )
        return found
