"""Detected victims: UNODC's workbook with every trap, and the published headline from the real file."""

from __future__ import annotations

import json
import zipfile

import pytest

from tally.cli import main
from tally.detected import read_unodc, shares, workbook
from tally.detected.frame import Interval
from tally.errors import NoDenominator, UnreadableSource
from tests.tally.workbooks import NAMESPACE, published, victims, write

WHOLE = [
    victims("Female", "0 to 17 years", "17"), victims("Male", "0 to 17 years", "18"),
    victims("Female", "18 years or over", "41"), victims("Male", "18 years or over", "24"),
    victims("Total", "Total", "110"),
]  # fmt: skip


def test_real_workbook_gives_the_share_of_children_that_unodc_published(unodc):
    # UNODC, Global Report 2022: women 41, men 24, girls 17, boys 18 per cent; children 35.
    it = shares(unodc, 2020)

    assert [round(100 * end, 1) for end in it.shares["children"]] == [34.6, 35.0]
    whole = {name: {round(100 * end) for end in ends} for name, ends in it.shares.items()}
    assert (whole["women"], whole["men"], whole["girls"], whole["boys"]) == ({41}, {24}, {17}, {18})
    assert it.n == Interval(44765, 45413)


def test_real_workbook_marks_the_cells_published_twice(unodc):
    assert int(unodc.where(table="total").is_conflict.sum()) >= 20
    twice = unodc.where(iso3="BOL", year="2020", sex="female", age="total", table="total")
    assert twice.total() == Interval(32, 64)


def test_pooled_countries_are_in_the_world_sum_and_named(unodc):
    pooled = [name for name in unodc.values("country") if name.endswith(", pooled countries")]
    assert len(pooled) == 6  # the seventh code, MCA, occurs among other indicators only


def test_banner_commas_and_small_cells_are_read(tmp_path):
    rows = [
        *WHOLE,
        victims("Other", "0 to 17 years", "<5"),
        victims("Total", "Total", "1,110", Iso3_code="XXB"),
    ]
    frame = read_unodc(published(tmp_path / "a.xlsx", rows))

    assert frame.where(iso3="XXB").total() == Interval(1110, 1110)
    assert frame.where(sex="other").total() == Interval(1, 4)
    assert "30/05/2023" in frame.source


def test_a_pooled_country_counts_and_is_no_country(tmp_path):
    pooled = victims("Female", "0 to 17 years", "5", Iso3_code="SAM", Country="", Region="")
    it = shares(read_unodc(published(tmp_path / "a.xlsx", [*WHOLE, pooled])), 2020)

    assert it.n == Interval(105, 105)
    assert (it.coverage["countries"], it.coverage["pooled_groups"]) == (1, 1)


def test_a_cell_published_twice_becomes_the_range_and_other_forms_add_up(tmp_path):
    form = {"Dimension": "by form of exploitation", "Category": "Other forms of exploitation"}
    rows = [*WHOLE, victims("Female", "Total", "62"), victims("Female", "Total", "43"),
            victims("Total", "Total", "7", **form), victims("Total", "Total", "<5", **form)]  # fmt: skip
    frame = read_unodc(published(tmp_path / "a.xlsx", rows))

    assert frame.where(sex="female", age="total").total() == Interval(43, 62)
    assert frame.where(table="form").total() == Interval(8, 11)
    assert int(frame.is_conflict.sum()) == 1


@pytest.mark.parametrize("change", [
    {"Sex": "Woman"}, {"Age": "under 16"}, {"Dimension": "by colour"}, {"txtVALUE": "about 5"}, {"Year": "20-21"},
])  # fmt: skip
def test_an_unknown_word_in_the_workbook_is_refused_not_dropped(tmp_path, change):
    with pytest.raises(UnreadableSource):
        read_unodc(published(tmp_path / "a.xlsx", [victims("Female", "Total", "5", **change)]))


def test_other_indicators_count_other_people(tmp_path):
    rows = [*WHOLE, victims("Female", "0 to 17 years", "900", Indicator="Persons convicted")]
    assert shares(read_unodc(published(tmp_path / "a.xlsx", rows)), 2020).n == Interval(100, 100)


def test_files_that_are_no_workbook_are_refused(tmp_path):
    plain = tmp_path / "a.xlsx"
    plain.write_text("not a workbook")
    moved = write(tmp_path / "b.xlsx", [["UNODC"], ["date"], ["Country", "Year"]])
    entity = published(tmp_path / "c.xlsx", WHOLE, head="<!DOCTYPE a [<!ENTITY b 'c'>]>")
    empty = published(tmp_path / "d.xlsx", [])
    for path in (plain, moved, entity, empty):
        with pytest.raises(UnreadableSource):
            read_unodc(path)


def test_a_share_without_denominator_is_refused(tmp_path):
    nobody = [victims("Total", "Total", "100")]
    unknown = WHOLE[:4]
    with pytest.raises(NoDenominator, match="both age and sex"):
        shares(read_unodc(published(tmp_path / "a.xlsx", nobody)), 2020)
    with pytest.raises(NoDenominator, match="in all"):
        shares(read_unodc(published(tmp_path / "b.xlsx", unknown)), 2020)
    with pytest.raises(NoDenominator, match="2020"):
        shares(read_unodc(published(tmp_path / "c.xlsx", WHOLE)), 1999)


def test_extremes_hold_every_way_to_fill_in_a_small_cell(tmp_path):
    rows = [victims("Female", "0 to 17 years", "<5"), *WHOLE[1:]]
    it = shares(read_unodc(published(tmp_path / "a.xlsx", rows)), 2020)

    tried = [(18 + girls) / (83 + girls) for girls in range(1, 5)]
    assert it.extremes["children"] == pytest.approx((min(tried), max(tried)))


def test_the_command_prints_a_headline_and_plain_data(tmp_path, capsys):
    path = published(tmp_path / "a.xlsx", WHOLE)

    assert main(["detected", str(path), "--year", "2020"]) == 0
    assert "children 35.0 % of victims with age and sex known" in capsys.readouterr().out
    assert main(["detected", str(path), "--year", "2020", "--json"]) == 0
    it = json.loads(capsys.readouterr().out)
    assert it["shares"]["children"] == [0.35, 0.35]
    assert {"year", "shares", "n", "coverage", "source", "caveats"} <= set(it)
    assert main(["detected", str(path), "--year", "1999"]) == 1
    assert "2020" in capsys.readouterr().err


def test_blank_rows_and_cells_and_shared_strings_are_read(tmp_path):
    text = lambda r, value: f'<c r="A{r}"><f>1</f>{value}</c>'  # noqa: E731
    sheet = (f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="1">{text(1, "<v>7</v>")}</row><row r="2"/>'
             f'<row r="3">{text(3, "")}<c r="B3" t="s"><v>0</v></c></row></sheetData></worksheet>')  # fmt: skip
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{NAMESPACE}"><si><t>a</t><t>b</t></si></sst>')

    assert list(workbook.rows(path)) == [{"A": "7"}, {}, {"B": "ab"}]


def test_blank_rows_are_nobody(tmp_path):
    assert len(read_unodc(published(tmp_path / "a.xlsx", [*WHOLE, [], WHOLE[0]]))) == 5


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = published(tmp_path / "a.xlsx", WHOLE)
    monkeypatch.setattr(workbook, "LARGEST_PART_BYTES", 100)
    with pytest.raises(UnreadableSource, match="unpacks"):
        read_unodc(path)
