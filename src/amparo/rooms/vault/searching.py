"""The questions by which a child is searched; rooms that search before they open a file ask the same ones."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from amparo.foundation.forms import CodeField, PlainForm, PlainText, unremembered
from amparo.keeper.terms import DOCUMENT_SIGNS, PHONE_TAIL, document_number, phone_digits


class FindForm(PlainForm):
    """What is too short to be searched is told: an empty answer would read as "no such child"."""

    QUESTIONS: ClassVar[tuple[str, ...]] = ("code", "phone", "document", "name")
    NOTHING_SAID: ClassVar[Any] = _("Answer one of these questions.")

    code = CodeField(label=_("Code of the file"), required=False)
    phone = unremembered(PlainText(label=_("Phone number"), required=False, max_length=40))
    document = unremembered(PlainText(label=_("Number of a document"), required=False, max_length=60))
    name = unremembered(
        PlainText(
            label=_("Name"),
            required=False,
            help_text=_("With the year of birth. Any spelling, in Latin or Arabic letters."),
        )
    )
    birth_year = unremembered(PlainText(label=_("Year of birth"), required=False, max_length=4))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(n) for n in self.QUESTIONS):
            self.add_error("code", self.NOTHING_SAID)
        if cleaned.get("phone") and not phone_digits(cleaned["phone"]):
            self.add_error("phone", _("Write at least %(count)d digits.") % {"count": PHONE_TAIL})
        if cleaned.get("document") and not document_number(cleaned["document"]):
            words = _("Write at least %(count)d letters or digits.") % {"count": DOCUMENT_SIGNS}
            self.add_error("document", words)
        year = cleaned.get("birth_year", "")
        if cleaned.get("name") and not (year.isdecimal() and len(year) == 4):
            self.add_error(
                "birth_year", _("Write the year of birth in four numbers. A name alone is not searched.")
            )
        return cleaned

    def terms(self) -> dict[str, str]:
        return {n: v for n in ("phone", "document", "name", "birth_year") if (v := self.cleaned_data.get(n))}
