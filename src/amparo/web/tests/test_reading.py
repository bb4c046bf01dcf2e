from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import override_settings

from amparo.web import public
from amparo.web.reading import grade, syllables, words_of

PUBLIC_DOOR = override_settings(ROOT_URLCONF="amparo.config.doors.public.urls")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("child", 1),
        ("safe", 1),
        ("people", 2),
        ("danger", 2),
        ("remember", 3),
        ("called", 1),
        ("wanted", 2),
    ],
)
def test_syllables_of_plain_words_are_counted(word, count):
    assert syllables(word) == count


def test_grade_of_a_childs_sentence_is_far_below_that_of_a_ministry():
    easy = grade("The cat sat on the mat. It was hot.")
    hard = grade(
        "The implementation of comprehensive interinstitutional coordination mechanisms necessitates "
        "the operationalisation of multidisciplinary accountability frameworks."
    )
    assert easy < 2
    assert hard > 17


def test_grade_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing to read"):
        grade("… 123")


def test_only_sentences_are_graded_and_not_menus():
    html = "<nav><li>Home</li></nav><h1>Short</h1><p>One <b>two</b> three.</p><li>Four five?</li>"
    html += "<script>x.</script>"
    assert words_of(html) == "One two three.\nFour five?"


def test_hard_words_on_a_page_would_be_found(get):
    hard = (
        "<p>Comprehensive interinstitutional coordination necessitates multidisciplinary accountability.</p>"
    )
    with PUBLIC_DOOR:
        html = public.front(get("/en/", actor=None), "en").content.decode()
    before, after = grade(words_of(html)), grade(words_of(html.replace("</main>", hard * 12 + "</main>")))
    assert before <= 8 < after


@PUBLIC_DOOR
@pytest.mark.parametrize("view", [public.front, public.safety])
def test_public_pages_read_at_grade_eight_or_below(view, get):
    html = view(get("/en/", actor=None), "en").content.decode()
    assert grade(words_of(html)) <= 8


@pytest.mark.parametrize("is_staff_door", [False, True])
def test_exit_warning_reads_at_grade_six_or_below(is_staff_door):
    html = render_to_string("web/leaving_text.html", {"is_staff_door": is_staff_door})
    assert "does not clear the list of pages" in html
    assert grade(words_of(html)) <= 6


def test_help_for_staff_reads_at_grade_ten_or_below(get):
    from amparo.web.views import help_page

    with override_settings(ROOT_URLCONF="amparo.config.doors.staff.urls"):
        html = help_page(get("/help/")).content.decode()
    assert grade(words_of(html)) <= 10
