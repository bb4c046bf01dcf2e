"""A form that was filled in on paper: when it was received, and the number printed on it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from amparo.foundation.clock import now
from amparo.foundation.forms import DateField, PlainText

from .intake import IntakeAnswers

CLOCK = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)")
IN_FUTURE = _("Enter a date and time that are not in the future.")


class FromPaper(IntakeAnswers):
    """The same questions with the paper's own date. Time limits run from it, not from the typing."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        for name, field in _paper_fields().items():
            self._add(name, field)

    def paper(self) -> list[Any]:
        return [self[name] for name in ("received_on", "received_time", "paper_number")]

    def clean_received_time(self) -> dt.time:
        text = self.cleaned_data["received_time"]
        if not text:  # the whole day counts: a limit may end early, never late
            return dt.time()
        found = CLOCK.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Write the time such as 02:10."), code="time")
        return dt.time(int(found[1]), int(found[2]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, time = cleaned.get("received_on"), cleaned.get("received_time")
        if day is not None and time is not None:
            moment = dt.datetime.combine(day.value, time, self.zone).astimezone(dt.UTC)
            if moment > now():
                self.add_error("received_on", IN_FUTURE)
            cleaned["received_moment"] = moment
        return cleaned

    def received_at(self) -> dt.datetime | None:
        moment: dt.datetime = self.cleaned_data["received_moment"]
        return moment


def _paper_fields() -> dict[str, forms.Field]:
    number = PlainText(label=_("Number on the paper"), max_length=20, required=False)
    number.widget.attrs.update({"size": 14, "dir": "ltr", "autocomplete": "off"})
    time = PlainText(
        label=_("Time of receipt on the paper"), max_length=10, required=False, help_text=_("Such as 02:10.")
    )
    time.widget.attrs.update({"size": 6, "inputmode": "numeric", "autocomplete": "off"})
    return {
        # a paper of yesterday evening may be of today where it was written: the moment is checked, not the day
        "received_on": DateField(label=_("Date of receipt on the paper"), exact=True, allow_future=True),
        "received_time": time,
        "paper_number": number,
    }
