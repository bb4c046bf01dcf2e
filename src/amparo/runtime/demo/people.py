"""Invented children, put together by chance from `names.yaml`: the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
#: In which script a child's name is written, by the language of the concern; Latin letters where nothing is said.
SCRIPTS = {"ar": "arabic", "ru": "cyrillic", "hi": "devanagari", "zh-hans": "chinese", "zh-Hans": "chinese"}


@dataclass(frozen=True)
class Child:
    given: str
    family: str
    age: int


def load(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


class Chance:
    """Chance with a seed: two demos tell the same stories, though their ids and codes differ."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  invents a world, guards nothing
        self.names = load("names.yaml")

    def child(self, language: str, ages: list[int]) -> Child:
        names = self.names[SCRIPTS.get(language, "latin")]
        return Child(
            self.random.choice(names["given"]),
            self.random.choice(names["family"]),
            self.random.randint(*ages),
        )

    def told(self, wanted: int) -> Iterator[dict[str, Any]]:
        """Concerns: each as often as it says, then once more from the beginning until there are enough."""
        rows = load("concerns.yaml")["told"]
        once = [row for row in rows if row["times"] == 1]
        often = [row for row in rows for _ in range(row["times"]) if row["times"] > 1]
        self.random.shuffle(often)
        yield from once
        for number in range(wanted - len(once)):
            yield often[number % len(often)]
