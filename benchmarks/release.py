"""`python -m benchmarks.release`: our private release beside pac-synth, the method behind IOM's CTDC files.

pac-synth 0.0.8 is needed only here (`pip install pac-synth==0.0.8`); without it only our column is printed. Table K is
looked for beside the project, as the tests do. Every run is a process of its own, so that memory is its own too.
"""

from __future__ import annotations

import csv
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices; read at the import below
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
TABLE_K = ROOT.parent / "shared" / "data" / "detected" / "ctdc_kanonymised_recoded.csv"
EPSILON = 4.0
MODES = ("prioritize_short_combinations", "balanced", "prioritize_long_combinations")
SETTINGS = [(mode, fabrication) for mode in MODES for fabrication in ("uncontrolled", "balanced")]
Cases = dict[str, list[str]]


def table_k() -> Cases:
    """0 is a value in this table; pac-synth drops cells that read 0, so they are renamed for both."""
    with TABLE_K.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: ["none" if row[name] == "0" else row[name] for row in rows] for name in rows[0]}


def flags(rows: int, seed: int = 1) -> Cases:
    """Invented cases of the shape of CTDC's file: 27 flags, 1 or blank, rare, and common together in kinds of cases."""
    random = np.random.default_rng(seed)
    kinds = random.dirichlet(np.full(8, 0.8))
    chance = np.clip(random.beta(0.35, 3.2, size=(8, 27)), 0.001, 0.9)
    held = random.random((rows, 27)) < chance[random.choice(8, size=rows, p=kinds)]
    return {f"flag{number:02}": ["1" if flag else "" for flag in held[:, number]] for number in range(27)}


def data(name: str) -> Cases:
    return table_k() if name == "K" else flags(int(name))


def combinations(cases: Cases, length: int) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    coded = {name: np.unique(values, return_inverse=True) for name, values in cases.items()}
    for columns in itertools.combinations(cases, length):
        lists = [coded[column][0] for column in columns]
        place = np.ravel_multi_index([coded[column][1] for column in columns], [len(held) for held in lists])
        for at, number in enumerate(np.bincount(place)):
            if number:
                codes = np.unravel_index(at, [len(held) for held in lists])
                values = tuple(str(held[code]) for held, code in zip(lists, codes, strict=True))
                if "" not in values:
                    found[columns, values] += int(number)
    return found


def ours(cases: Cases) -> Cases:
    sys.path.insert(0, str(SRC))
    from tally.release import Domain, private_release

    domain = Domain.of(
        {name: sorted(set(values)) for name, values in cases.items()}
    )  # stands in for a public list
    return private_release(cases, EPSILON, domain=domain).microdata


def theirs(cases: Cases, mode: str, fabrication: str) -> Cases:
    import pacsynth as p

    head = list(cases)
    rows = [list(row) for row in zip(*cases.values(), strict=True)]
    builder = p.DpAggregateSeededParametersBuilder().reporting_length(3).epsilon(EPSILON)
    builder = builder.accuracy_mode(getattr(p.AccuracyMode, mode)())
    builder = builder.fabrication_mode(getattr(p.FabricationMode, fabrication)())
    it = p.DpAggregateSeededSynthesizer(builder.build())
    it.fit(p.Dataset([head, *rows], None, head))
    made = it.sample()
    return {name: [row[place] for row in made[1:]] for place, name in enumerate(made[0])}


def one(name: str, *method: str) -> None:
    """One run; prints its figures as JSON."""
    cases = data(name)
    began = time.process_time()
    made = ours(cases) if method == ("ours",) else theirs(cases, *method)
    cpu = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures: dict[str, Any] = {"cpu_s": cpu, "mib": memory}
    before, after = len(next(iter(cases.values()))), len(next(iter(made.values())))
    figures["rows"] = after / before - 1
    for length in (1, 2, 3):
        true, seen = combinations(cases, length), combinations(made, length)
        figures[f"occurring{length}"] = float(np.mean([abs(true[c] - seen[c]) for c in true]))
        figures[f"either{length}"] = float(
            np.mean([abs(true[c] - seen[c]) for c in true.keys() | seen.keys()])
        )
        if length == 1:
            large = [c for c in true if true[c] >= 10]
            figures["missed"] = sum(seen[c] == 0 for c in large) / len(large)
    print(json.dumps(figures))


def run(name: str, *method: str) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.release", "one", name, *method]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def tell(name: str, bars: dict[str, float], settings: list[tuple[str, str]]) -> list[str]:
    rows = {"ours": run(name, "ours")}
    if find_spec("pacsynth"):
        rows |= {"pac-synth " + " ".join(s): run(name, *s) for s in settings}
    print(f"\n{name}: mean absolute error of counts in the rows, over combinations that occur (in either)")
    print(
        f"{'':52} {'single':>7} {'pairs':>15} {'triples':>15} {'missed':>7} {'rows':>7} {'cpu s':>7} {'MiB':>6}"
    )
    for method, f in rows.items():
        pairs, triples = (f"{f[f'occurring{n}']:7.1f} ({f[f'either{n}']:5.1f})" for n in (2, 3))
        rest = f"{f['missed']:7.0%} {f['rows']:+7.1%} {f['cpu_s']:7.1f} {f['mib']:6.0f}"
        print(f"{method:52} {f['occurring1']:7.1f} {pairs} {triples} {rest}", flush=True)
    peers = [f for method, f in rows.items() if method != "ours"]
    if peers and name != "K":
        bars |= {f"occurring{n}": min(f[f"occurring{n}"] for f in peers) / 2 for n in (2, 3)}
    broken = [f"{name}: {key} is {abs(rows['ours'][key]):.3g}, the bar {bar:.3g}"
              for key, bar in bars.items() if abs(rows["ours"][key]) > bar]  # fmt: skip
    return broken


def main() -> int:
    broken: list[str] = []
    if TABLE_K.exists():
        broken += tell("K", {"occurring2": 21, "occurring3": 13, "missed": 0, "rows": 0.01}, SETTINGS)
    else:
        print(f"Table K is not at {TABLE_K}: not measured.")
    broken += tell("20000", {"cpu_s": 20, "mib": 300, "rows": 0.01}, SETTINGS[1:2] + SETTINGS[4:5])
    broken += tell("100000", {"cpu_s": 60, "rows": 0.01}, [])
    for fault in broken:
        print(f"FAIL  {fault}")
    return 1 if broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main())
