"""The report, the latent classes, the pictures and the command."""

from __future__ import annotations

import json
import runpy
import sys

import numpy as np
import pytest

from tally.cli import main
from tally.errors import NoEstimate
from tally.mse import METHODS, Table, latent_class, plots, report
from tally.mse.latent import r_hat

PLAIN = Table("plain", ("police", "shelter", "hotline"), np.array([0, 260, 170, 62, 240, 85, 60, 22]))
ALONE = Table("alone", ("police", "shelter", "hotline"), np.array([0, 40, 30, 6, 20, 0, 0, 0]))


@pytest.fixture(scope="module", autouse=True)
def short_chains():
    """The latent classes of a report take fewer sweeps here; whether they are refused then is not these tests' matter."""
    patch = pytest.MonkeyPatch()
    patch.setitem(latent_class.__kwdefaults__, "sweeps", 3000)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def whole(short_chains):
    return report(PLAIN, replicates=40, seed=5, population=1_000_000)


def test_report_shows_all_methods_and_never_one_number_alone(whole):
    assert {m.name for m in whole.methods} | {name for name, _ in whole.refusals} == set(METHODS)
    assert len(whole.methods) >= 5
    low, high = whole.span
    assert all(low <= m.low and m.high <= high for m in whole.methods)
    assert whole.per_100_000 == pytest.approx((low / 10, high / 10))


def test_report_names_what_moves_the_answer_most_first(whole):
    base = next(m.estimate for m in whole.methods if m.name == "stepwise")
    moves = [abs(np.log(it.estimate / base)) for it in whole.influences if it.estimate]

    assert moves == sorted(moves, reverse=True)
    assert {"without list police", "with the pair police and shelter"} <= {it.what for it in whole.influences}


def test_report_in_words_says_what_it_rests_on(whole):
    text = whole.as_text()
    assert "All methods and models together" in text
    assert "This holds only if" in text
    assert "Per 100,000" in text


def test_report_of_points_has_no_interval_and_no_latent_classes():
    points = report(PLAIN, replicates=0)
    assert all(m.low is None for m in points.methods if m.name in ("stepwise", "bic", "downhill"))
    assert dict(points.refusals)["latent"].startswith("Latent classes give no point")


def test_report_of_lists_that_share_nobody_refuses_every_method_with_the_reason():
    it = report(ALONE, replicates=0)

    assert it.methods == ()
    assert it.span is None
    assert it.per_100_000 is None
    assert all("hotline" in reason for name, reason in it.refusals if name != "latent")
    assert it.as_json()["span"] is None


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="guess"):
        report(PLAIN, ["guess"])


def test_latent_classes_find_independent_lists_and_their_interval():
    found = latent_class(PLAIN, sweeps=16000, seed=2)
    # The lists are independent by construction: 429 * 314 / 84 people, by any two of them.
    assert found.low < 1604 < found.high
    assert "R-hat" in found.notes[0]


def test_latent_classes_refuse_when_chains_disagree():
    with pytest.raises(NoEstimate, match="do not agree"):
        latent_class(PLAIN, sweeps=8, seed=1)
    with pytest.raises(ValueError, match="two or more"):
        latent_class(PLAIN, chains=1)


def test_r_hat_is_one_for_one_hill_and_large_for_two():
    random = np.random.default_rng(1)
    same = random.normal(size=(4, 2000))
    apart = same + np.array([[0], [0], [3], [3]])

    assert r_hat(same) < 1.01
    assert r_hat(apart) > 1.5
    assert r_hat(np.ones((4, 100))) == 1.0


def test_pictures_hold_every_method_and_every_pair(whole):
    forest, overlap = plots.forest(whole), plots.overlap(PLAIN)

    assert forest.count("<circle") == len(whole.methods)
    assert "decomposable" in forest
    assert ">84<" in overlap  # 62 + 22 on police and shelter
    with pytest.raises(ValueError, match="nothing to draw"):
        plots.forest(report(ALONE, replicates=0))


