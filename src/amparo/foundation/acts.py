"""`@action` and `@query`: the only ways into the database.

Both open their own transaction, and the first statement in it is `sec.enter(secret)`: the context that row security
asks for is bound to that transaction and that backend, and ends with it. The application holds no signing key.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import connection, models, transaction
from django.db.models.query import QuerySet

from . import errors, macs
from .actors import Actor
from .ids import new_id

P = ParamSpec("P")
R = TypeVar("R")


@dataclasses.dataclass
class Act:
    """The transaction now open: whose it is, whether it may write, and what it has logged."""

    actor: Actor
    may_write: bool
    request_id: UUID
    entries: int = 0
    units: dict[str, list[UUID]] = dataclasses.field(default_factory=dict)  # by section, as far as asked


_act: ContextVar[Act | None] = ContextVar("amparo_act", default=None)


def current_act() -> Act | None:
    return _act.get()


def in_action() -> Act:
    """The open action. Raises RuntimeError outside one: nothing is written except by an action."""
    act = _act.get()
    if act is None or not act.may_write:
        raise RuntimeError("This writes, so it must run inside an @action.")
    return act


@contextmanager
def _transaction(actor: Actor, *, may_write: bool, request_id: UUID | None = None) -> Iterator[Act]:
    outer = _act.get()
    if outer is not None:
        if outer.actor.secret != actor.secret or (may_write and not outer.may_write):
            raise RuntimeError("A transaction is open for somebody else, or for reading only.")
        yield outer
        return
    act = Act(actor, may_write, request_id or new_id())
    token = _act.set(act)
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                if actor.kind == "system":
                    cursor.execute("SELECT sec.enter_system(%s)", [actor.name])
                else:
                    cursor.execute("SELECT sec.enter(%s)", [actor.secret])
            yield act
            if may_write and not act.entries:
                raise errors.NothingLogged("An action ended without a log entry. Call log(...) in it.")
    except DatabaseError as error:
        ours = errors.from_database(error)
        if ours is None:
            raise
        raise ours from error
    finally:
        _act.reset(token)


@contextmanager
def step(by: Actor, *, may_write: bool = True, request_id: UUID | None = None) -> Iterator[Act]:
    """One short transaction inside an action that does slow work between its steps (`own_steps=True`)."""
    with _transaction(by, may_write=may_write, request_id=request_id) as act:
        yield act


def log(
    what: str,
    *,
    subject: UUID | None = None,
    record: UUID | None = None,
    purpose: str = "",
    result: str = "done",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the entry of this act, in its transaction. `purpose` is a reason, `detail` codes and ids: no content."""
    act = _act.get()
    if act is None:
        raise RuntimeError("log() needs an open action or query.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.add(%s, %s, %s, %s, %s, %s::jsonb, %s)",
            [
                what,
                subject,
                record,
                purpose,
                result,
                None if detail is None else json.dumps(detail),
                act.request_id,
            ],
        )
    act.entries += 1


def check(actor: Actor, permission: str | None, *, strong: bool) -> None:
    """The first wall. Raises Refused or NeedsStrongSignIn."""
    if permission is not None and not (actor.kind == "system" or actor.has(permission)):
        raise errors.Refused("permission")
    if strong and not actor.is_strong:
        raise errors.NeedsStrongSignIn


def query(permission: str | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A read. The viewer is the first positional argument; what comes back holds no queryset and no model."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        first = next(iter(inspect.signature(function).parameters), "")
        if first != "viewer":
            raise TypeError(f"{function.__qualname__}: the first argument of a query is `viewer`.")

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            viewer = _actor(args[0] if args else kwargs.get("viewer"))
            check(viewer, permission, strong=False)
            with _transaction(viewer, may_write=False):
                result = function(*args, **kwargs)
                _refuse_lazy(result, function.__qualname__)
                return result

        wrapper.is_query = True  # type: ignore[attr-defined]
        return wrapper

    return decorate


def action(
    permission: str | None, *, strong: bool = False, own_steps: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A write: keyword-only, `by=` an actor, its own durable transaction, at least one log entry in it.

    With a `key` parameter it is idempotent: the second call with the same key and request answers as the first did,
    after the same checks; another request under the same key is a Conflict. With `own_steps` the body opens its
    transactions itself with `step(by)`, so that slow work (the keeper, hashing, pictures) stays outside them.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = inspect.signature(function).parameters
        wrong = [p.name for p in parameters.values() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        if wrong or "by" not in parameters:
            raise TypeError(
                f"{function.__qualname__}: an action takes keyword-only arguments, `by=` among them."
            )
        name = f"{function.__module__}.{function.__qualname__}"

        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            by = _actor(kwargs.get("by"))
            check(by, permission, strong=strong)
            if own_steps:
                return function(*args, **kwargs)
            with _transaction(by, may_write=True):
                key = str(kwargs.get("key") or "")
                return _once(name, key, function, kwargs) if key else function(*args, **kwargs)

        wrapper.is_action = True  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _once(name: str, key: str, function: Callable[..., R], kwargs: dict[str, Any]) -> R:
    """Run once per actor, action and key. Only a keyed hash of the request is kept, never the request."""
    mac = macs.request_mac({k: v for k, v in kwargs.items() if k not in ("by", "key")})
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.once(%s, %s, %s)::text", [name, key, mac])
        before = cursor.fetchone()[0]
        if before is not None:
            in_action().entries += 1  # the first run wrote it
            return _revive(json.loads(before)["result"])
        result = function(**kwargs)
        cursor.execute("SELECT sec.done(%s, %s, %s::jsonb)", [name, key, json.dumps(_plain(result))])
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return {"id": str(value)}
    if isinstance(value, tuple):
        return {"tuple": [_plain(v) for v in value]}
    return value


def _revive(value: Any) -> Any:
    if isinstance(value, dict) and "id" in value:
        return UUID(value["id"])
    if isinstance(value, dict) and "tuple" in value:
        return tuple(_revive(v) for v in value["tuple"])
    return value


def _actor(value: object) -> Actor:
    if not isinstance(value, Actor):
        raise TypeError("Every read has a viewer and every write a `by=`: an Actor, never None.")
    return value


def _refuse_lazy(result: object, name: str) -> None:
    items = result if isinstance(result, (tuple, list)) else (result,)
    if isinstance(result, (QuerySet, models.Model)) or any(
        isinstance(i, (QuerySet, models.Model)) for i in items
    ):
        raise TypeError(f"{name} returned a queryset or a model: return frozen dataclasses.")
