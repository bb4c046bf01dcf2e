"""Multiple systems estimation against published numbers, and the fast engine against a slow plain one."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from tally.errors import NoEstimate, UnreadableSource
from tally.mse import (
    Table,
    averaged,
    bic,
    bic_rule,
    bootstrap,
    downhill,
    fit,
    read_table,
    stepwise,
    stepwise_rule,
)
from tally.mse import terms as T
from tally.mse.engine import FINE, NO_MAXIMUM, NOT_IDENTIFIABLE, Design, fit_many
from tally.mse.existence import has_maximum
from tally.mse.graphs import decomposable
from tests.tally.places import table


def lists(name):
    return read_table(table(f"mse/{name}.csv"))


# -- published numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "total"), [
    ("uk2013_5", 11_313), ("uk2013_6", 11_418), ("neworleans_8", 1_110), ("neworleans_5", 981),
    ("neworleans_8_v2019", 1_184), ("neworleans_5_v2019", 1_034),
])  # fmt: skip
def test_stepwise_gives_the_published_total(name, total):
    # Chan, Silverman and Vincent 2021 (v2019 tables); Binette and Steorts 2021; the corrected tables since.
    assert round(stepwise(lists(name)).estimate) == total


def test_lowest_bic_gives_the_published_total_and_model():
    uk = lists("uk2013_5")
    to_3 = bic(uk, 3)

    assert (round(to_3.estimate), to_3.model) == (25_311, "[123,25,34]")
    assert round(bic(uk, 2).estimate) == 22_991


@pytest.mark.parametrize(("name", "total"), [
    ("uk2013_5", 12_262), ("uk2013_6", 12_350), ("neworleans_8", 1_110), ("neworleans_5", 981),
])  # fmt: skip
def test_downhill_gives_the_published_total(name, total):
    # Silverman, Chan and Vincent 2024, table 6.
    assert round(downhill(lists(name)).estimate) == total


@pytest.mark.parametrize(("model", "status"), [
    ("[12,13,23]", "not identifiable"), ("[12,3]", "no finite estimate"), ("[13,23]", "fine"),
])  # fmt: skip
def test_three_statuses_on_the_artificial_table(model, status):
    # Chan, Silverman and Vincent 2021, section 3; the counts below are theirs (artificial_3).
    it = Table("artificial", ("A", "B", "C"), np.array([0, 40, 30, 6, 20, 0, 0, 0]))
    assert fit(it, model).status == status


def published(name, model):
    with table("mse/published.csv").open() as file:
        [row] = [r for r in csv.DictReader(file) if r["dataset"] == name and r["model"].startswith(model)]
    return float(row["lo95"]), float(row["hi95"])


@pytest.mark.parametrize(("name", "rule", "model"), [
    ("uk2013_5", stepwise_rule, "SparseMSE"),
    ("neworleans_5_v2019", stepwise_rule, "SparseMSE"),
])  # fmt: skip
def test_bca_ends_agree_with_the_published_ones_within_monte_carlo_error(name, rule, model):
    it = lists(name)
    runs = [bootstrap(it, rule(it), replicates=300, seed=seed) for seed in range(4)]

    for wanted, ours in zip(
        published(name, model), zip(*[(r.low, r.high) for r in runs], strict=True), strict=True
    ):
        gap = np.log(wanted) - np.mean(np.log(ours))
        # One published run of 1,000 against ours of 300: the spread between runs is the measure.
        assert abs(gap) < 4 * max(np.std(np.log(ours), ddof=1), 0.02)


def test_decomposable_average_agrees_with_the_published_posterior():
    # Binette and Steorts 2021 (dga): 23,016 (10,408 to 33,481) and 869 (514 to 1,763), on a coarser grid.
    uk, orleans = averaged(lists("uk2013_5")), averaged(lists("neworleans_5_v2019"))

    assert (uk.estimate, uk.low, uk.high) == pytest.approx((23_016, 10_408, 33_481), rel=0.01)
    assert (orleans.estimate, orleans.low, orleans.high) == pytest.approx((869, 514, 1_763), rel=0.01)


def test_hierarchical_average_lies_among_the_models_it_is_made_of():
    it = lists("neworleans_5")
    found = averaged(it, "hierarchical")

    assert found.low < 981 < found.high
    assert "6,212" in found.model


# -- the engine against slow, plain ways ---------------------------------------------------------------------

SMALL = st.lists(st.integers(0, 6), min_size=7, max_size=7)
MODELS_3 = T.hierarchical(3, 2)


def slow_status(counts, model):
    """By the definitions: rank of the design, and a linear program over all directions."""
    terms = sorted(model)
    x = Design(3, tuple(terms)).x
    empty = (counts @ x == 0) & (np.arange(x.shape[1]) > 0)
    alive = ~(x[:, empty] > 0).any(axis=1)
    left, seen = x[alive][:, ~empty], counts[alive]
    if np.linalg.matrix_rank(left) < left.shape[1]:
        return NOT_IDENTIFIABLE
    # A strictly positive table with the same sufficient statistics exists exactly when the maximum does.
    size = len(seen)
    found = linprog(np.r_[np.zeros(size), -1.0], A_eq=np.c_[left.T, left.T.sum(axis=1)], b_eq=left.T @ seen,
                    bounds=[(0, None)] * size + [(None, 1)])  # fmt: skip
    return FINE if found.status == 0 and -found.fun > 1e-9 else NO_MAXIMUM


@settings(max_examples=200, deadline=None)
@given(SMALL, st.integers(0, len(MODELS_3) - 1))
def test_status_is_that_of_rank_and_linear_program(counts, number):
    counts, model = np.array(counts, dtype=float), MODELS_3[number]
    if not counts.sum():
        return
    terms = T.terms_up_to(3, 2)
    fits = fit_many(Design(3, tuple(terms)), counts[None], T.masks([model], terms))

    assert fits.status[0] == slow_status(counts, model)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=7, max_size=7), st.integers(0, len(MODELS_3) - 1))
def test_total_and_likelihood_are_those_of_a_plain_optimiser(counts, number):
    counts, model = np.array(counts, dtype=float), MODELS_3[number]
    terms = sorted(model)
    design = Design(3, tuple(terms))
    fits = fit_many(design, counts[None], np.ones((1, 1 + len(terms)), dtype=bool))

    def lost(beta):
        means = np.exp(design.x @ beta)
        return (means - counts * np.log(means)).sum(), design.x.T @ (means - counts)

    start = np.r_[np.log(counts.mean()), np.zeros(len(terms))]
    slow = minimize(lost, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})
    assert np.exp(slow.x[0]) + counts.sum() == pytest.approx(fits.total[0], rel=1e-4)


def test_many_models_at_once_answer_as_each_alone():
    it = Table("x", ("a", "b", "c", "d"), np.array([0, 40, 30, 9, 25, 4, 0, 1, 50, 6, 3, 0, 8, 0, 2, 1]))
    models, terms = T.hierarchical(4, 3), T.terms_up_to(4, 3)
    counts = np.repeat(it.counts[None, 1:].astype(float), len(models), axis=0)
    together = fit_many(Design(4, tuple(terms)), counts, T.masks(models, terms))

    for place in range(0, len(models), 7):
        alone = fit(it, T.text(models[place], 4))
        assert alone.estimate == pytest.approx(together.total[place], rel=1e-7, nan_ok=True)


def test_a_start_changes_nothing_but_the_way():
    it = Table("x", ("a", "b", "c"), np.array([0, 40, 30, 9, 25, 4, 3, 1]))
    terms = T.terms_up_to(3, 2)
    models = T.masks(MODELS_3, terms)
    counts = np.repeat(it.counts[None, 1:].astype(float), len(models), axis=0)
    design = Design(3, tuple(terms))
    plain = fit_many(design, counts, models)
    again = fit_many(design, counts, models, start=plain.means * 3)

    assert again.total == pytest.approx(plain.total, rel=1e-7)


# -- models and graphs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("t", "most", "number"), [(5, 3, 6_212), (6, 2, 32_768), (4, 3, 113), (3, 2, 8)])
def test_hierarchical_models_are_all_there(t, most, number):
    models = T.hierarchical(t, most)
    assert len(models) == len(set(models)) == number


def test_decomposable_graphs_are_all_there():
    # Labelled chordal graphs, OEIS A058862.
    assert [len(decomposable(t)) for t in (2, 3, 4, 5)] == [2, 8, 61, 822]


def test_cliques_and_separators_multiply_to_the_saturated_measure():
    """Of any decomposable graph: cliques minus separators count every list once."""
    for cliques, separators in decomposable(5):
        for place in range(5):
            held = sum(c >> place & 1 for c in cliques) - sum(s >> place & 1 for s in separators)
            assert held == 1


@pytest.mark.parametrize("text", ["[123,25,34]", "[1,2,3,4,5]", "[12345]", "[12,3,45]"])
def test_a_model_is_written_as_it_is_read(text):
    assert T.text(T.parse(text, 5), 5) == text


@pytest.mark.parametrize("text", ["12,3", "[16]", "[]", "[1;2]", "[0,1]"])
def test_a_text_that_is_no_model_is_refused(text):
    with pytest.raises(ValueError):
        T.parse(text, 5)


def test_neighbours_differ_by_one_term_and_stay_hierarchical():
    model = T.parse("[123,4]", 4)
    for near in T.neighbours(model, 4, 3):
        assert len(near ^ model) == 1
        assert T.closed(near, 4) == near


# -- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimate", [stepwise, bic, downhill, averaged, lambda it: bootstrap(it, stepwise_rule(it))]
)
def test_a_list_that_shares_nobody_is_refused_with_its_name(estimate):
    alone = Table("x", ("police", "shelter", "hotline"), np.array([0, 40, 30, 6, 20, 0, 0, 0]))
    overlapping = Table("x", ("police", "shelter", "hotline"), np.array([0, 40, 30, 6, 20, 5, 4, 1]))

    with pytest.raises(NoEstimate, match="hotline"):
        estimate(alone)
    assert estimate(overlapping).estimate > overlapping.observed


def test_an_empty_list_is_refused():
    with pytest.raises(NoEstimate, match="Nobody is on list b"):
        stepwise(Table("x", ("a", "b"), np.array([0, 40, 0, 0])))


def test_too_many_models_or_lists_are_refused():
    counts = np.ones(1 << 7, dtype=int)
    counts[0] = 0
    seven = Table("x", tuple("abcdefg"), counts)
    with pytest.raises(ValueError, match="downhill"):
        bic(seven)
    with pytest.raises(ValueError, match="up to 6"):
        averaged(seven)
    with pytest.raises(ValueError, match="neither"):
        averaged(seven, "all")
    with pytest.raises(ValueError, match="neither"):
        bootstrap(seven, stepwise_rule(seven), "magic")


@pytest.mark.parametrize("text", [
    "1,0,5\n0,1,7\n", "A,B,n\n", "A,A,n\n1,0,5\n", "A,B,n\n1,2,5\n", "A,B,n\n0,0,5\n", "A,B,n\n1,0,-5\n", "A,n\n1,5\n",
    "A,B,n\n1,0,1.5\n", "A,B,n\n1,5\n",
])  # fmt: skip
def test_a_file_that_is_no_table_is_refused(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(UnreadableSource):
        read_table(path)


def test_repeated_rows_add_up_and_absent_ones_are_zero(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("A,B,n\n1,0,5\n1,0,4\n1,1,3\n0,1,1\n")
    it = read_table(path)

    assert (it.name, it.observed, it.counts.tolist()) == ("two", 13, [0, 9, 1, 3])
    assert it.overlaps().tolist() == [[12, 3], [3, 4]]


def test_leaving_a_list_out_makes_its_own_people_unseen():
    it = Table("x", ("a", "b", "c"), np.array([0, 1, 2, 3, 4, 5, 6, 7]))
    assert it.without(1).counts.tolist() == [0, 1 + 3, 4 + 6, 5 + 7]


# -- resampling ----------------------------------------------------------------------------------------------


def test_bootstrap_repeats_with_a_seed_and_tells_its_progress():
    it = Table("x", ("a", "b", "c"), np.array([0, 60, 50, 20, 40, 15, 12, 6]))
    told = []
    one = bootstrap(it, stepwise_rule(it), replicates=300, seed=7, progress=lambda *step: told.append(step))
    two = bootstrap(it, stepwise_rule(it), replicates=300, seed=7)

    assert one == two
    assert told == [(250, 300), (300, 300)]
    assert one.low < one.estimate < one.high


def test_bic_bootstrap_says_when_it_tries_only_the_best_models():
    it = Table("x", ("a", "b", "c", "d"), np.array([0, 40, 30, 9, 25, 4, 6, 1, 50, 6, 3, 2, 8, 1, 2, 1]))
    some = bootstrap(it, bic_rule(it, 3), replicates=60, seed=1, among=20)
    every = bootstrap(it, bic_rule(it, 3), replicates=60, seed=1, among=None)

    assert any("20 models" in note for note in some.notes)
    assert every.notes == ()
    assert np.log(every.high) == pytest.approx(np.log(some.high), abs=0.7)


def test_percentile_ends_are_quantiles_of_the_replicates():
    it = Table("x", ("a", "b"), np.array([0, 40, 20, 10]))
    found = bootstrap(it, stepwise_rule(it), "percentile", 390, seed=3)
    random = np.random.default_rng(3)
    drawn = random.multinomial(70, np.array([40, 20, 10]) / 70, size=390)
    totals = (drawn[:, 0] + drawn[:, 2]) * (drawn[:, 1] + drawn[:, 2]) / drawn[:, 2]

    assert (found.low, found.high) == pytest.approx(
        tuple(np.quantile(totals, [0.025, 0.975], method="inverted_cdf")), rel=1e-6
    )


def test_overlaps_too_thin_to_resample_are_refused():
    with pytest.raises(NoEstimate, match="too thin"):
        it = Table("x", ("a", "b"), np.array([0, 40, 20, 1]))
        bootstrap(it, stepwise_rule(it), replicates=200, seed=1)


def test_all_pairs_of_two_lists_are_lincoln_petersen():
    for a, b, both in itertools.product((5, 40), (7, 30), (2, 9)):
        it = Table("x", ("a", "b"), np.array([0, a, b, both]))
        assert stepwise(it).estimate == pytest.approx((a + both) * (b + both) / both)


# -- corners -------------------------------------------------------------------------------------------------


def test_a_start_from_nowhere_ends_in_the_same_place():
    it = Table("x", ("a", "b", "c"), np.array([0, 400, 300, 9, 250, 4, 3, 1]))
    terms = T.terms_up_to(3, 2)
    models = T.masks(MODELS_3, terms)
    counts = np.repeat(it.counts[None, 1:].astype(float), len(models), axis=0)
    design = Design(3, tuple(terms))
    far = np.where(np.arange(7) % 2, 1e-3, 1e6) * np.ones((len(models), 1))

    assert fit_many(design, counts, models, start=far).total == pytest.approx(
        fit_many(design, counts, models).total, rel=1e-6
    )


def test_people_on_all_lists_alone_leave_no_finite_estimate():
    it = Table("x", ("a", "b"), np.array([0, 0, 0, 10]))

    assert stepwise(it).status == "no finite estimate"
    assert downhill(it).estimate is None
    assert bootstrap(it, stepwise_rule(it), replicates=50).low is None


def test_replicates_without_overlap_count_as_infinite_and_are_told():
    it = Table("x", ("a", "b"), np.array([0, 40, 20, 4]))
    found = bootstrap(it, stepwise_rule(it), "percentile", 400, seed=1, level=0.99)

    assert found.high == np.inf
    assert "had no finite estimate" in found.notes[-1]
    assert found.as_json()["high"] is None


def test_a_posterior_without_an_upper_end_is_refused():
    with pytest.raises(NoEstimate, match="no upper end"):
        averaged(Table("x", ("a", "b"), np.array([0, 30_000, 20_000, 1])))


def test_directions_that_move_no_cell_do_not_forbid_a_maximum():
    assert has_maximum(np.ones((3, 2)), np.array([1.0, 2.0, 3.0]))
    assert has_maximum(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]), np.array([1.0, 0.0]))


def test_cliques_are_complete_and_none_holds_another():
    for cliques, _ in decomposable(5):
        assert not any(a != b and a & b == a for a in cliques for b in cliques)
        assert len(cliques) == len(set(cliques))


def test_a_single_list_has_no_faces():
    assert list(T.faces(1)) == []
    assert sorted(T.faces(7)) == [3, 5, 6]


@pytest.mark.parametrize(("lists_", "counts"), [
    (("a",), [0, 5]), (("a", "b"), [0, 5, 1]), (("a", "b"), [0, 5, -1, 2]), (("a", "b"), [3, 5, 1, 2]),
])  # fmt: skip
def test_counts_that_are_no_table_are_refused(lists_, counts):
    with pytest.raises(UnreadableSource):
        Table("x", lists_, np.array(counts))


def test_a_profile_that_does_not_settle_is_no_answer(monkeypatch):
    monkeypatch.setattr("tally.mse.averaging.STEPS", 1)
    with pytest.raises(NoEstimate, match="did not settle"):
        averaged(Table("x", ("a", "b", "c"), np.array([0, 40, 30, 9, 25, 4, 3, 1])), "hierarchical")


def test_fits_that_newton_does_not_finish_are_finished_the_slow_way(monkeypatch):
    terms = T.terms_up_to(3, 2)
    models = T.masks(MODELS_3, terms)
    counts = np.repeat(np.array([[40.0, 30, 9, 25, 4, 0, 1]]), len(models), axis=0)
    quick = fit_many(Design(3, tuple(terms)), counts, models)
    monkeypatch.setattr("tally.mse.engine.MOST_STEPS", 1)
    slow = fit_many(Design(3, tuple(terms)), counts, models)

    assert (slow.status == quick.status).all()
    assert slow.total == pytest.approx(quick.total, rel=1e-6, nan_ok=True)
    assert slow.loglik == pytest.approx(quick.loglik, abs=1e-8)
