"""Events tell rooms above what happened below. Handlers run in the same transaction, so that a notice is never lost.

They may write notices and tasks; they may not veto (that is a gate) and may not call anything slow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .acts import in_action

E = TypeVar("E", bound="Event")
_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


@dataclass(frozen=True)
class Event:
    """Base of a room's events: ids and codes only."""


def subscribe(kind: type[E], handler: Callable[[E], None]) -> None:
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def publish(event: Event) -> None:
    in_action()
    for handler in _handlers[type(event)]:
        handler(event)
