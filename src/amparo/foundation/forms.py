"""What every form in the house starts from: plain fields that parse and never save.

Rooms import this module; how a field looks is decided by the web layer, which reads only what
Django's own bound fields offer.
"""

from __future__ import annotations

import calendar
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LINE_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 10_000
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100


def refuse_control_characters(text: str) -> None:
    """Refuse what no keyboard types: control characters and halves of a surrogate pair.

    PostgreSQL refuses NUL and lone surrogates, so without this a hostile post ends as a server error.
    """
    for char in text:
        if char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cs"}:
            raise ValidationError(
                _("Remove the hidden characters from this answer and try again."), code="control_character"
            )


def is_text(field: forms.Field) -> bool:
    """Whether what comes out of the field is a person's text; Django derives two others from its text field."""
    return isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField | forms.JSONField)


class PlainText(forms.CharField):
    """One line of text: trimmed, limited, without control characters."""

    def __init__(self, *, max_length: int = LINE_MAX_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return " ".join(text.split()) if isinstance(text, str) and self._is_one_line() else text

    def _is_one_line(self) -> bool:
        return not isinstance(self.widget, forms.Textarea)


class PlainParagraphs(PlainText):
    """Several lines of text, with a count of the characters left."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = TEXT_MAX_LENGTH, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.update({"rows": rows, "data-count": max_length})

    def to_python(self, value: Any) -> str:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A browser cuts pasted text at maxlength in silence; the counter and the server tell instead.
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}


class WholeNumber(forms.IntegerField):
    """A whole number within stated limits, typed on a number pad (never a spinner)."""

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "maxlength": 20}))
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)


class CodeField(PlainText):
    """A child's code name as typed or read over the phone; comes out in its one written form."""

    default_error_messages = {
        "code": _("Check the code: one of its letters or numbers is not right. It looks like K7\u20114Q2M.")
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs.update(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr", "size": 14}
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return text
        from amparo.foundation.codes import parse_code

        try:
            return parse_code(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["code"], code="code") from error


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
        from django.utils import timezone

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


class KeyField(forms.UUIDField):
    """The idempotency key of one showing of a form: the same press, sent twice, acts once."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid.uuid4)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        try:
            return str(super().clean(value) or "")
        except ValidationError:
            return ""  # a spoilt key only costs the protection against a double press, never the answer


class VersionField(forms.IntegerField):
    """The version a change was based on, so that a newer one is shown and never overwritten."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**31 - 1, **kwargs)


format_lazy_named = lazy(lambda words, label: str(words) % {"label": label}, str)
TOO_LONG = ngettext_lazy(
    "Use %(limit_value)d character or fewer. You wrote %(show_value)d.",
    "Use %(limit_value)d characters or fewer. You wrote %(show_value)d.",
    "limit_value",
)


class PlainForm(forms.Form):
    """A form whose server answers every mistake in words. Text without a limit is refused at start-up."""

    use_required_attribute = False
    required_messages: Mapping[str, Any] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, field in getattr(cls, "declared_fields", {}).items():
            if is_text(field) and field.max_length is None:
                raise ImproperlyConfigured(f"{cls.__name__}.{name} needs a max_length.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if is_text(field):
                field.validators = [*field.validators, refuse_control_characters]
            field.error_messages = {**field.error_messages, **self._words_for(name, field)}
            for validator in field.validators:
                if isinstance(validator, MaxLengthValidator):
                    validator.message = TOO_LONG
                elif isinstance(validator, MinValueValidator):
                    validator.message = _("Enter a number that is %(limit_value)s or more.")
                elif isinstance(validator, MaxValueValidator):
                    validator.message = _("Enter a number that is %(limit_value)s or less.")

    def _words_for(self, name: str, field: forms.Field) -> dict[str, Any]:
        """Errors that say what to do, in the words of the question, where the form gives none of its own."""
        if name in self.required_messages:
            return {"required": self.required_messages[name]}
        stock = forms.Field.default_error_messages["required"]
        if str(field.error_messages.get("required")) != str(stock):
            return {}
        if isinstance(field, forms.BooleanField):
            words = _("Tick “%(label)s” to go on.")
        elif isinstance(field, forms.ChoiceField):
            words = _("Choose an answer to “%(label)s”.")
        elif isinstance(field, forms.FileField):
            words = _("Choose a file for “%(label)s”.")
        else:
            words = _("Answer “%(label)s”.")
        label = field.label or name.replace("_", " ").capitalize()
        return {"required": format_lazy_named(words, label=label)}


class ActForm(PlainForm):
    """A form that ends in an action: it carries the key that makes a second press harmless."""

    key = KeyField()


class EditForm(ActForm):
    """A form that changes something already there."""

    version = VersionField()
