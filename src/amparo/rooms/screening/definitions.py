"""What an instrument is. Plain data without Django, so that the engine can be read and tried on its own.

A file `instruments/<id>.v<version>.yaml` holds one version of one instrument:

    id, version     stable; a released version is never edited, a change is a new file
    kind            observation_guide (filled in from what is known, no question to the child),
                    indicator_scheme or short_screen
    wording         own (our words) or licensed (no text here; `slots` says how many items an operator has to enter)
    names, about, settings     texts in languages
    languages       {bcp47: source | reviewed | unreviewed}: every text has exactly these
    roles           who may use it; `clinical: true` narrows it to health agencies and to the ages it was tested for
    ages            {from, to}: years for which it is meant (guides) or was tested (screens)
    licence, source, unconfirmed
    scoring         {rule: count, threshold} or {rule: dimensions, threshold, enough}: a dimension is a group of items
    groups          items in the order of the page: id, text, `strength` (dimensions only), `acute: true` for a sign
                    that cannot wait, `ask_if: {any_seen: [...]}` or `{all_seen: [...]}` over items above
    studies         published accuracy, for instruments with published wording only
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Texts = Mapping[str, str]


class Kind(StrEnum):
    OBSERVATION_GUIDE = "observation_guide"
    INDICATOR_SCHEME = "indicator_scheme"
    SHORT_SCREEN = "short_screen"


class Strength(StrEnum):
    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Answer(StrEnum):
    """That something could not be seen is an answer of its own: it is never counted as "not there"."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    COULD_NOT_SEE = "could_not_see"


@dataclass(frozen=True)
class AskIf:
    """Signs open further items and never close one: so a sign more can never hide another."""

    any_seen: tuple[str, ...] = ()
    all_seen: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.any_seen, *self.all_seen)


@dataclass(frozen=True)
class Item:
    id: str
    text: Texts
    group: str
    strength: Strength | None = None
    is_acute: bool = False
    ask_if: AskIf | None = None


@dataclass(frozen=True)
class Group:
    id: str
    names: Texts
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Enough:
    """A dimension is positive with at least so many seen indicators of each strength, and so many in all."""

    strong: int
    medium: int
    weak: int
    all: int


@dataclass(frozen=True)
class Scoring:
    """Without `enough`, `threshold` counts signs; with it, it counts positive dimensions."""

    threshold: int
    enough: tuple[Enough, ...] = ()


@dataclass(frozen=True)
class Study:
    name: str
    year: int
    population: Texts
    n: int
    sensitivity: Decimal
    specificity: Decimal
    sensitivity_interval: tuple[Decimal, Decimal] | None
    specificity_interval: tuple[Decimal, Decimal] | None
    worked_out: str
    source: str
    is_unconfirmed: bool


@dataclass(frozen=True)
class Instrument:
    id: str
    version: int
    kind: Kind
    is_licensed: bool
    names: Texts
    about: Texts
    settings: Texts
    languages: Mapping[str, str]
    roles: frozenset[str]
    is_clinical: bool
    ages: tuple[int, int]
    licence: str
    source: str
    is_unconfirmed: bool
    scoring: Scoring
    groups: tuple[Group, ...]
    studies: tuple[Study, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group.items)


def in_language(texts: Texts, language: str) -> str:
    """The text in this language, or in English."""
    return texts.get(language) or texts["en"]
