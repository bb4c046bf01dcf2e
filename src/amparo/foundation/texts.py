"""Content in several languages, and the names of languages, in the reader's own words."""

from __future__ import annotations

import json
from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def in_words(texts: Mapping[str, str] | str | None) -> str:
    """{bcp47: text} in the reader's language, else in English, else in the first language there is.

    Functions of the database give jsonb as text, because Django decodes only the columns of models.
    """
    known: Mapping[str, str] = json.loads(texts) if isinstance(texts, str) else texts or {}
    return known.get(reading()) or known.get("en") or next(iter(known.values()), "")


def language_name(tag: str) -> str:
    """A language by its BCP 47 tag; a tag nobody has a name for stays as it is."""
    if tag in ("und", "sgn"):
        return _("Not known") if tag == "und" else _("Sign language")
    reader = Locale.parse(reading().replace("-", "_"))
    try:
        return str(Locale.parse(tag, sep="-").get_display_name(reader) or tag)
    except (UnknownLocaleError, ValueError):
        return str(reader.languages.get(tag.split("-")[0], tag))


def reading() -> str:
    """The tag of the language the page is shown in."""
    return (get_language() or "en").lower()
