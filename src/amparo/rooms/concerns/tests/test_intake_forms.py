"""Forms as data: what each asks, what none may require, and that nothing a form takes is cut off."""

from __future__ import annotations

import re

import pytest
import yaml
from django.utils import translation

from amparo.rooms.concerns.forms.intake import PARAGRAPHS_AT_MOST, IntakeAnswers, parse_age
from amparo.rooms.concerns.forms.intake_data import (
    AT_MOST,
    HERE,
    NEVER_REQUIRED,
    WORDS,
    WRITTEN_IN,
    clear_answers,
    intake_forms,
    languages,
    options_of,
    paper_words,
)
from amparo.rooms.concerns.intake import MOST_WORDS
from amparo.rooms.concerns.kinds import Channel, Gender
from amparo.rooms.desk.rules.strict import RuleError

FORMS = intake_forms()
#: Stems of words, in both languages, that none of our questions may hold: what they are about is never asked for.
NEVER_ASKED = {
    "religion": r"religio|faith|church|mosque|pray|دين|ديان|مسجد|كنيس",
    "ethnicity": r"ethni|tribe|race\b|nationalit|citizen|عرق|قبيل|جنسي[ةه]\b",
    "orientation": r"orientation|sexuali|ميول|توجه جنسي",
    "sexual_history": r"sexual history|virgin|intercourse|partner|ماض جنسي|عذري",
    "test_results": r"\bhiv\b|infection|test result|السيدا|إيدز|فحص",
    "migration_status": r"visa|passport|migrat|status|asylum|تأشيرة|جواز|هجرة|إقامة|لجوء",
    "route": r"route|travell?ed from|cross(ed|ing)|border did|طريق السفر|معبر دخل",
    "alleged_harmer": r"suspect|perpetrator|offender|trafficker|مشتبه|جاني|متّهم",
}  # fmt: skip


def texts():
    """Every question, hint and option of every form, in each language: (form, question, language, text)."""
    for form in FORMS.values():
        for question in form.questions():
            for words in (question.label, question.hint, question.short, *question.options.values()):
                yield from ((form.name, question.name, code, text) for code, text in words.items())


@pytest.mark.parametrize("topic", NEVER_REQUIRED)
def test_nothing_is_asked_that_practice_never_requires(topic):
    found = [t for t in texts() if re.search(NEVER_ASKED[topic], t[3], re.IGNORECASE)]
    assert found == []


def test_the_search_for_such_words_would_find_them():
    told = {
        "religion": "What is the child's religion?", "ethnicity": "Nationality", "orientation": "Sexual orientation",
        "sexual_history": "Sexual history", "test_results": "HIV test result", "migration_status": "ما وضع الهجرة؟",
        "route": "Which route did the child take?", "alleged_harmer": "Name of the suspect",
    }  # fmt: skip
    assert all(re.search(NEVER_ASKED[topic], words, re.IGNORECASE) for topic, words in told.items())
    assert set(told) == set(NEVER_REQUIRED) == set(NEVER_ASKED)
    assert len(list(texts())) > 300


def test_no_form_requires_a_question_about_such_a_topic():
    marked = {q.name for f in FORMS.values() for q in f.questions() if q.topic}
    assert marked == {"who_must_not_know"}
    assert [f.name for f in FORMS.values() if marked & set(f.required)] == []


def test_requirements_are_few():
    required = {f.name: f.required for f in FORMS.values()}
    assert {q for names in required.values() for q in names} == {
        "reach",
        "danger_now",
        "call_type",
        "held_where",
    }
    assert max(len(names) for names in required.values()) <= 2


def test_hand_over_has_six_answers_and_custody_at_most_eight():
    asked = {f.channel: [q.name for q in f.questions()] for f in FORMS.values()}
    assert asked[Channel.HAND_OVER] == ["reach", "age", "language", "danger_now", "needs", "with_child"]
    assert len(asked[Channel.CUSTODY]) <= AT_MOST[Channel.CUSTODY] == 8
    assert all(len(names) <= 25 for names in asked.values())
    assert {f.name for f in FORMS.values()} == {
        "hand_over", "hotline", "agency", "school", "clinic", "border", "custody", "group",
    }  # fmt: skip


def test_every_choice_can_be_answered_with_not_knowing():
    for form in FORMS.values():
        for question in form.questions():
            if question.kind == "choice" and question.fills != "call_type":
                assert "unknown" in dict(options_of(question)), question.name