def write(tmp_path, it):
    path = tmp_path / f"{it.name}.csv"
    rows = [f"{c & 1},{c >> 1 & 1},{c >> 2 & 1},{n}" for c, n in enumerate(it.counts) if c]
    path.write_text("\n".join([",".join([*it.lists, "n"]), *rows]) + "\n")
    return str(path)


def test_the_command_answers_in_words_and_in_plain_data(tmp_path, capsys):
    path = write(tmp_path, PLAIN)
    forest, overlap = tmp_path / "f.svg", tmp_path / "o.svg"

    assert main(["mse", path, "--replicates", "0", "--forest", str(forest), "--overlap", str(overlap)]) == 0
    assert "This holds only if" in capsys.readouterr().out
    assert forest.read_text().startswith("<svg")
    assert overlap.read_text().startswith("<svg")
    assert (
        main(["mse", path, "--replicates", "50", "--methods", "stepwise,bic", "--seed", "1", "--json"]) == 0
    )
    it = json.loads(capsys.readouterr().out)
    assert {"table", "observed", "methods", "refusals", "assumptions"} <= set(it)
    assert [m["name"] for m in it["methods"]] == ["stepwise", "bic"]
    assert {"name", "estimate", "low", "high", "level", "model", "status"} <= set(it["methods"][0])


def test_the_command_ends_with_1_when_every_method_refuses_and_when_asked_nonsense(tmp_path, capsys):
    assert main(["mse", write(tmp_path, ALONE), "--replicates", "0"]) == 1
    assert "shares nobody" in capsys.readouterr().out
    assert main(["mse", write(tmp_path, PLAIN), "--replicates", "-1"]) == 1
    assert main(["mse", str(tmp_path / "absent.csv")]) == 1


def test_a_report_where_stepwise_fails_still_names_who_answers():
    it = report(Table("all", ("a", "b"), np.array([0, 0, 0, 10])), ["stepwise", "decomposable"], replicates=0)

    assert dict(it.refusals)["stepwise"].endswith("has no finite estimate.")
    assert [m.name for m in it.methods] == ["decomposable"]
    assert it.influences == ()


def test_a_report_of_seven_lists_asks_only_what_seven_lists_allow():
    random = np.random.default_rng(4)
    held = random.random((900, 7)) < 0.25
    counts = np.bincount((held * (1 << np.arange(7))).sum(axis=1), minlength=128)
    counts[0] = 0
    it = report(Table("seven", tuple("abcdefg"), counts), ["stepwise", "bic", "downhill"], replicates=0)

    assert [m.name for m in it.methods] == ["stepwise", "downhill"]
    assert all(600 < m.estimate < 1300 for m in it.methods)  # 900 people were put in
    assert "downhill" in dict(it.refusals)["bic"]


def test_progress_is_drawn_where_somebody_watches_and_nowhere_else(monkeypatch, capsys):
    from tally.progress import bar

    bar("stepwise", 50, 100)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    told = []
    report(PLAIN, ["stepwise", "latent"], replicates=10, seed=1, progress=lambda *step: told.append(step))
    assert ("stepwise", 10, 10) in told
    assert told[-1][0] == "latent"
    bar("stepwise", 50, 100)
    bar("stepwise", 100, 100)
    err = capsys.readouterr().err
    assert "50 of 100" in err
    assert err.endswith("100 of 100\n")


def test_without_its_dependencies_the_command_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tally.mse", None)
    assert main(["mse", "absent.csv"]) == 1
    assert "needs numpy and scipy" in capsys.readouterr().err


def test_it_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["tally", "mse", "absent.csv"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tally", run_name="__main__")
    assert ended.value.code == 1


def test_a_list_that_another_hangs_on_moves_the_answer_out_of_reach():
    # The hotline shares people with the police alone: without the police it shares nobody.
    it = Table("chain", ("police", "shelter", "hotline"), np.array([0, 90, 70, 20, 60, 15, 0, 0]))
    influences = report(it, ["stepwise"], replicates=0).influences
    assert next(i for i in influences if i.what == "without list police").estimate is None
    assert influences[0].estimate is None

    pair = report(Table("two", ("a", "b"), np.array([0, 40, 20, 10])), ["stepwise"], replicates=0)
    assert [i.what for i in pair.influences] == ["with the pair a and b"]
