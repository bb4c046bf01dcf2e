"""Names of colleagues, codes and areas, for lists. Statements that run inside an open context; never a child's name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language


def in_words(names: Mapping[str, str] | str | None) -> str:
    """In the reader's language, else in English, else in the first language there is."""
    known: Mapping[str, str] = json.loads(names) if isinstance(names, str) else names or {}
    return known.get(get_language() or "en") or known.get("en") or next(iter(known.values()), "")


def people_names(people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = sorted({p for p in people if p is not None}, key=str)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, display_name FROM access_person WHERE id = ANY (%s)", [wanted])
        return dict(cursor.fetchall())


def codes_of(subjects: Iterable[UUID]) -> dict[UUID, str]:
    wanted = sorted(set(subjects), key=str)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, code FROM access_subject WHERE id = ANY (%s)", [wanted])
        return dict(cursor.fetchall())


def areas_of(codes: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT p_code, names FROM access_area WHERE p_code = ANY (%s)", [wanted])
        return {code: in_words(names) or code for code, names in cursor.fetchall()}
