"""CTDC and HTCDS rows, rates, ratios, and breaks made by reporting."""

from __future__ import annotations

import csv
import itertools

import pytest

from tally.detected import (
    COURT_CASES,
    CTDC_K,
    CTDC_SYNTHETIC,
    from_htcds,
    from_persons,
    rates,
    ratio,
    read_persons,
    read_unodc,
    reporting_breaks,
    shares,
)
from tally.detected.frame import Interval
from tally.errors import NoDenominator, UnreadableSource
from tests.tally.places import table
from tests.tally.workbooks import published, victims


def test_table_k_gives_its_known_shares_of_children():
    frame = read_persons(table("detected/ctdc_kanonymised_recoded.csv"), CTDC_K)
    assert frame.total() == Interval(14_299, 14_299)
    # ages 9-17: 34.6 %, 0-8: 1.4 %
    assert round(100 * frame.where(age="child").total().low / 14_299, 1) == 36.0


def test_synthetic_table_gives_its_known_share_of_minors():
    frame = read_persons(table("detected/CTDC_VPsynthetic_condensed.csv"), CTDC_SYNTHETIC)
    known = frame.where(age=("child", "adult")).total().low
    assert known == 17_591
    assert round(100 * frame.where(age="child").total().low / known, 1) == 6.9


def person(**given):
    row = {"yearOfRegistration": "2016", "gender": "Female", "ageCategories": "Age 9-17", "citizenship": "XX",
           "ExploitType": "Forced Labor"}  # fmt: skip
    return row | given


def test_rows_that_are_persons_give_shares_with_full_coverage():
    rows = [person()] * 3 + [person(gender="Male", ageCategories="Age 30-38")] * 6 + [person(gender="")]
    it = shares(from_persons(rows, CTDC_K), 2016)

    assert it.n == Interval(9, 9)
    assert it.shares["children"] == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert it.coverage["detected"] == [10, 10]
    assert it.coverage["share_of_detected"] == [0.9, 0.9]


@pytest.mark.parametrize("row", [person(gender="F"), person(ageCategories="Age 16-20"), {"gender": "Female"}])
def test_a_row_that_cannot_be_understood_is_refused(row, tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    with pytest.raises(UnreadableSource):
        read_persons(path, CTDC_K)


def test_htcds_rows_count_presumed_and_actual_victims_by_age_when_trafficked():
    def row(status, gender, age):
        return {"vic_TraffickingStatus": status, "prs_Gender": gender, "vic_AgeWhenTrafficked": age}

    rows = [row("PossibleVictimOfTrafficking", "Feminine", "17"), row("ActualVictimOfTrafficking", "Masculine", "18"),
            row("NotAVictimOfTrafficking", "Feminine", "9"), row("ActualVictimOfTrafficking", "NonConforming", "")]  # fmt: skip
    it = shares(from_htcds(rows, 2026, "invented"), 2026)

    assert it.shares["girls"] == (0.5, 0.5)
    assert it.coverage["detected"] == [3, 3]
    with pytest.raises(UnreadableSource, match="vic_TraffickingStatus"):
        from_htcds([row("Perhaps", "Feminine", "17")], 2026, "invented")
    with pytest.raises(UnreadableSource):
        from_htcds([row("ActualVictimOfTrafficking", "Feminine", "about 17")], 2026, "invented")


# -- rates and ratios ----------------------------------------------------------------------------------------


def alderia(path):
    form = {"Dimension": "by form of exploitation", "Category": "Forced labour"}
    return read_unodc(published(path, [
        victims("Female", "0 to 17 years", "<5"), victims("Total", "0 to 17 years", "20"),
        victims("Total", "Total", "50"), victims("Total", "Total", "30", **form),
    ]))  # fmt: skip


def test_rates_are_per_100_000_of_the_group_with_their_interval(tmp_path):
    found = {
        r.group: r
        for r in rates(alderia(tmp_path / "a.xlsx"), 2020, "XXA", {"girls": 200_000, "total": 1_000_000})
    }

    assert (found["girls"].low, found["girls"].high) == (0.5, 2.0)
    assert found["total"].low == pytest.approx(5.0)
    assert found["form: Forced labour"].high == pytest.approx(3.0)
    assert "children" not in found
    assert "detected part" in found["total"].caveat


def test_rates_without_a_denominator_are_refused(tmp_path):
    frame = alderia(tmp_path / "a.xlsx")
    with pytest.raises(NoDenominator, match="XXZ"):
        rates(frame, 2020, "XXZ", {"total": 1})
    with pytest.raises(NoDenominator, match="above 0"):
        rates(frame, 2020, "XXA", {"total": 0})


def test_ratio_has_katzs_interval_and_its_sentence():
    # By hand: log ratio 0.6931, standard error sqrt(1/40 - 1/100 + 1/20 - 1/100) = 0.2345.
    it = ratio((40, 100), (20, 100), caveat=COURT_CASES, source="invented")

    assert (it.value, it.low, it.high) == pytest.approx((2.0, 1.263, 3.167), abs=0.001)
    assert "court" in it.caveat
    assert ratio((0, 10), (5, 10), caveat="c", source="s").value == pytest.approx(0.5 / 5.5)


@pytest.mark.parametrize(("first", "second", "caveat", "source"), [
    ((4, 10), (2, 10), " ", "s"), ((4, 10), (2, 10), "c", ""), ((4, 0), (2, 10), "c", "s"), ((11, 10), (2, 10), "c", "s"),
])  # fmt: skip
def test_ratio_without_denominator_caveat_or_source_is_refused(first, second, caveat, source):
    with pytest.raises(NoDenominator):
        ratio(first, second, caveat=caveat, source=source)


# -- breaks --------------------------------------------------------------------------------------------------


def world(tmp_path, reports):
    rows = [
        victims("Total", "Total", str(count), Iso3_code=code, Country=code, Year=str(year))
        for (code, year), count in reports.items()
    ]
    return read_unodc(published(tmp_path / "a.xlsx", rows))


def test_a_step_made_by_a_country_that_stops_reporting_is_named_as_such(tmp_path):
    steady = dict.fromkeys(itertools.product(("XXA", "XXB"), (2019, 2020)), 100)
    [found] = reporting_breaks(world(tmp_path, steady | {("XXC", 2019): 300}))

    assert (found.year, found.stopped, found.started) == (2020, ("XXC",), ())
    assert found.change[0] == pytest.approx(-0.6)
    assert found.change_same_reporters[0] == pytest.approx(0)
    assert "one of reporting" in found.says


def test_a_step_that_all_reporters_share_is_no_break(tmp_path):
    halved = {(code, year): 100 if year == 2019 else 50 for code in ("XXA", "XXB") for year in (2019, 2020)}
    assert reporting_breaks(world(tmp_path, halved)) == []
    assert reporting_breaks(world(tmp_path, {("XXA", 2018): 9, ("XXA", 2020): 99})) == []
    assert reporting_breaks(world(tmp_path, {("XXA", 2019): 9, ("XXB", 2020): 99})) == []


def test_unodcs_last_year_is_a_break_of_reporting(unodc):
    found = {b.year: b for b in reporting_breaks(unodc)}
    # 73 countries had not reported 2021 yet: without them, victims did not fall by more than half.
    assert found[2021].change[0] < -0.5 < found[2021].change_same_reporters[0]
