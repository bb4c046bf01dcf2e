"""Ages, places and next steps: facts in, words out."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest

from amparo.foundation.ids import SubjectId
from amparo.foundation.texts import language_name
from amparo.rooms.cases.ages import Age
from amparo.rooms.cases.next_steps import Facts, next_steps
from amparo.rooms.cases.places import TITLES, is_fit, place_kinds


@pytest.mark.parametrize(
    ("age", "on", "lowest", "eighteen"),
    [
        (Age(16, 19, dt.date(2026, 11, 24)), dt.date(2026, 11, 24), 16, dt.date(2028, 11, 24)),
        (Age(16, 19, dt.date(2026, 11, 24)), dt.date(2027, 11, 23), 16, dt.date(2028, 11, 24)),
        (Age(16, 19, dt.date(2026, 11, 24)), dt.date(2027, 11, 24), 17, dt.date(2028, 11, 24)),
        (Age(None, None, dt.date(2026, 11, 24)), dt.date(2030, 1, 1), 0, None),
        (Age(0, 0, dt.date(2024, 2, 29)), dt.date(2025, 2, 28), 0, dt.date(2042, 3, 1)),
        (Age(0, 0, dt.date(2024, 2, 29)), dt.date(2025, 3, 1), 1, dt.date(2042, 3, 1)),
        (Age(18, 20, dt.date(2026, 11, 24)), dt.date(2026, 11, 24), 18, dt.date(2026, 11, 24)),
    ],
)
def test_entitlements_use_the_lowest_age_and_eighteen_is_the_latest_day(age, on, lowest, eighteen):
    assert age.lowest(on) == lowest
    assert age.latest_eighteen() == eighteen
    assert age.is_surely_adult(on) is (lowest >= 18)


def test_between_16_and_19_is_a_child():
    assert not Age(16, 19, dt.date(2026, 11, 24)).is_surely_adult(dt.date(2026, 11, 24))


def test_every_kind_of_place_has_words_and_the_five_of_practice_are_unfit():
    assert set(place_kinds()) == set(TITLES)
    for kind in ("adult_shelter", "hotel", "police_cell", "detention", "unrelated_adults"):
        assert not is_fit(kind)
        assert place_kinds()[kind].source
    assert is_fit("foster")
    assert not is_fit("palace")


def facts(**more):
    calm = {"is_place_fit": True, "is_plan": False, "is_seen": True, "guardian": "appointed", "is_owned": True,
            "interpreter_is_known": True}  # fmt: skip
    return Facts(subject_id=SubjectId(uuid.uuid4()), **{**calm, **more})


def test_never_more_than_three_and_safety_first():
    said = itertools.product(
        [True, False], [True, False], [True, False], ["requested", "appointed", "cannot_now"], [True, False]
    )
    for fit, plan, seen, guardian, owned in said:
        steps = next_steps(
            facts(is_place_fit=fit, is_plan=plan, is_seen=seen, guardian=guardian, is_owned=owned)
        )
        assert 1 <= len(steps) <= 3
        codes = [step.code for step in steps]
        if not fit:
            assert codes.index("move") <= (0 if owned else 1)
        if not seen:
            assert "see" in codes
        assert len(set(codes)) == len(codes)


def test_screening_is_never_a_step():
    """It runs beside care and is a condition for nothing (practice, 1)."""
    assert all(
        "screen" not in step.url_name for step in next_steps(facts(is_seen=False, guardian="requested"))
    )


@pytest.mark.parametrize(
    ("tag", "name"),
    [("ar", "Arabic"), ("und", "Not known"), ("quz", "quz"), ("zh-yue", "zh-yue"), ("x", "x")],
)
def test_any_language_tag_has_something_to_show(tag, name):
    assert language_name(tag)
    if len(name) > 6:
        assert language_name(tag) == name
