"""The screen's side of an intake form: its questions as fields, its answers as facts and words.

No limit here cuts anything off: what a form takes fits into what a concern holds, and a test adds it up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import ActForm, PlainParagraphs, PlainText
from amparo.rooms.concerns.intake import Intake
from amparo.rooms.concerns.kinds import Answer, Gender

from .intake_data import IntakeForm, Question, options_of, told

Areas = tuple[tuple[str, str], ...]
OLDEST = 30  # a young adult is told apart from a child by the duty desk, not by a form
DONT_KNOW = _("I don't know")
BAD_AGE = _("Write the age in years, such as 12 or 10-12, up to %(oldest)s. Or tick “I don't know”.")
_AGE = re.compile(r"(\d{1,2})(?:\s*[-–—/]\s*(\d{1,2}))?")
PARAGRAPHS_AT_MOST = 2_000


def parse_age(text: str) -> tuple[int | None, int | None]:
    """(lowest, highest) age; both None for nothing typed. Raises ValueError for what is no age."""
    if not text:
        return None, None
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    low, high = int(found[1]), int(found[2] or found[1])
    low, high = min(low, high), max(low, high)
    if high > OLDEST:
        raise ValueError(text)
    return low, high


class AgeField(PlainText):
    """One age or a span of ages. Comes out as (lowest, highest)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs.update({"size": 8, "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return parse_age(text)
        except ValueError:
            raise forms.ValidationError(BAD_AGE, code="age", params={"oldest": OLDEST}) from None


def field_for(question: Question, areas: Areas, *, required: bool) -> forms.Field:
    options: dict[str, Any] = {
        "label": told(question.label), "help_text": told(question.hint), "required": required,
    }  # fmt: skip
    if question.kind == "age":
        return AgeField(**options)
    if question.kind == "line":
        return _as_typed(PlainText(**options))
    if question.kind == "paragraphs":
        return _as_typed(PlainParagraphs(**options, max_length=PARAGRAPHS_AT_MOST, rows=4))
    if question.kind == "choice":
        return forms.ChoiceField(**options, choices=options_of(question), widget=forms.RadioSelect)
    if question.kind == "choices":
        return forms.MultipleChoiceField(
            **options, choices=options_of(question), widget=forms.CheckboxSelectMultiple
        )
    found = areas if question.kind == "area" else options_of(question)
    return forms.ChoiceField(**options, choices=[("", DONT_KNOW), *found])


def _as_typed(field: forms.Field) -> forms.Field:
    field.widget.attrs.update({"dir": "auto", "autocomplete": "off"})
    return field


class FieldsFromData(ActForm):
    """A form whose fields stand in a file."""

    def _add(self, name: str, field: forms.Field) -> None:
        """As PlainForm prepares the fields that a class declares."""
        self.fields[name] = field
        self.prepare(name, field)


class IntakeAnswers(FieldsFromData):
    """The questions of one form. Values kept between its pages travel in the page itself, not on a device."""

    def __init__(self, *args: Any, form: IntakeForm, areas: Areas = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake, self.areas = form, areas
        for question in form.questions():
            is_needed = question.name in form.required
            self._add(question.name, field_for(question, areas, required=is_needed))
            if question.kind == "age":
                self._add(f"{question.name}_unknown", forms.BooleanField(label=DONT_KNOW, required=False))

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """The title of each group of questions and its fields, as they stand on the page."""
        for group in self.intake.groups:
            names = [
                name for question in group.questions for name in (question.name, f"{question.name}_unknown")
            ]
            yield told(group.title) if group.title else "", [self[n] for n in names if n in self.fields]

    def without_errors(self) -> IntakeAnswers:
        """Shown again with what was typed, before anybody said that it is ready."""
        self._errors = ErrorDict()
        self.cleaned_data = {}
        return self

    def said(self) -> Iterator[tuple[Question, str]]:
        """Every question with its answer in words; an empty one means that it is not known."""
        for question in self.intake.questions():
            yield question, self._words(question)

    def _words(self, question: Question) -> str:
        value = self.cleaned_data.get(question.name)
        if question.kind == "age":
            low, high = value or (None, None)
            return "" if low is None else str(low) if low == high else f"{low}-{high}"
        if question.kind == "choices":
            names = dict(options_of(question))
            return ", ".join(names[one] for one in value or ())
        if question.kind in ("choice", "language"):
            return dict(options_of(question)).get(value or "", "")
        if question.kind == "area":
            return dict(self.areas).get(value or "", "")
        return value or ""

    def to_intake(self) -> Intake:
        answers = self.cleaned_data
        clear: dict[str, Any] = {}
        for question in self.intake.questions():
            if question.fills not in ("account", "reporter"):
                clear |= _fact(question, answers.get(question.name))
        clear |= {fact: Answer(answer) for fact, answer in self.intake.always.items()}
        if "doctor" in clear.get("needs", ()):
            clear["health_today"] = Answer.YES
        return Intake(
            channel=self.intake.channel, account=self.words("account"), reporter=self.words("reporter"),
            received_at=self.received_at(), **clear,
        )  # fmt: skip

    def words(self, fills: str) -> str:
        """Short name and answer, one below the other: what is sealed."""
        lines = [f"{told(q.short)}: {text}" for q, text in self.said() if q.fills == fills and text]
        return "\n".join(lines)

    def received_at(self) -> dt.datetime | None:
        """Now, unless it stands on paper."""
        return None


def _fact(question: Question, value: Any) -> dict[str, Any]:
    if question.fills == "age":
        low, high = value or (None, None)
        return {"age_low": low, "age_high": high}
    if question.fills == "needs":
        return {"needs": tuple(one for one in value or () if one != "unknown")}
    if question.fills == "gender":
        return {"gender": Gender(value or Gender.UNKNOWN)}
    if question.fills == "about_self":
        return {"about_self": value == Answer.YES}
    if question.fills in ("language", "call_type"):
        return {question.fills: value or ""}
    if question.fills == "area":
        return {"area": value or None}
    return {question.fills: Answer(value or Answer.UNKNOWN)}
