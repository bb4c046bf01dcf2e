"""Questions of this room. They parse; actions save. Nothing typed here ever stands in an address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import (
    ActForm,
    CodeField,
    DateField,
    EditForm,
    PlainForm,
    PlainParagraphs,
    PlainText,
    WholeNumber,
)
from amparo.foundation.ids import ActorId
from amparo.foundation.texts import language_name
from amparo.keeper.terms import DOCUMENT_SIGNS, PHONE_TAIL, document_number, phone_digits

from . import words
from .opening import Adult, Languages, Night, Opening, Taker
from .places import TITLES, is_fit
from .sheets import Around, Said

TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MOST_YEARS = 25


def _off(field: forms.Field) -> Any:
    field.widget.attrs["autocomplete"] = "off"
    return field


def _radio(label: Any, choices: Iterable[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect, **more)


def lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in (" ".join(x.split()) for x in text.splitlines()) if line)


class SearchForm(PlainForm):
    """Searched first, so that a child does not get two files. What is too short is told, never answered with "none"."""

    code = CodeField(label=_("Code of the file"), required=False)
    phone = _off(PlainText(label=_("Phone number"), required=False, max_length=40))
    document = _off(PlainText(label=_("Number of a document"), required=False, max_length=60))
    name = _off(
        PlainText(label=_("Name"), required=False, help_text=_("With the year of birth, in any spelling."))
    )
    birth_year = _off(PlainText(label=_("Year of birth"), required=False, max_length=4))
    knows_none = forms.BooleanField(label=_("I know none of these"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(n) for n in ("code", "phone", "document", "name", "knows_none")):
            self.add_error("code", _("Answer one of these questions, or tick that you know none of them."))
        if said.get("phone") and not phone_digits(said["phone"]):
            self.add_error("phone", _("Write at least %(count)d digits.") % {"count": PHONE_TAIL})
        if said.get("document") and not document_number(said["document"]):
            self.add_error(
                "document", _("Write at least %(count)d letters or digits.") % {"count": DOCUMENT_SIGNS}
            )
        year = said.get("birth_year", "")
        if said.get("name") and not (year.isdecimal() and len(year) == 4):
            self.add_error(
                "birth_year", _("Write the year of birth in four numbers. A name alone is not searched.")
            )
        return said

    def terms(self) -> dict[str, str]:
        return {n: v for n in ("phone", "document", "name", "birth_year") if (v := self.cleaned_data.get(n))}


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
    needs_interpreter = _radio(
        _("Is an interpreter needed?"),
        [("yes", _("Yes")), ("no", _("No")), ("", _("Not asked yet"))],
        required=False,
    )
    interpreter_gender = _radio(_("Who should interpret?"), words.INTERPRETER_GENDERS.items(), required=False)

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
    night = _radio(
        _("Where does the child sleep tonight?"),
        [("fact", _("The child is there: a fact")), ("plan", _("The child is meant to go there: a plan"))],
    )
    night_kind = forms.ChoiceField(
        label=_("What kind of place is it?"), choices=[("", _("Choose a kind of place")), *TITLES.items()]
    )
    address = _off(
        PlainText(
            label=_("Address, if known"), required=False, help_text=_("Sealed at once, apart from the name.")
        )
    )
    landmark = _off(PlainText(label=_("Landmark, where there are no addresses"), required=False))

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


class OpenForm(ActForm, LanguageFields, MoreLanguages, NightFields):
    """Six answers are needed: called, age, gender, language, danger, tonight. All else may come later."""

    called = _off(
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
    gender = _radio(_("Is the child a girl or a boy?"), words.GENDERS.items())
    risk = _radio(_("How great is the danger now?"), words.RISK_HELP.items())
    reasons = PlainParagraphs(label=_("Why do you think so?"), max_length=2000, min_length=10, rows=3)
    taker = TakerField(label=_("Who answers for the child?"), required=False, choices=())
    numbers = _off(PlainParagraphs(
        label=_("Numbers known elsewhere"), required=False, max_length=1000, rows=2,
        help_text=_("Issuer, number, date: with commas between them, one paper on each line."),
    ))  # fmt: skip
    birth_year = _off(PlainText(label=_("Year of birth, if known"), required=False, max_length=4))
    interim_name = _off(PlainText(label=_("Responsible adult until there is a guardian"), required=False))
    interim_mandate = _off(
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

    risk = _radio(_("How great is the danger now?"), words.RISK_HELP.items())
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
            self.row_fields[f"called_{n}"] = _off(PlainText(
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


class NightForm(EditForm, NightFields):
    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.check_night()
        return said


class LanguagesForm(EditForm, LanguageFields, MoreLanguages):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_languages()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        self.check_languages()
        self.check_more()
        return said


class RiskForm(EditForm):
    level = _radio(_("How great is the danger now?"), words.RISK_HELP.items())
    reasons = PlainParagraphs(label=_("Why do you think so?"), max_length=2000, min_length=10, rows=3)


class SeenForm(ActForm):
    at = DateField(label=_("On which day was the child seen?"), exact=True)
    hour = PlainText(
        label=_("At what time, if you know?"), required=False, max_length=5, help_text=_("For example 21:40.")
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)

    def clean_hour(self) -> dt.time:
        text = self.cleaned_data["hour"]
        try:
            return dt.time.fromisoformat(text.rjust(5, "0")) if text else dt.time(0, 0)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write the time as hours and minutes, for example 21:40.")
            ) from error

    def moment(self) -> dt.datetime:
        """A day without a time counts from its first minute, so that nobody claims a later hour than was told."""
        a = self.cleaned_data
        return dt.datetime.combine(a["at"].value, a["hour"], self.zone).astimezone(dt.UTC)


class GuardianForm(ActForm):
    what = _radio(
        _("What happened?"),
        [("request", _("A guardian was asked for again, or elsewhere")), ("appoint", _("A guardian was appointed")),
         ("cannot", _("Somebody who offered cannot be appointed now"))],
    )  # fmt: skip
    text = PlainParagraphs(
        label=_("Who, or why?"), max_length=1000, min_length=10, rows=3,
        help_text=_("Sealed. Whoever offered is told only that they cannot be appointed now, never why."),
    )  # fmt: skip


class InterimForm(ActForm):
    name = _off(PlainText(label=_("Who answers for the child until there is a guardian?")))
    mandate = _off(PlainText(label=_("By what mandate?")))
    until = DateField(label=_("Until when?"), allow_future=True, exact=True)

    def adult(self) -> Adult:
        a = self.cleaned_data
        return Adult(a["name"], a["mandate"], a["until"].value)


class AroundForm(ActForm):
    name = _off(PlainText(label=_("Name, or who it is")))
    relation = forms.ChoiceField(
        label=_("How are they related to the child?"),
        choices=[("", _("Choose one")), *words.RELATIONS.items()],
    )
    lives_with = _radio(_("Do they live with the child?"), words.ANSWERS.items(), initial="not_known")
    holds_custody = _radio(_("Do they hold custody?"), words.ANSWERS.items(), initial="not_known")
    may_contact = _radio(
        _("May they be in contact with the child?"), words.ANSWERS.items(), initial="not_known"
    )
    may_know = _radio(_("May they know about this case?"), words.ANSWERS.items(), initial="not_known")
    note = PlainParagraphs(
        label=_("What else should a worker know?"), required=False, max_length=1000, rows=2
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def around(self) -> Around:
        return Around(**{name: self.cleaned_data[name] for name in Around.__dataclass_fields__})


class AllegationForm(ActForm):
    what = PlainParagraphs(label=_("What are they alleged to have done?"), max_length=2000, rows=3)
    said_by = _off(PlainText(label=_("Who said so?")))
    said_when = _off(PlainText(label=_("When?"), max_length=60))
    status = _radio(_("How far was it looked into?"), words.ALLEGED.items(), initial="said")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def said(self) -> Said:
        return Said(**{name: self.cleaned_data[name] for name in Said.__dataclass_fields__})


class ApartForm(ActForm):
    why = PlainParagraphs(label=_("Why are they not kept together?"), max_length=1000, min_length=10, rows=3)


class HandOverForm(ActForm):
    taker = TakerField(label=_("Who shall answer for the child?"), choices=())
    reason = forms.ChoiceField(
        label=_("Why?"), choices=[(k, v) for k, v in words.HAND_OVER_REASONS.items() if k != "opened_for"],
        widget=forms.RadioSelect,
    )  # fmt: skip

    def __init__(self, *args: Any, takers: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].offer(takers, _("Choose a worker or a desk"))  # type: ignore[attr-defined]


class CoverForm(ActForm):
    person = TakerField(label=_("Who is away?"), choices=())
    stand_in = TakerField(label=_("Who stands in?"), choices=())
    from_on = DateField(label=_("From which day?"), allow_future=True, exact=True)
    until_on = DateField(label=_("Until which day, that day included?"), allow_future=True, exact=True)

    def __init__(self, *args: Any, people: Iterable[Any], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(people)
        self.zone = ZoneInfo(zone)
        for name in ("person", "stand_in"):
            self.fields[name].offer(people, _("Choose a worker"))  # type: ignore[attr-defined]

    def begins(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["from_on"].value, dt.time(), self.zone).astimezone(
            dt.UTC
        )

    def ends(self) -> dt.datetime:
        """The first moment after the last day, where the team works."""
        day = self.cleaned_data["until_on"].value + dt.timedelta(days=1)
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)

    def who(self, name: str) -> ActorId:
        return ActorId(UUID(self.cleaned_data[name].partition("/")[2]))


class ListForm(PlainForm):
    """By GET: a reload keeps it."""

    whose = forms.ChoiceField(label=_("Whose?"), required=False, choices=())
    risk = forms.ChoiceField(label=_("Risk"), required=False, choices=[("", _("All")), *words.RISKS.items()])
    waits_for = forms.ChoiceField(
        label=_("What is missing?"), required=False,
        choices=[("", _("All")), ("contact", _("First contact")), ("place", _("A fit place")),
                 ("arrival", _("Arrival where planned")), ("guardian", _("A guardian"))],
    )  # fmt: skip

    def __init__(self, *args: Any, gives_out: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        more = [("team", _("My team’s")), ("duty", _("The duty desk’s"))] if gives_out else []
        field: Any = self.fields["whose"]
        field.choices = [("mine", _("Mine")), ("cover", _("Those I cover")), *more]


def language_answers(tag: str) -> dict[str, str]:
    """A stored tag as the two boxes that ask for it."""
    if not tag:
        return {}
    is_listed = tag in words.COMMON_LANGUAGES or tag in ("sgn", "und")
    return (
        {"language": tag, "other_language": ""} if is_listed else {"language": "other", "other_language": tag}
    )
