"""What every form in the house starts from: plain fields that parse and never save.

Rooms import this module; how a field looks is decided by the web layer, which reads only what
Django's own bound fields offer.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .form_dates import DateField, DateParts, EnteredDate

__all__ = [
    "ActForm",
    "CodeField",
    "DateField",
    "DateParts",
    "EditForm",
    "EnteredDate",
    "KeyField",
    "PlainForm",
    "PlainParagraphs",
    "PlainText",
    "VersionField",
    "WholeNumber",
]

LINE_MAX_LENGTH = 200
TEXT_MAX_LENGTH = 10_000


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
    """Whether what comes out of the field is a person's text; Django derives two others from it."""
    return isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField | forms.JSONField)


F = TypeVar("F", bound=forms.Field)


def unremembered(field: F) -> F:
    """A question whose answer no browser should offer again to whoever sits there next."""
    field.widget.attrs["autocomplete"] = "off"
    return field


def lines(text: str) -> tuple[str, ...]:
    """The lines in which something stands, each without needless spaces."""
    return tuple(line for line in (" ".join(x.split()) for x in text.splitlines()) if line)


class PlainText(forms.CharField):
    """One line of text: trimmed, limited, without control characters."""

    def __init__(self, *, max_length: int = LINE_MAX_LENGTH, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return " ".join(text.split()) if self._is_one_line() else text

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
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "maxlength": 20})
        )
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
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "dir": "ltr",
                "size": 14,
            }
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
            self.prepare(name, field)

    def prepare(self, name: str, field: forms.Field) -> None:
        """What every field of the house gets; a form that makes its fields from data calls it for each."""
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
