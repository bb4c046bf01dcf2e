"""A group of children: what is the same for all once, then a quick row for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import PlainText, WholeNumber
from amparo.rooms.concerns.intake import MOST_CHILDREN, Intake
from amparo.rooms.concerns.kinds import Answer, Gender

from .intake import DONT_KNOW, AgeField, IntakeAnswers
from .intake_data import ROW_FIELDS, IntakeForm, intake_forms, languages, options_of, told
from .intake_paper import FromPaper

FIRST_ROWS = 5
MORE_ROWS = 5
NO_CHILD = _("Fill in one row at least: a description of the child is enough.")


@dataclass(frozen=True)
class Row:
    """One child as it stands on the page."""

    number: int
    fields: list[Any]


class ManyChildren(IntakeAnswers):
    """A form with rows. A row in which nothing is written is no child."""

    def __init__(self, *args: Any, form: IntakeForm, **kwargs: Any) -> None:
        super().__init__(*args, form=form, **kwargs)
        sent = self.data.get("count", "") if self.is_bound else ""
        wanted = int(sent) if str(sent).isdecimal() and len(str(sent)) < 4 else FIRST_ROWS
        self.count = max(1, min(wanted, MOST_CHILDREN))
        self._add("count", WholeNumber(min_value=1, max_value=MOST_CHILDREN, required=False,
                                       widget=forms.HiddenInput, initial=self.count))  # fmt: skip
        for number in range(1, self.count + 1):
            for name, field in _row_fields(form).items():
                self._add(f"r{number}_{name}", field)

    def rows(self) -> Iterator[Row]:
        for number in range(1, self.count + 1):
            yield Row(number, [self[f"r{number}_{name}"] for name in ROW_FIELDS])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        broken = any(name.startswith("r1_") for name in self.errors)
        if not broken and not any(self.filled(number) for number in range(1, self.count + 1)):
            self.add_error("r1_child", NO_CHILD)
        return cleaned

    def filled(self, number: int) -> dict[str, Any]:
        """The answers of one row; nothing for an empty one."""
        answers = {name: self.cleaned_data.get(f"r{number}_{name}") for name in ROW_FIELDS}
        return answers if any(v not in ("", None, (None, None)) for v in answers.values()) else {}

    def children(self) -> tuple[Intake, ...]:
        found = (self.filled(number) for number in range(1, self.count + 1))
        return tuple(self._child(answers) for answers in found if answers)

    def _child(self, answers: dict[str, Any]) -> Intake:
        shared, (low, high) = self.to_intake(), answers["age"] or (None, None)
        needs = (answers["need"],) if answers["need"] not in ("", None, "unknown") else ()
        labels = self.intake.row_labels
        words = [f"{told(labels[n])}: {answers[n]}" for n in ("child", "with", "number") if answers[n]]
        return Intake(
            channel=self.intake.channel, area=shared.area, danger_now=shared.danger_now, with_child=shared.with_child,
            moved_soon=shared.moved_soon, health_today=Answer.YES if "doctor" in needs else Answer.UNKNOWN,
            age_low=low, age_high=high, gender=Gender(answers["gender"] or Gender.UNKNOWN),
            language=answers["language"] or "", needs=needs, account="\n".join(words),
        )  # fmt: skip


def _row_fields(form: IntakeForm) -> dict[str, forms.Field]:
    labels = {name: told(words) for name, words in form.row_labels.items()}
    bank = {q.name: q for one in intake_forms().values() for q in one.questions()}
    unknown = [("", DONT_KNOW)]

    def choose(name: str, options: list[tuple[str, str]]) -> forms.ChoiceField:
        options = [pair for pair in options if pair[0] != "unknown"]
        return forms.ChoiceField(label=labels[name], required=False, choices=[*unknown, *options])

    def write(name: str, most: int) -> PlainText:
        field = PlainText(label=labels[name], required=False, max_length=most)
        field.widget.attrs.update({"dir": "auto", "autocomplete": "off"})
        return field

    return {
        "child": write("child", 80),
        "age": AgeField(label=labels["age"], required=False),
        "gender": choose("gender", options_of(bank["gender"])),
        "language": choose("language", languages()),
        "need": choose("need", options_of(bank["needs"])),
        "with": write("with", 80),
        "number": write("number", 24),
    }


class ManyFromPaper(ManyChildren, FromPaper):
    """The same rows, typed from paper."""
