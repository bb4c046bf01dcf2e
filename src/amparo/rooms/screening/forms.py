"""What people note, parsed and checked. Nothing here saves anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import ActForm, DateField, PlainParagraphs, PlainText, WholeNumber

from . import engine, words
from .definitions import Answer, Instrument, Item
from .policy import MIN_REASON

PREFIX = "item_"


class GuideForm(ActForm):
    """One page of an instrument. Every line begins as "could not see": what nobody touched is never "not there".

    Lines that only some answers open appear when those answers were sent; the page works without a script.
    """

    def __init__(
        self, data: Any = None, *, instrument: Instrument, is_again: bool, initial: Mapping[str, Any] | None = None
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or {}))
        self.instrument = instrument
        self.opened: list[Item] = []
        given = self._given(self.initial if data is None else data)
        self.asked = engine.asked(instrument, given)
        stray = [i for i in instrument.items if i not in self.asked and given.get(i.id) is Answer.SEEN]
        for item in instrument.items:
            if item in self.asked or item in stray:
                self._add(item, is_new=data is not None and item.id not in given)
        if instrument.is_clinical:
            self.fields["age_years"] = WholeNumber(
                min_value=0, max_value=30, label=_("How old is the person? The lowest likely age, in years")
            )
        if is_again:
            self.fields["reason"] = PlainText(
                label=_("Why is it done again?"), min_length=MIN_REASON, max_length=300,
                help_text=_("It was filled in before; your answers begin as they were. Names do not belong here."),
                error_messages={"required": _("Write in a few words why it is done again."),
                                "min_length": _("Write the reason in a few words.")},
            )  # fmt: skip
            self.fields["reason"].widget.attrs.update({"dir": "auto", "autocomplete": "off"})
        self.fields["paper_on"] = DateField(
            label=_("Date on the paper, if you copy from one"), required=False, exact=True
        )

    def _given(self, source: Mapping[str, Any]) -> dict[str, Answer]:
        known = {PREFIX + item.id: item.id for item in self.instrument.items}
        values = {known[name]: str(source.get(name)) for name in source if name in known}
        return {name: Answer(value) for name, value in values.items() if value in set(Answer)}

    def _add(self, item: Item, *, is_new: bool) -> None:
        labels = words.answers_of(self.instrument.kind)
        is_opened = is_new and item.ask_if is not None
        if is_opened:
            self.opened.append(item)
        self.fields[PREFIX + item.id] = forms.ChoiceField(
            label=words.text(item.text),
            choices=[(answer.value, label) for answer, label in labels.items()],
            widget=forms.RadioSelect,
            required=not is_opened,
            initial=Answer.COULD_NOT_SEE.value,
            error_messages={"required": _("Choose an answer to each line."),
                            "invalid_choice": _("Choose one of the three answers.")},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        open_now = {item.id for item in engine.asked(self.instrument, self.answers())}
        for item in self.instrument.items:
            if item.id not in open_now and cleaned.get(PREFIX + item.id) == Answer.SEEN.value:
                self.add_error(
                    PREFIX + item.id,
                    _("This line follows from another one that is not noted as seen. Change one of the two."),
                )
        return cleaned

    def answers(self) -> dict[str, Answer]:
        """Of the lines that are to be asked; one that was just opened could not be seen yet."""
        cleaned = self.cleaned_data
        found = {
            item.id: Answer(value)
            for item in self.instrument.items
            if (value := cleaned.get(PREFIX + item.id)) in set(Answer)
        }
        asked = engine.asked(self.instrument, found)
        return {item.id: found.get(item.id, Answer.COULD_NOT_SEE) for item in asked}

    def parts(self) -> list[dict[str, Any]]:
        """The fields by group, for the page."""
        found = [
            {"name": words.text(group.names),
             "fields": [self[PREFIX + i.id] for i in group.items if PREFIX + i.id in self.fields]}
            for group in self.instrument.groups
        ]  # fmt: skip
        return [part for part in found if part["fields"]]

    def new_names(self) -> set[str]:
        return {PREFIX + item.id for item in self.opened}

    def others(self) -> list[Any]:
        return [self[name] for name in ("age_years", "reason", "paper_on") if name in self.fields]


class TextForm(ActForm):
    """The licensed text of a screen, as its owner gave it."""

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        codes = [(code, code) for code in instrument.languages]
        self.fields["language"] = forms.ChoiceField(label=_("Language of the text"), choices=codes)
        for number, item in enumerate(instrument.items, 1):
            field = PlainParagraphs(
                label=_("Question %(number)d") % {"number": number}, max_length=500, rows=2
            )
            field.widget.attrs["dir"] = "auto"
            self.fields[item.id] = field
        self.fields["is_reworded"] = forms.BooleanField(
            label=_("It is translated or reworded"),
            required=False,
            help_text=_("Published figures belong to the published words and are then not shown."),
        )
        self.fields["licence"] = PlainText(
            label=_("Who allows its use, and since when"), max_length=500, min_length=MIN_REASON
        )

    def texts(self) -> dict[str, str]:
        return {item.id: self.cleaned_data[item.id] for item in self.instrument.items}
