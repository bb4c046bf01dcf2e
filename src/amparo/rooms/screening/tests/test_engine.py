"""Answers in, words out: against a slow plain reference, and the promises that hold for every instrument."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings

from amparo.rooms.screening import engine, loading
from amparo.rooms.screening.definitions import Answer
from amparo.rooms.screening.engine import NextStep, Outcome

from . import reference
from .reference import filled

ORDER = list(Outcome)
SEEN, NOT_SEEN, UNSEEN = Answer.SEEN, Answer.NOT_SEEN, Answer.COULD_NOT_SEE
many = settings(max_examples=200, deadline=None)


@many
@given(filled())
def test_the_outcome_is_what_the_plain_reference_finds(case):
    it, answers = case
    result = engine.evaluate(it, answers)
    assert result.outcome.value == reference.outcome(it, answers)
    assert list(result.dimensions) == reference.dimensions(it, answers)
    asked = [i.id for i in it.items if reference.is_asked(it, answers, i.id)]
    assert [i.id for i in engine.asked(it, answers)] == asked


@many
@given(filled())
def test_a_sign_more_never_lowers_an_outcome(case):
    it, answers = case
    before = engine.evaluate(it, answers)
    for name in [i.id for i in engine.asked(it, answers)]:
        after = engine.evaluate(it, {**answers, name: SEEN})
        assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)
        assert set(after.dimensions) >= set(before.dimensions)
        if before.next_step is NextStep.CALL_DUTY_DESK:
            assert after.next_step is NextStep.CALL_DUTY_DESK


@many
@given(filled())
def test_what_could_not_be_seen_never_counts_as_not_there(case):
    it, answers = case
    for name, answer in answers.items():
        if answer is NOT_SEEN:
            before, after = engine.evaluate(it, answers), engine.evaluate(it, {**answers, name: UNSEEN})
            assert ORDER.index(after.outcome) >= ORDER.index(before.outcome)


@many
@given(filled())
def test_a_missing_answer_is_one_that_could_not_be_seen(case):
    it, answers = case
    whole = engine.checked(it, answers)
    assert engine.evaluate(it, answers) == engine.evaluate(it, whole)
    missing = [n for n in whole if n not in answers]
    assert [whole[n] for n in missing] == [UNSEEN] * len(missing)
    assert set(missing) <= set(engine.evaluate(it, answers).unseen)


@many
@given(filled())
def test_an_answer_to_a_line_that_was_not_asked_is_refused(case):
    it, answers = case
    open_now = {i.id for i in engine.asked(it, answers)}
    for item in it.items:
        if item.id not in open_now:
            with pytest.raises(engine.NotAsked, match=item.id):
                engine.evaluate(it, {**answers, item.id: NOT_SEEN})
    with pytest.raises(engine.NotAsked):
        engine.evaluate(it, {**answers, "nowhere": SEEN})


@pytest.mark.parametrize("name", sorted(n for n, v in loading.instruments().items() if not v[-1].is_clinical))
def test_nothing_touched_is_never_no_signs_and_all_looked_at_is(name):
    it = loading.instruments()[name][-1]
    assert engine.evaluate(it, {}).outcome is Outcome.NOT_ALL_SEEN
    all_looked_at = {item.id: NOT_SEEN for item in engine.asked(it, {})}
    assert engine.evaluate(it, all_looked_at).outcome is Outcome.NONE_NOTED
    assert engine.evaluate(it, all_looked_at).next_step is NextStep.KEEP_WATCHING


def test_one_sign_of_a_guide_is_reason_to_talk_and_one_that_cannot_wait_to_call():
    it = loading.current("labour")
    result = engine.evaluate(it, {"tired": SEEN})
    assert (result.outcome, result.next_step) == (Outcome.SIGNS_NOTED, NextStep.TALK_TO_SUPERVISOR)
    assert engine.evaluate(it, {"tired": SEEN, "shut_in": SEEN}).next_step is NextStep.CALL_DUTY_DESK


@pytest.mark.parametrize(
    ("seen", "positive"),
    [
        (["e_hours"], False),  # one strong alone
        (["e_hours", "e_school"], True),  # one strong and one other
        (["e_living", "e_pay"], False),  # two medium
        (["e_living", "e_pay", "e_school"], True),  # two medium and one weak
        (["e_living", "e_pay", "e_work"], True),  # three medium
        (["e_school"], False),
        (["e_living", "e_school"], False),  # one medium and one weak
    ],
)
def test_a_dimension_of_the_indicators_is_positive_by_the_published_rule(seen, positive):
    result = engine.evaluate(loading.current("child_indicators"), dict.fromkeys(seen, SEEN))
    assert ("exploitation" in result.dimensions) is positive


def test_two_strong_indicators_make_a_dimension_and_do_not_spill_into_another():
    it = loading.current("child_indicators")
    assert engine.evaluate(it, {"k_papers": SEEN, "k_debt": SEEN}).dimensions == ("kept",)
    assert engine.evaluate(it, {"d_job": SEEN, "c_violence": SEEN}).dimensions == ()


def test_the_engine_knows_no_django():
    for name in ("engine", "definitions"):
        tree = ast.parse((Path(engine.__file__).parent / f"{name}.py").read_text())
        names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        assert [n for n in names if n.startswith(("django", "amparo"))] == []
