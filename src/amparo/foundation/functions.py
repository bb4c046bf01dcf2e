"""Calling the functions of the second wall (`sec.*`, `audit.*`) by names written out."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection


def call(function: str, *values: Any, cast: tuple[str, ...] = ()) -> Any:
    """The single value a `sec.*` function returns. `cast` names the SQL type of each value where it is needed."""
    return rows(function, *values, cast=cast, what="f")[0][0]


def rows(function: str, *values: Any, cast: tuple[str, ...] = (), what: str = "*") -> list[tuple[Any, ...]]:
    places = [f"%s::{kind}" if kind else "%s" for kind in (*cast, *[""] * (len(values) - len(cast)))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} FROM {function}({', '.join(places)}) f", list(values))  # noqa: S608 (our own names)
        return list(cursor.fetchall())


def as_json(value: Any) -> str:
    return json.dumps(value, default=str)
