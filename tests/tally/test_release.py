"""Releases: the noise, the promise, the budget, and what the rows are good for."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chisquare

from tally.errors import NotReleasable
from tally.release import MISSING, Domain, Ledger, k_release, kanonymity, private_release
from tally.release.accounting import delta_of, rho_for, sigma_for
from tally.release.margins import Layout, count
from tally.release.noise import discrete_gaussian

LISTS = {"sex": ["female", "male", "other"], "form": ["labour", "sexual", "begging", "crime", "marriage"],
         "age": ["0-8", "9-17", "18+"], "asked": ["yes", "no", "not asked"]}  # fmt: skip


def seeded(seed: int):
    return np.random.default_rng(seed).bytes


def invented(rows: int = 3000, seed: int = 1) -> dict[str, list[str | None]]:
    random = np.random.default_rng(seed)
    found: dict[str, list[str | None]] = {}
    kind = random.integers(0, 2, rows)
    for name, values in LISTS.items():
        chances = random.dirichlet(np.ones(len(values)) * 0.8, size=2)
        found[name] = [
            None if random.random() < 0.1 else values[random.choice(len(values), p=chances[k])] for k in kind
        ]
    return found


# -- noise and accounting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.5, 2.0, 30.0])
def test_noise_has_the_discrete_gaussians_distribution(sigma):
    drawn = discrete_gaussian(sigma, 60_000, seeded(3))
    reach = int(2.5 * sigma) + 1
    inside = drawn[np.abs(drawn) <= reach]
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    seen = np.bincount(inside + reach, minlength=2 * reach + 1)

    assert chisquare(seen, weights / weights.sum() * len(inside)).pvalue > 1e-4


def test_noise_compares_all_128_bits_where_the_upper_half_is_a_threshold():
    from tally.release.noise import _table

    thresholds, _ = _table(2.0)
    for place in (20, 27, 30):
        at = thresholds[place]
        for value, wanted in ((at, place + 1), (at - 1, place)):
            source = (value >> 64).to_bytes(8, "little") + (value & (1 << 64) - 1).to_bytes(8, "little")
            assert (
                discrete_gaussian(2.0, 1, lambda _, source=source: source)[0] == wanted - len(thresholds) // 2
            )


def test_noise_differs_from_run_to_run_without_a_seed():
    assert (discrete_gaussian(50.0, 40) != discrete_gaussian(50.0, 40)).any()
    with pytest.raises(ValueError, match="scale"):
        discrete_gaussian(0, 1)


def test_the_budget_is_never_more_than_the_exact_gaussian_curve_allows():
    """The continuous Gaussian's exact delta (Balle and Wang 2018) at the same rho lies below the bound we charge."""
    for epsilon, delta in ((1.0, 1e-6), (4.0, 1e-6), (4.0, 1e-9)):
        rho = rho_for(epsilon, delta)
        sigma = sigma_for(rho)
        density = lambda x: math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)  # noqa: E731
        upper = quad(density, -math.inf, 1 / (2 * sigma) - epsilon * sigma)[0]
        lower = quad(density, -math.inf, -1 / (2 * sigma) - epsilon * sigma)[0]
        assert upper - math.exp(epsilon) * lower <= delta
        assert delta_of(rho, epsilon) == pytest.approx(delta, rel=1e-6)
        assert rho > 0.8 * (math.sqrt(epsilon + math.log(1 / delta)) - math.sqrt(math.log(1 / delta))) ** 2
    with pytest.raises(ValueError, match="epsilon"):
        rho_for(0, 1e-6)


def test_no_promise_is_made_of_nothing():
    assert delta_of(0.0, 1.0) == 0.0
    assert delta_of(50.0, 0.1) == pytest.approx(1.0)


# -- counts and rows -----------------------------------------------------------------------------------------


def test_counts_of_three_are_those_of_counting_by_hand():
    cases = invented(200)
    domain = Domain.of(LISTS)
    codes = domain.encode(cases)
    layout = Layout(domain.sizes)
    found = count(layout, codes, 3)
    by_hand = Counter(zip(cases["sex"], cases["form"], cases["asked"], strict=True))

    one, two = layout.ends
    for at in range(layout.pair_values):
        a, b = layout.column[one[at]], layout.column[two[at]]
        if (a, b) == (0, 1):
            for third in np.flatnonzero(layout.column == 3):
                values = [domain.values[domain.columns[layout.column[p]]][p - layout.first[layout.column[p]]]
                          for p in (one[at], two[at], third)]  # fmt: skip
                assert found.three[at, third] == by_hand[tuple(v or None for v in values)]


