"""What a room adds to the attacks: a table `<room>.yaml` and, where code is needed, a module `<room>.py` beside it.

The tables hold, each as in `matrix.yaml` and `addresses.yaml`:
    objects: {word: [table, column a writer might change]}
    never: {word: letters nobody may}
    cells: {relation: {group of roles: "one cell for each object, in their order"}}; what is left out is nothing
    roles: {group: [roles]}, where the groups of `matrix.yaml` do not fit; every role stands in one
    who: {group: [roles]}
    addresses: {name: [group, methods that may answer 2xx]}
The modules hold any of:
    rows(child, unit, actor, recipient) -> {table: a full row}, in the order in which they can be inserted
    FRESH: {table: what another row beside a planted one has of its own, as a function of the planted one}
    REFERENCE, CLOSED: sets of tables, as in `planting.py`
    IDS: {name in an address: table whose planted row it stands for}
    NOT_CHILDREN: set of names in addresses that stand for no row about a child
    PAGES: `Page`s that show or write a planted row
    CANARIES: {word: addresses that may show it}; plant_canaries(world, child, words) -> {name in an address: id}
    REVEALS: addresses that show theirs after a reason was posted
    HOLES: as in `holes.py`
    FORMS: ((make(world, child) -> {name in an address: id}, names), ...), as GROUPS in `tests/forms/planted.py`
    NO_FORM, SAME_PAGE: as in `tests/forms/test_forms.py`;  NOT_PAGES: as in `tests/browser/test_axe_everywhere.py`
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def modules() -> list[ModuleType]:
    return [import_module(f"{__name__}.{p.stem}") for p in sorted(FOLDER.glob("[a-z]*.py"))]


def tables() -> list[dict[str, Any]]:
    return [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted(FOLDER.glob("*.yaml"))]


def mapping(name: str) -> dict[str, Any]:
    """What the modules say under this name, together. Two rooms may not say the same thing twice."""
    return _together(name, [getattr(m, name, {}) for m in modules()])


def table(name: str) -> dict[str, Any]:
    """The same for the tables."""
    return _together(name, [t.get(name, {}) for t in tables()])


def everything(name: str) -> list[Any]:
    return [one for m in modules() for one in getattr(m, name, ())]


def _together(name: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"{name}: two rooms say {sorted(twice)}")
        found |= part
    return found
