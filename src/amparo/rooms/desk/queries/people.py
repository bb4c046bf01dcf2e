"""Names of colleagues, for lists. People who sign in, never children."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def names_of(people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Inside a query. Somebody who has left still has a name; a system actor has its own."""
    wanted = sorted({p for p in people if p is not None}, key=str)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, coalesce(p.display_name, a.name) FROM access_actor a"
            " LEFT JOIN access_person p ON p.id = a.id WHERE a.id = ANY (%s)",
            [wanted],
        )
        return dict(cursor.fetchall())
