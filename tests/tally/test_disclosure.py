"""Small numbers: the rule, the attacks, and that the attacks find what the rule is there for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tally.disclosure import Axis, Cube, Series, attack, homogeneity, protect, two_releases
from tally.errors import NotReleasable

DISTRICT = Axis("district", tuple("ABCDEFGH"))
FORM = Axis("form", tuple("uvwxy"))
AGE = Axis("age", ("younger", "older"))


def invented(seed: int, size: int = 2000) -> list[dict[str, str]]:
    random = np.random.default_rng(seed)
    columns = [
        random.choice(axis.categories, size=size, p=random.dirichlet(np.ones(len(axis.categories))))
        for axis in (DISTRICT, FORM, AGE)
    ]
    return [{"district": d, "form": f, "age": a} for d, f, a in zip(*map(list, columns), strict=True)]


def all_tables(people, **options):
    chosen = [axes for size in (1, 2, 3) for axes in itertools.combinations((DISTRICT, FORM, AGE), size)]
    return [protect(Cube.of(people, axes), **options) for axes in chosen]


def two_by_two(a, b, c, d):
    return Cube.from_counts((Axis("p", ("1", "2")), Axis("q", ("1", "2"))), np.array([[a, b], [c, d]]))


def test_a_small_count_is_none_with_its_rule_and_never_zero():
    table = protect(Cube.from_counts((FORM,), np.array([0, 3, 9, 10, 500])))

    assert [table.value(form=form) for form in "uvwxy"] == [None, None, None, 10, 500]
    rows = {row["form"]: row for row in table.rows()}
    assert rows["u"]["value"] is None
    assert "fewer than 10" in rows["u"]["rule"]
    assert rows["y"]["rule"] == ""


def test_cells_and_margins_are_rounded_each_from_its_own_count():
    table = protect(Cube.from_counts((AGE,), np.array([12, 12])))
    assert (table.value(age="younger"), table.value()) == (10, 25)


def test_one_hidden_cell_in_an_unrounded_row_is_found_and_protected_by_hiding_another():
    cube = two_by_two(1, 40, 50, 60)
    naive = protect(cube, base=1, width=0)
    found = attack([naive])

    assert [(f.attack, f.known.low) for f in found if f.categories == {"p": "1", "q": "1"}] == [
        ("singling out", 1)
    ]
    held = protect(cube, base=1, width=5)
    assert attack([held]) == []
    assert held.value(p="1", q="1") is None
    assert sum(value is None for value in held.values.ravel()) >= 4


def test_hidden_numbers_of_2000_people_come_back_from_plain_tables_and_none_from_ours():
    # The measured fact behind the rule: threshold alone lets subtraction recover cells, single persons among them.
    people = invented(1)
    plain = attack(all_tables(people, base=1, width=0))

    assert len(plain) >= 10
    assert any(finding.attack == "singling out" for finding in plain)
    assert attack(all_tables(people)) == []


#: Every 2 × 2 table with cells up to 34, margins and all: 1.5 million rows of nine numbers.
TRIED = np.stack(np.meshgrid(*[np.arange(35, dtype=np.int16)] * 4, indexing="ij"), axis=-1).reshape(-1, 4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=4, max_size=4), st.sampled_from([1, 5]))
def test_no_small_cell_of_a_protected_table_can_be_told_by_trying_every_table(counts, base):
    table = protect(two_by_two(*counts), base=base, width=5)
    fitting = TRIED[_fits(TRIED, table)]
    for place, true in enumerate(counts):
        if 0 < true < 10:
            assert fitting[:, place].max() - fitting[:, place].min() >= 5


def _fits(c, table):
    a, b, d, e = c.T
    sums = [[a, b, a + b], [d, e, d + e], [a + d, b + e, a + b + d + e]]
    below, above = table.base // 2, table.base - 1 - table.base // 2
    fine = np.ones(len(c), dtype=bool)
    for (row, column), shown in np.ndenumerate(table.values):
        if shown is not None:
            fine &= (sums[row][column] >= shown - below) & (sums[row][column] <= shown + above)
    return fine


def test_a_group_that_is_all_alike_is_found():
    cube = two_by_two(30, 0, 20, 40)
    plain = protect(cube, threshold=0, base=1, width=0)

    assert {"p": "1", "q": "1"} in [finding.categories for finding in homogeneity(plain)]
    assert homogeneity(protect(cube)) == []


def test_two_unrounded_editions_tell_who_came_and_rounded_ones_do_not():
    before, after = (Cube.from_counts((FORM,), np.array([20, 30, 40, 50, n])) for n in (60, 61))

    found = two_releases(protect(before, base=1), protect(after, base=1))
    assert {(f.categories["form"], f.known.low) for f in found} == {("y", 1), ("all", 1)}
    assert two_releases(protect(before), protect(after)) == []


def test_a_period_is_frozen_once_and_in_order():
    series = Series()
    table = protect(Cube.from_counts((FORM,), np.array([20, 30, 40, 50, 60])))
    other = protect(Cube.from_counts((FORM,), np.array([20, 30, 40, 50, 90])))
    first = series.freeze("2026-09", {"forms": table})

    assert series.freeze("2026-09", {"forms": table}) is first
    assert first.as_json()["tables"]["forms"][0]["value"] == 20
    with pytest.raises(NotReleasable, match="frozen"):
        series.freeze("2026-09", {"forms": other})
    with pytest.raises(NotReleasable, match="frozen"):
        series.freeze("2026-08", {"forms": other})
    assert series.freeze("2026-10", {"forms": other}).digest != first.digest


def test_a_series_refuses_a_table_that_gives_somebody_away():
    plain = protect(two_by_two(1, 40, 50, 60), base=1, width=0)
    with pytest.raises(NotReleasable, match="singling out"):
        Series().freeze("2026-09", {"t": plain})


def test_a_table_of_too_few_people_shows_nothing():
    table = protect(Cube.from_counts((AGE,), np.array([4, 3])), base=1)
    assert [row["value"] for row in table.rows()] == [None, None, None]


def test_counting_refuses_what_would_vanish_unseen():
    with pytest.raises(ValueError, match=r"not in"):
        Cube.of([{"age": "unknown"}], [AGE])
    with pytest.raises(ValueError, match="whole"):
        Cube.from_counts((AGE,), np.array([1, -1]))
    with pytest.raises(ValueError, match="different categories"):
        attack([protect(Cube.from_counts((Axis("age", (c,)),), np.array([20]))) for c in "ab"])
    with pytest.raises(ValueError, match="fewer tables"):
        wide = [Axis(name, tuple("abcdefghi")) for name in "pqrst"]
        attack([protect(Cube.from_counts((axis,), np.full(9, 50))) for axis in wide])


def test_a_cell_hidden_in_one_table_and_shown_in_another_is_no_secret_and_no_finding():
    cube = two_by_two(12, 40, 50, 60)
    careful, open_ = protect(cube, threshold=20), protect(cube, threshold=10)
    assert careful.value(p="1", q="1") is None
    assert attack([careful, open_]) == []


def test_editions_whose_cells_are_hidden_or_whose_axes_differ_are_not_compared():
    few, more = (Cube.from_counts((AGE,), np.array([n, 40])) for n in (8, 12))
    assert two_releases(protect(few, base=1), protect(more, base=1))[0].categories["age"] == "all"
    series = Series()
    series.freeze("1", {"t": protect(few)})
    other = Axis("age", ("child", "adult"))
    series.freeze("2", {"t": protect(Cube.from_counts((other,), np.array([30, 40])))})
    assert [edition.period for edition in series.editions] == ["1", "2"]
