from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amparo.keeper import terms
from amparo.keeper.letters import skeleton, without_marks
from amparo.keeper.terms import Name, Terms, terms_in

PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_names_written_by_two_people_meet(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [f"{a} {b}" for a, b in PAIRS if not terms.name_skeletons(a) & terms.name_skeletons(b)]
    recall = 1 - len(missed) / len(PAIRS)
    names = sorted({name for pair in PAIRS for name in pair})
    same = {frozenset(pair) for pair in PAIRS}
    wrong = [
        pair
        for pair in combinations(names, 2)
        if terms.name_skeletons(pair[0]) == terms.name_skeletons(pair[1]) and frozenset(pair) not in same
    ]
    with capsys.disabled():
        print(f"\nnames: recall {recall:.3f} of {len(PAIRS)}; missed {missed}")
        print(f"names: {len(wrong)} of {len(list(combinations(names, 2)))} other pairs share a skeleton")
    assert recall >= 0.9