def test_release_keeps_rows_and_counts_near_and_every_value():
    cases = invented()
    it = private_release(cases, 4.0, domain=Domain.of(LISTS), source=seeded(5))

    assert abs(len(it.microdata["sex"]) / 3000 - 1) <= 0.01
    for name, values in LISTS.items():
        assert set(it.microdata[name]) >= set(values)
    for a, b in (("sex", "form"), ("form", "age")):
        true = Counter(zip([v or "" for v in cases[a]], [v or "" for v in cases[b]], strict=True))
        made = Counter(zip(it.microdata[a], it.microdata[b], strict=True))
        assert np.mean([abs(true[c] - made[c]) for c in true]) < 12  # noise alone has standard error 3


def test_missing_no_and_not_asked_stay_three_things():
    cases = {"asked": [None] * 300 + ["no"] * 500 + ["not asked"] * 200, "sex": ["female"] * 1000}
    lists = {"asked": LISTS["asked"], "sex": LISTS["sex"]}
    it = private_release(cases, 4.0, domain=Domain.of(lists), max_length=2, source=seeded(2))
    made = Counter(it.microdata["asked"])

    assert made[MISSING] == pytest.approx(300, abs=40)
    assert made["no"] == pytest.approx(500, abs=40)
    assert made["not asked"] == pytest.approx(200, abs=40)


def test_counts_come_with_the_standard_error_that_they_have():
    cases = invented(400)
    truth = Counter(zip(cases["sex"], cases["form"], cases["age"], strict=True))
    gaps = {1: [], 3: []}
    for seed in range(8):
        it = private_release(cases, 2.0, domain=Domain.of(LISTS), source=seeded(seed))
        gaps[1] += [r["count"] - cases["sex"].count(r["values"]["sex"] or None)
                    for r in it.counts.rows(1) if "sex" in r["values"]]  # fmt: skip
        gaps[3] += [r["count"] - truth[tuple(v or None for v in r["values"].values())]
                    for r in it.counts.rows(3) if set(r["values"]) == {"sex", "form", "age"}]  # fmt: skip
    for length, error in ((1, it.counts.standard_errors[0]), (3, it.counts.standard_errors[2])):
        assert np.std(gaps[length]) == pytest.approx(error, rel=0.35 if length == 1 else 0.08)
        assert abs(np.mean(gaps[length])) < 4 * error / np.sqrt(len(gaps[length]))
    assert sum(1 for _ in it.counts.rows(2)) == it.counts.layout.pair_values
    with pytest.raises(ValueError, match="not measured"):
        next(it.counts.rows(4))


def test_a_count_of_three_carries_one_noise_wherever_it_stands():
    it = private_release(invented(100), 1.0, domain=Domain.of(LISTS), source=seeded(1))
    layout, three = it.counts.layout, it.counts.measured.three
    at = {(int(a), int(b)): place for place, (a, b) in enumerate(zip(*layout.ends, strict=True))}
    a, b, c = layout.first[:3] + 1
    assert three[at[a, b], c] == three[at[a, c], b] == three[at[b, c], a]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_standard_errors_are_those_of_the_budget(length):
    it = private_release(invented(50), 4.0, domain=Domain.of(LISTS), max_length=length, source=seeded(1))
    rho, tables = rho_for(4.0, 1e-6), (4, 6, 4)
    spent = sum(m / (2 * s**2) for m, s in zip(tables, it.counts.standard_errors, strict=False))

    assert spent == pytest.approx(rho, rel=1e-4)
    assert spent <= rho
    assert "epsilon 4" in it.statement()


def test_a_person_with_more_rows_than_said_is_refused_and_more_rows_cost_more_noise():
    cases = invented(60)
    domain, who = Domain.of(LISTS), [f"p{n // 2}" for n in range(60)]
    with pytest.raises(NotReleasable, match="more than 1 rows"):
        private_release(cases, 4.0, domain=domain, persons=who)
    two = private_release(cases, 4.0, domain=domain, persons=who, rows_per_person=2, source=seeded(1))
    one = private_release(cases, 4.0, domain=domain, source=seeded(1))
    assert two.counts.standard_errors[0] == pytest.approx(2 * one.counts.standard_errors[0], rel=1e-5)


def test_the_utility_report_is_made_of_measurements_alone():
    it = private_release(invented(), 4.0, domain=Domain.of(LISTS), source=seeded(5))
    for length in "123":
        told = it.utility["by_length"][length]
        assert told["mean_absolute_difference"] < 2 * told["expected_of_noise"]
    assert it.utility["rows"] == len(it.microdata["sex"])


