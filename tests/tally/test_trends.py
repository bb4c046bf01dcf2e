"""Early warning: alarms where something happens, few where nothing does, and no fall read as good news."""

from __future__ import annotations

import numpy as np
import pytest

from tally.errors import NoDenominator
from tally.trends import aberration, change_of_mix, completeness_by_delay, false_alarm_rate


def history(last: int, mean: float = 20.0, years: int = 6, seed: int = 1) -> list[int]:
    random = np.random.default_rng(seed)
    return [*(int(n) for n in random.poisson(mean, 12 * years - 1)), last]


def test_a_jump_alarms_and_is_not_for_targeting():
    it = aberration(history(50), 12)
    assert it.is_high
    assert "not for targeting" in it.says
    assert not aberration(history(22), 12).is_high


def test_a_fall_alarms_as_a_question_about_services_never_as_less_trafficking():
    it = aberration(history(2), 12)
    assert it.is_low
    assert "says nothing about fewer victims" in it.says


def test_late_reports_and_holidays_are_not_a_fall():
    shut = [1.0] * 71 + [0.25]
    assert aberration(history(6), 12).is_low
    assert not aberration(history(6), 12, completeness=0.3).is_low
    assert not aberration(history(6), 12, open_share=shut).is_low
    assert aberration(history(6), 12, completeness=0.3).expected == pytest.approx(6, abs=1.2)


def test_one_past_outbreak_does_not_hide_the_next():
    calm, outbreak = history(45), history(45)
    outbreak[71 - 24] = 150
    assert aberration(outbreak, 12).is_high
    assert aberration(outbreak, 12).expected == pytest.approx(aberration(calm, 12).expected, rel=0.25)


def test_a_clear_trend_is_followed():
    rising = [int(10 * 1.02**month) for month in range(72)]
    assert not aberration(rising, 12).is_high
    assert aberration(rising, 12).expected == pytest.approx(rising[-1], rel=0.15)


@pytest.mark.parametrize(
    ("per_year", "mean", "dispersion"), [(12, 20.0, 1.0), (12, 20.0, 2.0), (52, 5.0, 1.0)]
)
def test_false_alarms_are_as_rare_as_promised_where_nothing_happens(per_year, mean, dispersion):
    high, low = false_alarm_rate(per_year, mean, dispersion=dispersion, simulations=400, seed=1)
    assert high <= 0.0125  # 0.005 promised; three standard errors of 400 simulations above
    assert low <= 0.02  # counts are whole: below about ten expected, the lower limit is coarser


def test_too_little_history_and_nonsense_are_refused():
    with pytest.raises(NoDenominator, match="earlier periods"):
        aberration([5] * 14, 12)
    for counts, options in (([-1] * 72, {}), ([1] * 72, {"completeness": 0}), ([1] * 72, {"open_share": [1.0] * 71}),
                            ([1] * 72, {"open_share": [0.0] * 72})):  # fmt: skip
        with pytest.raises(ValueError):
            aberration(counts, 12, **options)


def test_a_silent_series_expects_nothing():
    it = aberration([0] * 71 + [3], 12)
    assert it.expected == pytest.approx(0, abs=0.01)
    assert it.is_high


def test_completeness_is_the_chain_ladder_by_hand():
    # Delay 0 to 1 grows 30 to 60 (factor 2), 1 to 2 grows 30 to 45 (factor 1.5).
    found = completeness_by_delay([[15, 15, 15], [15, 15], [10]])
    assert found == pytest.approx([1 / 3, 2 / 3, 1.0])
    with pytest.raises(NoDenominator, match="empty"):
        completeness_by_delay([])
    with pytest.raises(NoDenominator, match="learned"):
        completeness_by_delay([[0, 5], [1]])


def test_a_change_of_mix_is_found_and_named():
    it = change_of_mix(
        {"labour": 80, "sexual": 80, "begging": 40}, {"labour": 40, "sexual": 38, "begging": 62}, seed=1
    )
    assert it.is_change
    assert it.shifts[0].category == "begging"
    assert "not for targeting" in it.says


def test_the_same_mix_of_fewer_people_is_no_change():
    it = change_of_mix(
        {"labour": 80, "sexual": 80, "begging": 40}, {"labour": 21, "sexual": 19, "begging": 10}, seed=1
    )
    assert not it.is_change
    assert it.says == ""


def test_changes_of_mix_alarm_by_chance_as_often_as_promised():
    random = np.random.default_rng(2)
    alarms = 0
    for number in range(300):
        before, after = (random.multinomial(60, [0.5, 0.3, 0.2]) for _ in range(2))
        found = change_of_mix(dict(zip("abc", before, strict=True)), dict(zip("abc", after, strict=True)),
                              alpha=0.05, simulations=400, seed=number)  # fmt: skip
        alarms += found.is_change
    assert alarms / 300 <= 0.05 + 3 * (0.05 * 0.95 / 300) ** 0.5


def test_a_mix_of_too_few_or_of_other_categories_is_refused():
    with pytest.raises(NoDenominator, match="20 persons"):
        change_of_mix({"a": 10, "b": 5}, {"a": 50, "b": 5})
    with pytest.raises(NoDenominator, match="different categories"):
        change_of_mix({"a": 30}, {"b": 30})