def test_every_text_stands_in_each_language_a_form_is_written_in():
    words = [w for f in FORMS.values() for w in (f.title, f.lead, f.submit, *f.row_labels.values())]
    words += [w for f in FORMS.values() for g in f.groups if g.title for w in [g.title]]
    words += [
        w for f in FORMS.values() for q in f.questions() for w in (q.label, q.short, *q.options.values())
    ]
    words += [q.hint for f in FORMS.values() for q in f.questions() if q.hint["en"]]
    words += [*paper_words().values(), *clear_answers().values()]
    assert [w for w in words if set(w) != set(WRITTEN_IN) or not all(w.values())] == []
    arabic = re.compile(r"[\u0600-\u06ff]")
    assert [w for w in words if not arabic.search(w["ar"])] == []
    assert [w for w in words if arabic.search(w["en"])] == []


def test_no_question_marks_a_child_as_required_by_a_star():
    assert [t for t in texts() if "*" in t[3]] == []


@pytest.mark.parametrize("name", FORMS)
def test_the_longest_answers_fit_into_one_concern(name):
    form = FORMS[name]
    for fills in WORDS:
        most = 0
        for question in form.questions():
            if question.fills == fills:
                answer = PARAGRAPHS_AT_MOST if question.kind == "paragraphs" else 200
                most += max(len(text) for text in question.short.values()) + answer + 3
        rows = sum(len(max(w.values(), key=len)) + 83 for w in form.row_labels.values()) if form.rows else 0
        assert most + rows <= MOST_WORDS, fills


def test_the_facts_that_a_form_fills_are_those_of_a_concern():
    form = IntakeAnswers(
        {"reach": "Tent 4", "age": "16-12", "language": "sgn", "danger_now": "yes", "needs": ["doctor", "unknown"],
         "with_child": "unknown"}, form=FORMS["hand_over"],
    )  # fmt: skip
    assert form.is_valid()
    intake = form.to_intake()
    assert (intake.age_low, intake.age_high, intake.language) == (12, 16, "sgn")
    assert (intake.danger_now, intake.with_child, intake.health_today) == ("yes", "unknown", "yes")
    assert (intake.needs, intake.gender, intake.in_custody) == (("doctor",), Gender.UNKNOWN, "unknown")
    assert intake.reporter.endswith("Tent 4")
    assert intake.account == ""


def test_custody_is_an_alarm_whatever_was_ticked():
    form = IntakeAnswers({"reach": "x", "held_where": "Station"}, form=FORMS["custody"])
    assert form.is_valid()
    assert form.to_intake().urgency()[0] == "now"


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("", (None, None)),
        ("12", (12, 12)),
        ("10-12", (10, 12)),
        ("12 – 10", (10, 12)),
        ("١٢", (12, 12)),
        ("0", (0, 0)),
    ],
)
def test_an_age_is_read_as_people_write_it(text, ages):
    assert parse_age(text) == ages


@pytest.mark.parametrize("text", ["31", "about ten", "-1", "1.5", "10-", "100", "12-31", "१"[:0] + "x"])
def test_what_is_no_age_is_said(text):
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_age(text)


def test_languages_are_named_in_the_language_of_the_page():
    with translation.override("ar"):
        arabic = dict(languages())
    with translation.override("fr"):  # no form is written in it: the words stay English ones together
        french = dict(languages())
    assert (arabic["ar"], french["ar"], french["sgn"]) == ("العربية", "Arabic", "A sign language")
    assert len(arabic) == len(french) >= 40


@pytest.fixture
def folder(tmp_path):
    """A copy of the form files that a test may spoil."""
    for path in HERE.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")

    def spoil(name, **more):
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | more, allow_unicode=True), "utf-8"
        )
        return tmp_path

    return spoil


@pytest.mark.parametrize(
    ("form", "more", "said"),
    [
        ("agency", {"required": ["who_must_not_know"]}, "alleged_harmer, which is never required"),
        ("agency", {"required": ["held_where"]}, "not asked in this form"),
        ("agency", {"groups": [{"questions": ["reach", "reach"]}]}, "the same question twice"),
        ("agency", {"groups": [{"questions": ["religion"]}]}, "not in questions.yaml"),
        ("agency", {"colour": "red"}, "unknown key"),
        ("custody", {"always": {"in_custody": "perhaps"}}, "no clear answer"),
        ("hand_over", {"groups": [{"questions": ["reach", "age", "language", "danger_now", "needs", "with_child",
                                                 "area"]}]}, "asks 7 questions; at most 6"),
    ],
)  # fmt: skip
def test_a_slip_in_a_form_file_stops_the_start(folder, form, more, said):
    assert intake_forms(folder(form)).keys() == FORMS.keys()
    intake_forms.cache_clear()
    try:
        with pytest.raises(RuleError, match=re.escape(said)):
            intake_forms(folder(form, **more))
    finally:
        intake_forms.cache_clear()
