from __future__ import annotations

import shutil

import polib
import pytest
from django.utils import translation
from django.utils.translation import ngettext

from amparo.web import catalogues
from amparo.web.languages import BY_CODE

ARABIC = BY_CODE["ar"]


def test_catalogues_are_complete_and_up_to_date():
    assert catalogues.problems() == []


@pytest.fixture
def locale(tmp_path):
    """A copy of the catalogues that a test may spoil."""
    shutil.copytree(catalogues.LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    return tmp_path / "locale"


def spoil(locale, change) -> list[str]:
    path = catalogues.po_path(ARABIC, locale)
    book = polib.pofile(str(path))
    change(book)
    book.save(str(path))
    return catalogues.problems_of(ARABIC, committed_template(), locale)


def committed_template():
    return catalogues.load(catalogues.TEMPLATE, "en")


def entry(book, start):
    return next(e for e in book if e.msgid.startswith(start))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda book: setattr(entry(book, "Sign in"), "msgstr", ""), "not translated"),
        (lambda book: book.remove(entry(book, "Today")), "missing entry"),
        (lambda book: setattr(entry(book, "Changed by"), "msgstr", "غيّره"), "placeholders differ"),
        (
            lambda book: entry(book, "%(n)s day left").msgstr_plural.update({4: ""}),
            "not translated in every form",
        ),
        (lambda book: entry(book, "%(n)s day left").msgstr_plural.update({3: "أيام"}), "placeholders differ"),
        (lambda book: entry(book, "Today").flags.append("fuzzy"), "not translated"),
        (lambda book: setattr(book, "header", "X-Reviewed: yes"), "X-Reviewed says yes"),
    ],
)
def test_each_kind_of_hole_in_a_catalogue_is_found(locale, change, problem):
    assert catalogues.problems_of(ARABIC, committed_template(), locale) == []
    assert any(problem in found for found in spoil(locale, change))


def test_words_added_to_the_code_make_the_template_out_of_date(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "TEMPLATE", tmp_path / "django.pot")
    assert any("out of date" in problem for problem in catalogues.problems())


def test_words_are_found_in_python_and_in_templates(tmp_path):
    (tmp_path / "a.py").write_text(
        '_("One")\nngettext("%(n)s cow", "%(n)s cows", n)\npgettext("file", "Open")\n_(f"x{1}")\n'
    )
    (tmp_path / "a.html").write_text(
        "{% load i18n %}{% translate 'Two' %}"
        "{% blocktranslate count n=n %}{{ n }} hen{% plural %}{{ n }} hens{% endblocktranslate %}"
    )
    found = {(m.id, m.context) for m in catalogues.extracted(tmp_path) if m.id}
    assert found == {
        ("One", None),
        ("Two", None),
        (("%(n)s cow", "%(n)s cows"), None),
        (("%(n)s hen", "%(n)s hens"), None),
        ("Open", "file"),
    }


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "بقي أقل من يوم"),
        (1, "بقي يوم واحد"),
        (2, "بقي يومان"),
        (3, "بقيت 3 أيام"),
        (11, "بقي 11 يومًا"),
        (100, "بقي 100 يوم"),
    ],
)
def test_arabic_counts_in_all_six_forms(n, said):
    with translation.override("ar"):
        assert ngettext("%(n)s day left", "%(n)s days left", n) % {"n": n} == said


def test_language_without_words_falls_back_to_english():
    with translation.override("fr"):
        assert translation.gettext("Leave this page") == "Leave this page"