def test_cases_off_the_public_lists_are_refused():
    domain = Domain.of({"sex": LISTS["sex"]})
    for cases, word in (({"sex": ["unheard of"]}, "public list"), ({"age": ["9-17"]}, "not among the cases")):
        with pytest.raises(NotReleasable, match=word):
            private_release(cases, 4.0, domain=domain, max_length=1)
    with pytest.raises(NotReleasable, match="differ in length"):
        Domain.of(LISTS).encode(
            {name: ["x"][: n % 2] and [LISTS[name][0]] * n for n, name in enumerate(LISTS, 1)}
        )
    with pytest.raises(ValueError, match="max_length"):
        private_release({"sex": ["male"]}, 4.0, domain=domain, max_length=4)


def test_more_values_than_rows_leave_as_many_values_as_rows():
    it = private_release(
        {"sex": ["male"]}, 50.0, domain=Domain.of({"sex": LISTS["sex"]}), max_length=1, source=seeded(1)
    )
    assert len(set(it.microdata["sex"])) == min(4, len(it.microdata["sex"]))


# -- the ledger ----------------------------------------------------------------------------------------------


def test_ledger_adds_up_over_openings_and_refuses_when_full(tmp_path):
    path = tmp_path / "ledger.jsonl"
    Ledger(path, 8.0, 1e-5).charge("cases", 4.0, 1e-6, "June")
    again = Ledger(path, 8.0, 1e-5)
    again.charge("cases", 4.0, 1e-6, "July")

    assert again.spent("cases") == pytest.approx((8.0, 2e-6))
    with pytest.raises(NotReleasable, match="Nothing more"):
        again.charge("cases", 0.1, 1e-9, "August")
    assert again.spent("cases") == pytest.approx((8.0, 2e-6))
    again.charge("another register", 4.0, 1e-6, "June")


def test_release_is_charged_before_anything_is_measured(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl", 4.0, 1e-5)
    asked = []

    def source(size: int) -> bytes:
        asked.append(ledger.spent("cases"))
        return seeded(1)(size)

    domain, cases = Domain.of(LISTS), invented(50)
    private_release(cases, 4.0, domain=domain, charge=(ledger, "cases", "first"), source=source)
    assert asked[0] == (4.0, 1e-6)
    asked.clear()
    with pytest.raises(NotReleasable):
        private_release(cases, 4.0, domain=domain, charge=(ledger, "cases", "second"), source=source)
    assert asked == []


@pytest.mark.parametrize(
    "line", ["{", '{"register": "cases", "epsilon": -9, "delta": 0}', '{"register": "cases"}', "[]"]
)
def test_a_damaged_ledger_releases_nothing(tmp_path, line):
    path = tmp_path / "ledger.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(NotReleasable, match="damaged"):
        Ledger(path, 8.0, 1e-5).charge("cases", 1.0, 1e-6, "June")
    with pytest.raises(ValueError, match="above 0"):
        Ledger(tmp_path / "new", 8.0, 1e-5).charge("cases", -1.0, 0, "June")


# -- k-anonymity ---------------------------------------------------------------------------------------------


def test_every_row_and_part_of_k_anonymous_cases_occurs_k_times():
    cases = invented(1500)
    it = k_release(cases, 10)
    rows = list(zip(*it.microdata.values(), strict=True))

    assert min(Counter(rows).values()) >= 10
    for a, b in (("sex", "form"), ("age", "asked")):
        pairs = Counter(p for p in zip(it.microdata[a], it.microdata[b], strict=True) if MISSING not in p)
        assert min(pairs.values()) >= 10
    assert it.values_blanked < 0.25
    assert len(rows) + it.rows_dropped == 1500


def test_k_anonymity_blanks_nothing_where_nothing_is_rare_and_everything_where_all_is():
    common = k_release({"a": ["x"] * 20, "b": ["y"] * 20}, 10)
    assert (common.values_blanked, common.rows_dropped) == (0.0, 0)
    alone = k_release({"a": [str(n) for n in range(9)]}, 10)
    assert (alone.microdata["a"], alone.rows_dropped) == ([], 9)


def test_the_promise_is_counted_again_on_the_finished_rows(monkeypatch):
    monkeypatch.setattr(kanonymity, "_blanked", lambda codes, k: codes)
    with pytest.raises(NotReleasable, match="fewer than 10"):
        k_release(invented(200), 10)
    rare_pair = np.array([[1, 2]] * 10 + [[1, 3]] * 10 + [[4, 3]] * 10 + [[4, 2]] * 9)
    with pytest.raises(NotReleasable, match="combination of 2"):
        kanonymity._check_parts(rare_pair, 10, 2)


def test_k_anonymity_refuses_what_makes_no_sense():
    with pytest.raises(NotReleasable, match="absent"):
        k_release({"a": ["x"]}, 10, columns=["b"])
    with pytest.raises(NotReleasable, match="differ"):
        k_release({"a": ["x"], "b": []}, 10)
    with pytest.raises(ValueError, match="at least 2"):
        k_release({"a": ["x"]}, 1)
