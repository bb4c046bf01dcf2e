"""How rooms meet: through actions, queries, policy, events and permissions, and nothing else of each other."""

from __future__ import annotations

import ast
from importlib import import_module
from types import FunctionType

import pytest

from .source import ROOMS, dotted, imports, modules

#: `rules` are tables of data: a room above adds its limits to the desk's, and reads how long things are kept.
#: `records`, `intake`, `opening` and `kinds` hold the frozen documents and codes that actions take.
OPEN = {
    "actions", "queries", "policy", "events", "permissions", "ids", "rules", "records", "intake", "opening", "kinds",
    "additions", "begun", "searching",
}  # fmt: skip
#: What the layers above may take from a room, and why.
ABOVE = {
    "amparo.config": OPEN | {"urls", "words", "public"},
    "amparo.web": OPEN,
    "amparo.runtime": OPEN | {"provision", "jobs", "places", "records", "rules", "pictures"},
    "amparo.cli": OPEN,
}


def foreign() -> list[tuple[str, str, str]]:
    """(place, the part's own name, what it imports of a room that is not its own)."""
    found = []
    for module in modules():
        for node, name in imports(module):
            parts = name.split(".")
            if parts[:2] == ["amparo", "rooms"] and len(parts) > 2 and parts[2] != module.room:
                found.append((module.at(node), module.name, name))
    return found


def test_rooms_take_only_what_other_rooms_offer():
    wrong = []
    for place, who, name in foreign():
        part = (name.split(".") + [""])[3]
        above = next((may for start, may in ABOVE.items() if who.startswith(start)), OPEN)
        if part not in above:
            wrong.append(f"{place} imports {name}")
    assert len(foreign()) >= 5
    assert wrong == []


def test_no_room_looks_up():
    wrong = [
        f"{module.path}: {name}"
        for module in modules()
        if module.room in ROOMS
        for _, name in imports(module)
        for upper in ROOMS[ROOMS.index(module.room) + 1 :]
        if name.startswith(f"amparo.rooms.{upper}")
    ]
    assert wrong == []


def test_every_room_stands_in_the_order():
    assert {m.room for m in modules() if m.room} == set(ROOMS)


def offered(room: str, part: str) -> list[tuple[str, FunctionType]]:
    """The public functions that a room's `actions` or `queries` hold up for others."""
    try:
        module = import_module(f"amparo.rooms.{room}.{part}")
    except ModuleNotFoundError:
        return []
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    found = [(n, getattr(module, n)) for n in names]
    return [
        (n, f)
        for n, f in found
        if isinstance(f, FunctionType) and f.__module__.startswith(f"amparo.rooms.{room}.{part}")
    ]


def definition(function: FunctionType) -> ast.FunctionDef:
    inner = getattr(function, "__wrapped__", function)
    module = next(m for m in modules() if m.name == inner.__module__)
    return next(
        n
        for n in ast.walk(module.tree)
        if isinstance(n, ast.FunctionDef) and n.name == inner.__name__ and n.lineno >= 1
    )


def begins_in_action(node: ast.FunctionDef) -> bool:
    """Its first statement asks for the open action: such a function is a part of one, not a way around it."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    calls = {dotted(c.func) for c in ast.walk(body[0]) if isinstance(c, ast.Call)} if body else set()
    return "in_action" in calls


def touches_the_database(node: ast.FunctionDef) -> bool:
    names = {dotted(n) for n in ast.walk(node)}
    return any(".objects" in n or n.startswith("connection") or n.endswith(".cursor") for n in names)


@pytest.mark.parametrize("room", ROOMS)
def test_offered_actions_are_actions(room):
    loose = [
        name
        for name, function in offered(room, "actions")
        if not getattr(function, "is_action", False) and not begins_in_action(definition(function))
    ]
    assert loose == []


@pytest.mark.parametrize("room", ROOMS)
def test_offered_queries_are_queries_or_only_put_queries_together(room):
    loose = [
        name
        for name, function in offered(room, "queries")
        if not getattr(function, "is_query", False)
        and (touches_the_database(definition(function)) or "viewer" not in function.__code__.co_varnames)
    ]
    assert loose == []


def test_there_are_actions_and_queries_to_judge():
    assert len(offered("desk", "actions")) >= 15
    assert len(offered("desk", "queries")) >= 15


def test_views_reach_the_database_through_actions_and_queries_only():
    wrong = []
    for module in modules():
        parts = module.name.split(".")
        if "views" in parts or parts[:2] == ["amparo", "web"]:
            for node, name in imports(module):
                if ".models" in name or name in ("django.db.connection", "django.db.transaction"):
                    wrong.append(f"{module.at(node)} imports {name}")
    # the health page asks the server one question that is about nobody
    assert [w for w in wrong if not w.startswith("src/amparo/web/views.py")] == []
