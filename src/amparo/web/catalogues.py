"""The catalogues of words: `python -m amparo.web.catalogues extract | check | compile`.

Needs no gettext programs. `extract` collects every marked word of the house into one template and
brings the six catalogues in line with it; `check` says what is missing; `compile` builds what Django reads,
which is never committed.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from amparo.web.languages import ALL, Language

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
TEMPLATE = LOCALE / "django.pot"
# function: (place of the context or None, places of the words); places count from 0
KEYWORDS: dict[str, tuple[int | None, tuple[int, ...]]] = {
    "_": (None, (0,)),
    "gettext": (None, (0,)),
    "gettext_lazy": (None, (0,)),
    "gettext_noop": (None, (0,)),
    "ngettext": (None, (0, 1)),
    "ngettext_lazy": (None, (0, 1)),
    "pgettext": (0, (1,)),
    "pgettext_lazy": (0, (1,)),
    "npgettext": (0, (1, 2)),
    "npgettext_lazy": (0, (1, 2)),
}
# A date in the header would change every catalogue at every extraction; the files' history tells it better.
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
# Arabic has six forms; Django's own catalogue counts them like this.
PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"
}
# In Arabic "none", "one" and "two" are words of their own and need no figure.
FORMS_WITHOUT_NUMBER = {"ar": {0, 1, 2}}


def po_path(language: Language, locale: Path = LOCALE) -> Path:
    folder = {"zh-hans": "zh_Hans"}.get(language.code, language.code)
    return locale / folder / "LC_MESSAGES" / "django.po"


def source_files(package: Path = PACKAGE) -> Iterator[Path]:
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.html")]):
        parts = path.relative_to(package).parts
        if "tests" not in parts and "migrations" not in parts:
            yield path


def extracted(package: Path = PACKAGE) -> Catalog:
    """Every marked word of the house, with its files but no line numbers, so that diffs stay small."""
    catalog = Catalog(
        project="Amparo", charset="utf-8", fuzzy=False, header_comment="# Words of Amparo, to be translated."
    )
    catalog.creation_date = catalog.revision_date = NO_DATE
    for path in source_files(package):
        name = path.relative_to(package).as_posix()
        for context, words in _messages_in(path):
            catalog.add(words[0] if len(words) == 1 else words, locations=[(name, 0)], context=context)
    return catalog


def _messages_in(path: Path) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        if not settings.configured:
            settings.configure(USE_I18N=True)
        from django.utils.translation.template import templatize

        text = templatize(text, origin=str(path))
    calls = dict.fromkeys(KEYWORDS)
    for _line, function, given, _comments in extract_python(io.BytesIO(text.encode()), calls, [], {}):
        place, places = KEYWORDS[str(function)]
        arguments: tuple[Any, ...] = given if isinstance(given, tuple) else (given,)
        words = tuple(w for n in places if n < len(arguments) and (w := arguments[n]))
        if len(words) == len(places):  # an argument that is not a plain string cannot be translated
            yield (arguments[place] if place is not None else None), words


def written(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, include_lineno=False, ignore_obsolete=True, width=110)
    return out.getvalue()


def load(path: Path, code: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code.replace("-hans", "_Hans"))


def extract() -> None:
    template = extracted()
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_bytes(written(template))
    for language in ALL:
        if language.state == "source":
            continue
        path = po_path(language)
        catalog = load(path, language.code) if path.exists() else _new(language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.revision_date = catalog.creation_date = NO_DATE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog))


def _new(language: Language) -> Catalog:
    reviewed = "yes" if language.state == "reviewed" else "no"
    comment = f"# Words of Amparo in {language.name}.\n# X-Reviewed: {reviewed}"
    locale = language.code.replace("-hans", "_Hans")
    catalog = Catalog(locale=locale, project="Amparo", fuzzy=False, header_comment=comment)
    if language.code in PLURALS:
        catalog.mime_headers = [("Plural-Forms", PLURALS[language.code])]
    return catalog


def problems() -> list[str]:
    """What stands between the words in the code and the words people read; empty when all is well."""
    template = extracted()
    found = []
    if not TEMPLATE.exists() or TEMPLATE.read_bytes() != written(template):
        found.append("locale/django.pot is out of date: run `python -m amparo.web.catalogues extract`.")
    for language in ALL:
        if language.state != "source":
            found += problems_of(language, template)
    return found


def problems_of(language: Language, template: Catalog, locale: Path = LOCALE) -> list[str]:
    path = po_path(language, locale)
    if not path.exists():
        return [f"{language.code}: the catalogue is missing."]
    catalog = load(path, language.code)
    said = "yes" if "X-Reviewed: yes" in catalog.header_comment else "no"
    found = []
    if said != ("yes" if language.state == "reviewed" else "no"):
        found.append(f"{language.code}: X-Reviewed says {said}, languages.py says {language.state}.")
    for message in template:
        if message.id:
            there = catalog.get(message.id, message.context)
            found += [
                f"{language.code}: {problem}: {message.id!r}"
                for problem in _problems_of_one(there, message, language, catalog)
            ]
    return found


def _problems_of_one(
    there: Message | None, source: Message, language: Language, catalog: Catalog
) -> list[str]:
    if there is None:
        return ["missing entry"]
    strings = tuple(
        s or "" for s in (there.string if isinstance(there.string, tuple | list) else [there.string])
    )
    is_plural = isinstance(source.id, tuple | list)
    if language.state == "none" and not any(strings):
        return []
    if there.fuzzy or not all(strings):
        return ["not translated in every form" if is_plural else "not translated"]
    if is_plural and len(strings) != catalog.num_plurals:
        return [f"{len(strings)} plural forms instead of {catalog.num_plurals}"]
    return _placeholder_problems(strings, source, language)


def _placeholder_problems(strings: tuple[str, ...], source: Message, language: Language) -> list[str]:
    wanted = set(PLACEHOLDER.findall(source.id[-1] if isinstance(source.id, tuple | list) else source.id))
    relaxed = FORMS_WITHOUT_NUMBER.get(language.code, set()) if isinstance(source.id, tuple | list) else set()
    for index, string in enumerate(strings):
        has = set(PLACEHOLDER.findall(string))
        if has - wanted or (wanted - has and index not in relaxed):
            return [f"placeholders differ ({', '.join(sorted(has ^ wanted))})"]
    return []


def compile_all() -> None:
    for language in ALL:
        path = po_path(language)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, load(path, language.code))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            extract()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = problems()
            sys.stdout.writelines(f"{problem}\n" for problem in found)
            return 1 if found else 0
        case _:
            sys.stderr.write("Say one of: extract, check, compile.\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
