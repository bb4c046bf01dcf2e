"""The instruments' files, read strictly once at start-up: whatever cannot be understood stops it with a clear line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from amparo.rooms.access.policy import Role
from amparo.rooms.desk.rules.strict import Part, RuleError, read

from .definitions import AskIf, Enough, Group, Instrument, Item, Kind, Scoring, Strength, Study, Texts

HERE = Path(__file__).parent / "instruments"
NEEDED_LANGUAGES = ("en", "ar")
STATES = ("source", "reviewed", "unreviewed")
CLINICAL = "clinical_"
_ID = re.compile(r"[a-z][a-z_]{0,27}")
_FILE = re.compile(r"([a-z_]+)\.v([1-9][0-9]*)\.yaml")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SIZES = ("strong", "medium", "weak", "all")
_KEYS = (
    "id", "version", "kind", "wording", "names", "about", "languages", "roles", "clinical", "ages", "settings",
    "licence", "source", "unconfirmed", "scoring", "groups", "slots", "studies",
)  # fmt: skip


def load(path: Path) -> Instrument:
    """One file. Raises RuleError."""
    named = _FILE.fullmatch(path.name)
    if named is None:
        raise RuleError(path.name, "", "the name is not <id>.v<version>.yaml. Rename the file.")
    part = read(path).only(*_KEYS)
    languages = _languages(part.part("languages"))
    is_licensed = part.choice("wording", ("own", "licensed")) == "licensed"
    instrument = Instrument(
        id=_id(part),
        version=part.whole("version"),
        kind=Kind(part.choice("kind", [k.value for k in Kind])),
        is_licensed=is_licensed,
        names=_texts(part, "names", languages),
        about=_texts(part, "about", languages),
        settings=_texts(part, "settings", languages),
        languages=languages,
        roles=_roles(part),
        is_clinical=part.flag("clinical"),
        ages=_ages(part.part("ages")),
        licence=part.text("licence"),
        source=part.text("source"),
        is_unconfirmed=part.flag("unconfirmed"),
        scoring=_scoring(part.part("scoring")),
        groups=_slots(part, languages) if is_licensed else _groups(part, languages),
        studies=tuple(_study(p, languages) for p in part.parts("studies")) if part.has("studies") else (),
    )
    _check_whole(part, instrument, (named[1], int(named[2])))
    return instrument


def _check_whole(part: Part, it: Instrument, named: tuple[str, int]) -> None:
    if (it.id, it.version) != named:
        raise part.wrong("id", f"the file is called {named[0]}.v{named[1]}. Make name, id and version agree.")
    if it.is_clinical != it.id.startswith(CLINICAL):
        raise part.wrong("clinical", f"ids of clinical screens begin with {CLINICAL}, and no others do.")
    if it.is_licensed != it.is_clinical or it.is_licensed != (it.kind is Kind.SHORT_SCREEN):
        raise part.wrong(
            "wording", "licensed, clinical and short_screen go together: one of them is missing."
        )
    if it.studies and not it.is_licensed:
        raise part.wrong("studies", "figures are not shown for reworded items. Take them out.")
    most = len(it.groups) if it.scoring.enough else len(it.items)
    if it.scoring.threshold > most:
        raise part.wrong("scoring.threshold", f"can never be reached: there are only {most}.")
    if {item.strength is not None for item in it.items} != {bool(it.scoring.enough)}:
        raise part.wrong(
            "groups", "with the rule 'dimensions' each item has a strength; without it none has."
        )
    _check_order(part, it.items)


def _check_order(part: Part, items: tuple[Item, ...]) -> None:
    """Every `ask_if` names items that are there and stand above."""
    place = {item.id: n for n, item in enumerate(items)}
    if len(place) != len(items):
        double = next(i.id for n, i in enumerate(items) if place[i.id] != n)
        raise part.wrong("groups", f"the item '{double}' stands twice. Ids are unique in an instrument.")
    for item in items:
        for name in item.ask_if.names if item.ask_if else ():
            if name not in place:
                raise part.wrong("groups", f"'{item.id}' is asked after '{name}', which is not there.")
    circle = _circle(items)
    if circle:
        raise part.wrong("groups", f"a circle of ask_if: {' > '.join(circle)}. None of them could be asked.")
    for item in items:
        for name in item.ask_if.names if item.ask_if else ():
            if place[name] > place[item.id]:
                raise part.wrong(
                    "groups", f"'{item.id}' stands above '{name}', which opens it. Move it down."
                )


def _circle(items: tuple[Item, ...]) -> list[str]:
    after = {item.id: item.ask_if.names if item.ask_if else () for item in items}

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        return next((found for n in after[name] if (found := walk(n, [*way, name]))), [])

    return next((found for name in after if (found := walk(name, []))), [])


def _id(part: Part) -> str:
    found = part.text("id")
    if not _ID.fullmatch(found):
        raise part.wrong("id", f"'{found}' is not of small letters and low lines, at most 28 of them.")
    return found


def _languages(part: Part) -> dict[str, str]:
    for code, _ in part.value.items():
        if not _LANGUAGE.fullmatch(str(code)):
            raise part.wrong(str(code), "is not a language tag such as en, ar or zh-Hans.")
    for code in NEEDED_LANGUAGES:
        if code not in part.value:
            raise part.wrong(code, "missing. Every instrument is complete in English and Arabic.")
    return {str(code): part.choice(str(code), STATES) for code in part.value}


def _texts(part: Part, key: str, languages: Iterable[str]) -> Texts:
    words = part.words(key)
    for code in languages:
        if code not in words:
            raise part.wrong(f"{key}.{code}", "missing. Each text stands in every language of the file.")
    for code in words:
        if code not in languages:
            raise part.wrong(f"{key}.{code}", "is not among the languages of the file. Add it there.")
    return words


def _roles(part: Part) -> frozenset[str]:
    found = part.texts("roles")
    for role in found:
        if role not in [r.value for r in Role]:
            raise part.wrong("roles", f"'{role}' is not a role.")
    return frozenset(found)


def _ages(part: Part) -> tuple[int, int]:
    part.only("from", "to")
    low, high = part.whole("from", 0), part.whole("to", 0)
    if low > high:
        raise part.wrong("to", f"ends before it begins ({low}).")
    return low, high


def _scoring(part: Part) -> Scoring:
    part.only("rule", "threshold", "enough")
    rule, threshold = part.choice("rule", ("count", "dimensions")), part.whole("threshold")
    if rule == "count":
        if part.has("enough"):
            raise part.wrong("enough", "belongs to the rule 'dimensions'.")
        return Scoring(threshold)
    lines = [p.only(*_SIZES) for p in part.parts("enough")]
    found = [Enough(**{size: p.whole(size, 0) for size in _SIZES}) for p in lines]
    for line, enough in zip(lines, found, strict=True):
        if enough.all < max(1, enough.strong + enough.medium + enough.weak):
            raise line.wrong("all", "is less than the strengths together, or nothing.")
    return Scoring(threshold, tuple(found))


def _groups(part: Part, languages: Iterable[str]) -> tuple[Group, ...]:
    if part.has("slots"):
        raise part.wrong("slots", "belongs to wording: licensed.")
    return tuple(_group(p.only("id", "names", "items"), languages) for p in part.parts("groups"))


def _group(part: Part, languages: Iterable[str]) -> Group:
    name = _id(part)
    return Group(
        name, _texts(part, "names", languages), tuple(_item(p, name, languages) for p in part.parts("items"))
    )


def _item(part: Part, group: str, languages: Iterable[str]) -> Item:
    part.only("id", "text", "strength", "acute", "ask_if")
    strength = part.choice("strength", [s.value for s in Strength]) if part.has("strength") else None
    return Item(
        _id(part),
        _texts(part, "text", languages),
        group,
        Strength(strength) if strength else None,
        part.flag("acute") if part.has("acute") else False,
        _ask_if(part.part("ask_if")) if part.has("ask_if") else None,
    )


def _ask_if(part: Part) -> AskIf:
    part.only("any_seen", "all_seen")
    if not part.value:
        raise part.wrong("any_seen", "missing. Say which items open this one, or take ask_if out.")
    return AskIf(*(part.texts(key) if part.has(key) else () for key in ("any_seen", "all_seen")))


def _slots(part: Part, languages: Iterable[str]) -> tuple[Group, ...]:
    """As many items as the screen has, without a word of it: what is shown comes from the licensed text."""
    if part.has("groups"):
        raise part.wrong("groups", "licensed text is not shipped. Say in `slots` how many items there are.")
    blank = dict.fromkeys(languages, "")
    items = (Item(f"q_{chr(ord('a') + n)}", blank, "questions") for n in range(part.whole("slots")))
    return (Group("questions", blank, tuple(items)),)


def _study(part: Part, languages: Iterable[str]) -> Study:
    part.only(
        "name", "year", "population", "n", "sensitivity", "specificity", "sensitivity_interval",
        "specificity_interval", "worked_out", "source", "unconfirmed",
    )  # fmt: skip
    return Study(
        part.text("name"),
        part.whole("year", 1950),
        _texts(part, "population", languages),
        part.whole("n"),
        _percent(part, "sensitivity", part.text("sensitivity")),
        _percent(part, "specificity", part.text("specificity")),
        _interval(part, "sensitivity_interval"),
        _interval(part, "specificity_interval"),
        part.text("worked_out") if part.has("worked_out") else "",
        part.text("source"),
        part.flag("unconfirmed"),
    )


def _percent(part: Part, key: str, text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not 0 <= found <= 100:
        raise part.wrong(key, f"expected a percentage in quotes such as '84.4', found '{text}'.")
    return found


def _interval(part: Part, key: str) -> tuple[Decimal, Decimal] | None:
    if not part.has(key):
        return None
    ends: list[Any] = [_percent(part, key, text) for text in part.texts(key)]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise part.wrong(key, "expected two percentages, the smaller first.")
    return ends[0], ends[1]


def load_all(folder: Path) -> dict[str, tuple[Instrument, ...]]:
    """Every version of every instrument, oldest first."""
    found: dict[str, list[Instrument]] = {}
    for path in sorted(folder.iterdir()):
        it = load(path)
        found.setdefault(it.id, []).append(it)
    if not found:
        raise RuleError(folder.name, "", "holds no instrument.")
    return {name: tuple(sorted(them, key=lambda i: i.version)) for name, them in found.items()}


@lru_cache(maxsize=1)
def instruments() -> dict[str, tuple[Instrument, ...]]:
    return load_all(HERE)


def current(name: str) -> Instrument | None:
    """The newest version, or None."""
    them = instruments().get(name)
    return them[-1] if them else None


def version_of(name: str, version: int) -> Instrument | None:
    """The version an answer was made with: old answers are read with the words they were given to."""
    return next((it for it in instruments().get(name, ()) if it.version == version), None)
