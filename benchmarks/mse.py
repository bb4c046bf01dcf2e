"""`python -m benchmarks.mse`: estimates to the digit, what they cost, and how often their intervals are right.

Peers' figures are those measured for the R packages on two cores (see docs/reference/statistics.md); they do not
install beside Python and are not run here. Every timed run is a process of its own. `--study` adds the simulation
study, which takes minutes; `--all-models` the bootstrap over every one of 6,893 models.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices; read at the import below
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
TABLES = ROOT.parent / "shared" / "data" / "mse"
sys.path.insert(0, str(SRC))
#: job -> (table, what, bar in CPU seconds or MiB, unit, the peer's figure)
JOBS = {
    "five lists, BIC to order 3": ("uk2013_5", "bic3", 2.0, "cpu_s", "16"),
    "six lists, BIC to order 2": ("uk2013_6", "bic2", 10.0, "cpu_s", "195"),
    "stepwise BCa, UK 5": ("uk2013_5", "stepwise bca", 10.0, "cpu_s", "about 64"),
    "BIC BCa, UK 5, 100 models": ("uk2013_5", "bic bca", 10.0, "cpu_s", "about 64"),
    "stepwise BCa, New Orleans 8": ("neworleans_8", "stepwise bca", 60.0, "cpu_s", "about 660"),
    "downhill BCa, New Orleans 8": ("neworleans_8", "downhill bca", 60.0, "cpu_s", "about 660"),
    "decomposable average, UK 6": ("uk2013_6", "decomposable", 200.0, "mib", "3,900"),
}
TOTALS = {
    ("uk2013_5", "stepwise"): 11_313, ("uk2013_5", "bic3"): 25_311, ("uk2013_5", "bic2"): 22_991,
    ("uk2013_5", "downhill"): 12_262, ("uk2013_6", "stepwise"): 11_418, ("uk2013_6", "downhill"): 12_350,
    ("neworleans_8", "stepwise"): 1_110, ("neworleans_5", "stepwise"): 981,
    ("neworleans_8_v2019", "stepwise"): 1_184, ("neworleans_5_v2019", "stepwise"): 1_034,
}  # fmt: skip
COVERAGE, RMSE = 0.92, 0.19
#: Main effects, the strongest pair added, and what stepwise chooses on the real table.
TRUTHS = ("[1,2,3,4,5]", "[12,3,4,5]", "[12,13,24,25,35,45]")


def answer(table_name: str, what: str) -> Any:
    from tally import mse

    table = mse.read_table(TABLES / f"{table_name}.csv")
    rules = {"stepwise": mse.stepwise_rule, "bic": lambda it: mse.bic_rule(it, 4),
             "downhill": lambda it: mse.downhill_rule(it, 3 if len(it.lists) < 6 else 2)}  # fmt: skip
    if what == "every bca":
        return mse.bootstrap(table, mse.bic_rule(table, 4), seed=1, among=None)
    if what.endswith(" bca"):
        return mse.bootstrap(table, rules[what.split()[0]](table), seed=1)
    asked = {"stepwise": mse.stepwise, "downhill": mse.downhill, "decomposable": mse.averaged,
             "bic2": lambda it: mse.bic(it, 2), "bic3": lambda it: mse.bic(it, 3)}  # fmt: skip
    return asked[what](table)


def one(table_name: str, what: str) -> None:
    answer(table_name, "stepwise")  # imports are not what is measured
    began = time.process_time()
    found = answer(table_name, what)
    cpu, memory = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {"cpu_s": cpu, "mib": memory, "estimate": found.estimate, "low": found.low, "high": found.high}
        )
    )


def run(table_name: str, what: str) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.mse", "one", table_name, what]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def totals() -> list[str]:
    print("estimates, to the digit")
    broken = []
    for (table_name, what), wanted in TOTALS.items():
        ours = round(answer(table_name, what).estimate)
        print(f"  {table_name:20} {what:10} published {wanted:7,}   ours {ours:7,}")
        broken += [f"{table_name} {what}: {ours:,} is not {wanted:,}"] if ours != wanted else []
    return broken


def costs() -> list[str]:
    print(f"\n{'job':30} {'ours':>8} {'bar':>6} {'peer':>10}   estimate (interval)")
    broken = []
    for job, (table_name, what, bar, unit, peer) in JOBS.items():
        it = run(table_name, what)
        ends = f"({it['low']:,.0f} to {it['high']:,.0f})" if it["low"] is not None else ""
        print(
            f"{job:30} {it[unit]:8.1f} {bar:6.0f} {peer:>10} {unit:6} {it['estimate']:9,.0f} {ends}",
            flush=True,
        )
        broken += [f"{job}: {it[unit]:.1f} {unit}, the bar is {bar:g}"] if it[unit] > bar else []
    return broken


def published() -> None:
    print("\npublished intervals of the same methods")
    with (TABLES / "published.csv").open() as file:
        for row in csv.DictReader(file):
            if row["interval_kind"].startswith("BCa"):
                print(f"  {row['dataset']:20} {row['model']:34} {row['lo95']:>7} to {row['hi95']:>7}")


def study(truth: str, tables: int = 200, replicates: int = 500) -> list[str]:
    """Tables drawn from a model fitted to the UK's five lists; the whole choice is made again for each interval."""
    from tally import mse
    from tally.mse import terms as model_terms
    from tally.mse.engine import fit_many

    table = mse.read_table(TABLES / "uk2013_5.csv")
    rule = mse.stepwise_rule(table)
    model = model_terms.masks([model_terms.parse(truth, 5)], list(rule.design.terms))
    fit = fit_many(rule.design, table.counts[None, 1:].astype(float), model)
    total = round(float(fit.total[0]))
    chances = np.r_[1 - fit.means[0].sum() / total, fit.means[0] / total]
    random, covered, errors = np.random.default_rng(7), 0, []
    for number in range(tables):
        counts = random.multinomial(total, chances)
        counts[0] = 0
        drawn = mse.Table(f"drawn {number}", table.lists, counts)
        it = mse.bootstrap(drawn, rule, replicates=replicates, seed=number)
        covered += it.low <= total <= it.high
        errors.append(np.log(it.estimate / total))
    coverage, rmse = covered / tables, float(np.sqrt(np.mean(np.square(errors))))
    print(f"\nsimulation study, {tables} tables of {total:,} people from {truth} fitted to the UK's five lists, "
          f"{replicates} replicates each:\n  coverage of nominal 95 %: {coverage:.1%} (bar {COVERAGE:.0%}); "
          f"root mean squared error of log N: {rmse:.3f} (bar {RMSE})")  # fmt: skip
    broken = [f"{truth}: coverage {coverage:.1%} is below {COVERAGE:.0%}"] if coverage < COVERAGE else []
    return broken + ([f"{truth}: RMSE of log N {rmse:.3f} is above {RMSE}"] if rmse > RMSE else [])


def main(given: list[str]) -> int:
    if not TABLES.exists():
        print(f"NOT MEASURED: the tables are not at {TABLES} (see docs/how-to/get-the-public-tables.md).")
        return int(os.environ.get("CI") == "true")
    broken = totals() + costs()
    published()
    if "--all-models" in given:
        print("every one of 6,893 models in each replicate:", run("uk2013_5", "every bca"))
    if "--study" in given:
        broken += [fault for truth in TRUTHS for fault in study(truth)]
    for fault in broken:
        print(f"FAIL  {fault}")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
