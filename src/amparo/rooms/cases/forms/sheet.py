"""What is asked on an open case: risk, tonight, languages, guardian, who stands around the child, who takes over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import (
    ActForm,
    DateField,
    EditForm,
    PlainForm,
    PlainParagraphs,
    PlainText,
    unremembered,
)
from amparo.foundation.ids import ActorId
from amparo.rooms.cases import words
from amparo.rooms.cases.opening import Adult
from amparo.rooms.cases.sheets import Around, Said

from .parts import LanguageFields, MoreLanguages, NightFields, TakerField, radio


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
    level = radio(_("How great is the danger now?"), words.RISK_HELP.items())
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
    what = radio(
        _("What happened?"),
        [("request", _("A guardian was asked for again, or elsewhere")), ("appoint", _("A guardian was appointed")),
         ("cannot", _("Somebody who offered cannot be appointed now"))],
    )  # fmt: skip
    text = PlainParagraphs(
        label=_("Who, or why?"), max_length=1000, min_length=10, rows=3,
        help_text=_("Sealed. Whoever offered is told only that they cannot be appointed now, never why."),
    )  # fmt: skip


class InterimForm(ActForm):
    name = unremembered(PlainText(label=_("Who answers for the child until there is a guardian?")))
    mandate = unremembered(PlainText(label=_("By what mandate?")))
    until = DateField(label=_("Until when?"), allow_future=True, exact=True)

    def adult(self) -> Adult:
        a = self.cleaned_data
        return Adult(a["name"], a["mandate"], a["until"].value)


class AroundForm(ActForm):
    name = unremembered(PlainText(label=_("Name, or who it is")))
    relation = forms.ChoiceField(
        label=_("How are they related to the child?"),
        choices=[("", _("Choose one")), *words.RELATIONS.items()],
    )
    lives_with = radio(_("Do they live with the child?"), words.ANSWERS.items(), initial="not_known")
    holds_custody = radio(_("Do they hold custody?"), words.ANSWERS.items(), initial="not_known")
    may_contact = radio(
        _("May they be in contact with the child?"), words.ANSWERS.items(), initial="not_known"
    )
    may_know = radio(_("May they know about this case?"), words.ANSWERS.items(), initial="not_known")
    note = PlainParagraphs(
        label=_("What else should a worker know?"), required=False, max_length=1000, rows=2
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def around(self) -> Around:
        return Around(**{name: self.cleaned_data[name] for name in Around.__dataclass_fields__})


class AllegationForm(ActForm):
    what = PlainParagraphs(label=_("What are they alleged to have done?"), max_length=2000, rows=3)
    said_by = unremembered(PlainText(label=_("Who said so?")))
    said_when = unremembered(PlainText(label=_("When?"), max_length=60))
    status = radio(_("How far was it looked into?"), words.ALLEGED.items(), initial="said")
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
