"""Dates as somebody gave them: a day, a month, a year, or "about"; with the field that asks for them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100


@dataclass(frozen=True)
class EnteredDate:
    """A date as somebody gave it. `value` is the first day it can mean; `precision` says how sure it is."""

    value: date
    precision: str  # day, month, year or about
    calendar: str = "gregory"

    @property
    def latest(self) -> date:
        """The last day it can mean; an "about" date reaches one year further either way."""
        year = self.value.year
        if self.precision == "day":
            return self.value
        if self.precision == "month":
            return self.value.replace(day=calendar.monthrange(year, self.value.month)[1])
        return date(year if self.precision == "year" else year + 1, 12, 31)

    @property
    def earliest(self) -> date:
        return date(self.value.year - 1, 1, 1) if self.precision == "about" else self.value


class DateParts(forms.MultiWidget):
    """Day, month and year in three boxes, and a tick for "about"."""

    is_date_parts = True
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "maxlength": 12, "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput(number),
                "month": forms.TextInput(number),
                "year": forms.TextInput(number),
                "about": forms.CheckboxInput(),
            },
            attrs,
        )

    def decompress(self, value: EnteredDate | date | None) -> list[Any]:
        if value is None:
            return [None, None, None, False]
        if isinstance(value, date):
            value = EnteredDate(value, "day")
        day, month, year = value.value.day, value.value.month, value.value.year
        if value.precision == "day":
            return [day, month, year, False]
        return [None, month if value.precision == "month" else None, year, value.precision == "about"]

    def id_for_label(self, id_: str, index: str | int = 0) -> str:
        return f"{id_}_day" if id_ else id_


class DateField(forms.Field):
    """Day and month may stay empty when they are not known; the year may not."""

    widget = DateParts
    default_error_messages = {
        "required": _("Enter a date. The year is enough if you do not know more."),
        "year": _("Enter the year with four numbers, for example 2014."),
        "month": _("Enter a month between 1 and 12."),
        "day": _("Enter a day that exists in that month."),
        "month_missing": _("Enter the month too, or leave the day empty."),
        "future": _("Enter a date that is not in the future."),
    }

    def __init__(self, *, allow_future: bool = False, exact: bool = False, **kwargs: Any) -> None:
        self.allow_future = allow_future
        self.exact = exact
        super().__init__(**kwargs)

    def clean(self, value: Any) -> EnteredDate | None:
        day, month, year, about = [*(value or []), None, None, None, None][:4]
        day, month, year = (str(part or "").strip() for part in (day, month, year))
        if not (day or month or year):
            if self.required:
                self._refuse("required")
            return None
        entered = self._build(day, month, year, bool(about))
        if not self.allow_future and entered.value > timezone.localdate():
            self._refuse("future")
        return entered

    def _build(self, day: str, month: str, year: str, about: bool) -> EnteredDate:
        y = self._number(year, EARLIEST_YEAR, LATEST_YEAR, "year")
        if not month and (day or self.exact):
            self._refuse("month_missing" if day else "month")
        m = self._number(month, 1, 12, "month") if month else 1
        if self.exact and not day:
            self._refuse("day")
        d = self._number(day, 1, calendar.monthrange(y, m)[1], "day") if day else 1
        precision = "about" if about else "day" if day else "month" if month else "year"
        return EnteredDate(date(y, m, d), precision)

    def _number(self, text: str, low: int, high: int, code: str) -> int:
        # int() reads the digits of every script, so an Arabic or Devanagari keyboard works.
        number = int(text) if text.isdecimal() and len(text) <= 4 else low - 1
        if not low <= number <= high:
            self._refuse(code)
        return number

    def _refuse(self, code: str) -> NoReturn:
        raise ValidationError(self.error_messages[code], code=code)
