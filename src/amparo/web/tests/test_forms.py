from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from amparo.foundation.codes import check_sign
from amparo.foundation.forms import (
    ActForm,
    CodeField,
    DateField,
    EnteredDate,
    PlainForm,
    PlainParagraphs,
    PlainText,
    WholeNumber,
)

#: A code whose check sign fits.
GOOD = "K74Q2" + check_sign("K74Q2")


def test_plain_text_comes_out_trimmed_on_one_line():
    assert PlainText().clean("  Ama \n Serwaa ") == "Ama Serwaa"


def test_paragraphs_keep_their_lines_whatever_the_browser_sent():
    assert PlainParagraphs().clean("one\r\ntwo\rthree") == "one\ntwo\nthree"


@pytest.mark.parametrize("bad", ["a\x00b", "a\x07b", "a\ud800b", "a\x9fb"])
def test_control_characters_are_refused_and_ordinary_scripts_are_not(bad):
    class One(PlainForm):
        words = PlainParagraphs(label="Words")

    assert "words" in One({"words": bad}).errors
    assert One({"words": "أمل\tОлена\n王蘭 👩‍👧"}).is_valid()


@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_in_words(text):
    class One(PlainForm):
        words = PlainText(label="Words", required=False, max_length=40)

    form = One({"words": text})
    if form.is_valid():
        form.cleaned_data["words"].encode()
        assert "\x00" not in form.cleaned_data["words"]
    else:
        assert all(str(error) for error in form.errors["words"])


def test_text_without_a_limit_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="max_length"):

        class Careless(PlainForm):
            words = forms.CharField()


@pytest.mark.parametrize("typed", [GOOD, GOOD.lower(), f" {GOOD[:2]}-{GOOD[2:]} ", " ".join(GOOD)])
def test_code_is_read_however_it_is_typed(typed):
    assert CodeField().clean(typed) == GOOD


def test_code_with_one_wrong_sign_is_refused_in_words():
    wrong = ("A" if GOOD[0] != "A" else "B") + GOOD[1:]
    with pytest.raises(ValidationError) as refused:
        CodeField().clean(wrong)
    assert "Check the code" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("parts", "value", "precision", "latest"),
    [
        (["3", "5", "2014", ""], date(2014, 5, 3), "day", date(2014, 5, 3)),
        (["", "2", "2012", ""], date(2012, 2, 1), "month", date(2012, 2, 29)),
        (["", "", "2014", ""], date(2014, 1, 1), "year", date(2014, 12, 31)),
        (["", "", "2014", "on"], date(2014, 1, 1), "about", date(2015, 12, 31)),
        (["٣", "٥", "٢٠١٤", ""], date(2014, 5, 3), "day", date(2014, 5, 3)),
    ],
)
def test_date_is_kept_as_exact_as_it_was_given(parts, value, precision, latest):
    entered = DateField().clean(parts)
    assert entered == EnteredDate(value, precision)
    assert entered.latest == latest
    assert entered.earliest <= entered.value <= entered.latest


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["", "", "", ""], "required"),
        (["31", "2", "2014", ""], "day"),
        (["5", "", "2014", ""], "month_missing"),
        (["1", "13", "2014", ""], "month"),
        (["1", "1", "14", ""], "year"),
        (["1", "1", "99999999999999", ""], "year"),
        (["1", "1", "2099", ""], "future"),
        (None, "required"),
    ],
)
def test_impossible_date_is_refused_with_what_to_do(parts, code):
    with pytest.raises(ValidationError) as refused:
        DateField().clean(parts)
    assert refused.value.code == code


@given(st.lists(st.text(max_size=6), max_size=6))
def test_any_date_parts_are_taken_or_refused(parts):
    try:
        entered = DateField(required=False).clean(parts)
    except ValidationError:
        return  # a refusal in words; anything else is an error
    assert entered is None or entered.earliest <= entered.latest


def test_number_outside_its_limits_is_refused_in_words():
    class One(PlainForm):
        years = WholeNumber(label="Years", min_value=0, max_value=25)

    assert One({"years": "26"}).errors["years"] == ["Enter a number that is 25 or less."]
    assert One({"years": "9" * 5000}).errors["years"]
    assert One({"years": "17"}).is_valid()


def test_each_showing_of_a_form_has_a_key_of_its_own_and_keeps_it_when_sent():
    class Do(ActForm):
        words = PlainText(label="Words")

    first, second = Do(), Do()
    key = str(first["key"].value())
    assert key != str(second["key"].value())
    sent = Do({"words": "x", "key": key})
    assert sent.is_valid()
    assert sent.cleaned_data["key"] == key
    assert Do({"words": "x", "key": "rubbish"}).is_valid()


def test_missing_answer_is_named_in_the_words_of_the_question():
    class Do(PlainForm):
        words = PlainText(label="What did you see?")
        safe = forms.ChoiceField(label="Is the child safe?", choices=[("y", "Yes")])
        told = forms.BooleanField(label="The child was told")
        own = PlainText(label="Own", error_messages={"required": "Say your own."})

    errors = Do({}).errors
    assert errors["words"] == ["Answer “What did you see?”."]
    assert errors["safe"] == ["Choose an answer to “Is the child safe?”."]
    assert errors["told"] == ["Tick “The child was told” to go on."]
    assert errors["own"] == ["Say your own."]
