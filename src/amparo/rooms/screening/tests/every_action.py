"""Every action of every room, with values for whatever it takes: tried on one child after another."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import inspect
import pkgutil
import types
import typing
import uuid
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import amparo.rooms
from amparo.foundation.errors import AmparoError

#: Values that make sense, for the names that actions use; whatever is not here is made from its annotation.
USUAL: dict[str, Any] = {
    "because": "the clinic asks tonight", "reason": "the clinic asks tonight", "text": "Words.", "version": 0,
    "sections": ("note",), "mode": "read", "cause": "cover", "purpose": "a visit", "given_by": "child_assent",
    "state": "given", "basis": "spoken", "form": "note", "answers": {}, "language": "en", "kind": "child",
    "instrument": "labour", "until": dt.datetime.now(dt.UTC) + dt.timedelta(days=2), "restricted": False,
    "title": "CALL_BACK", "retention": "CASE_FILE", "table": "person", "limit": 1, "original": b"x",
}  # fmt: skip


def actions() -> dict[str, Callable[..., Any]]:
    """Everything marked @action in any module of any room, tests left out."""
    found: dict[str, Callable[..., Any]] = {}
    for info in pkgutil.walk_packages(amparo.rooms.__path__, "amparo.rooms."):
        if ".tests" in info.name or ".migrations" in info.name:
            continue
        for value in vars(import_module(info.name)).values():
            if getattr(value, "is_action", False):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return found


def outcome(act: Callable[..., Any], values: Mapping[str, Any]) -> str:
    """What a permission could depend on: done, or the kind and the code of the refusal."""
    try:
        act(**values)
    except AmparoError as error:
        return f"{type(error).__name__}:{getattr(error, 'reason', '')}"
    except Exception as error:
        return f"{type(error).__name__}"
    return "done"


def values_for(act: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    inner = inspect.unwrap(act)
    hints = typing.get_type_hints(inner)
    found = {}
    for name, parameter in inspect.signature(inner).parameters.items():
        if name in given:
            found[name] = given[name]
        elif name == "email":  # nobody has it yet
            found[name] = f"{uuid.uuid4().hex}@example.org"
        elif parameter.default is not inspect.Parameter.empty and name not in USUAL:
            continue
        else:
            found[name] = USUAL[name] if name in USUAL else made(hints.get(name, str), given)
    return found


def made(kind: Any, given: Mapping[str, Any], depth: int = 0) -> Any:
    """A plain value of a type; a dataclass from its fields, by the same names."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if type(None) in args:
        return None
    if origin in (typing.Union, types.UnionType):
        return made(args[0], given, depth)
    if origin in (tuple, list, set, frozenset, Sequence):
        return ()
    if origin in (dict, Mapping):
        return {}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and depth < 3:
        return _dataclass(kind, given, depth)
    plain: dict[Any, Any] = {
        uuid.UUID: uuid.UUID(int=7), bool: False, int: 1, bytes: b"x", dict: {},
        dt.datetime: USUAL["until"], dt.date: dt.date(2027, 1, 1), dt.timedelta: dt.timedelta(days=1),
    }  # fmt: skip
    return plain.get(kind, "some words that mean nothing")


def _dataclass(kind: type[Any], given: Mapping[str, Any], depth: int) -> Any:
    hints = typing.get_type_hints(kind)
    values = {}
    for it in dataclasses.fields(kind):
        if it.name in given or it.name in USUAL:
            values[it.name] = given.get(it.name, USUAL.get(it.name))
        elif it.default is dataclasses.MISSING and it.default_factory is dataclasses.MISSING:
            values[it.name] = made(hints[it.name], given, depth + 1)
    return kind(**values)
