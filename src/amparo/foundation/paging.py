"""Pages by key: the next page begins after the last row seen, however many rows were added meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q
from django.db.models.query import QuerySet

R = TypeVar("R")
SIZE = 20


@dataclass(frozen=True)
class Page(Generic[R]):
    items: tuple[R, ...]
    next_key: str = ""
    previous_key: str = ""


def key_of(at: dt.datetime, row_id: UUID) -> str:
    return f"{at.timestamp():.6f}_{row_id}"


def _parsed(key: str) -> tuple[dt.datetime, UUID] | None:
    """A key that was tampered with or cut off shows the first page, not an error."""
    stamp, _, row_id = key.partition("_")
    try:
        return dt.datetime.fromtimestamp(float(stamp), dt.UTC), UUID(row_id)
    except (ValueError, OverflowError, OSError):
        return None


def newest_first(rows: QuerySet[Any], at: str, after: str, before: str) -> tuple[Sequence[Any], str, str]:
    """One page of rows by (`at`, id), newest first, with the keys of its neighbours."""
    backwards = _parsed(before)
    edge = backwards or _parsed(after)
    if edge is not None:
        how = "gt" if backwards else "lt"
        rows = rows.filter(Q(**{f"{at}__{how}": edge[0]}) | Q(**{at: edge[0], f"id__{how}": edge[1]}))
    order = (at, "id") if backwards else (f"-{at}", "-id")
    found = list(rows.order_by(*order)[: SIZE + 1])
    is_more = len(found) > SIZE
    found = found[:SIZE][:: -1 if backwards else 1]
    if not found:
        return (), "", ""
    first, last = (key_of(getattr(row, at), row.id) for row in (found[0], found[-1]))
    has_next = is_more or backwards is not None
    has_previous = is_more if backwards else edge is not None
    return found, last if has_next else "", first if has_previous else ""


def as_page(rows: Sequence[Any], keys: tuple[str, str], make: Callable[[Any], R]) -> Page[R]:
    return Page(tuple(make(row) for row in rows), *keys)
