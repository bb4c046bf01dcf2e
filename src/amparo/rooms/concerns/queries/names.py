"""Names of areas, for lists. Inside an open context; nothing about a child."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from amparo.foundation.texts import in_words


def areas_of(codes: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT p_code, names FROM access_area WHERE p_code = ANY (%s)", [wanted])
        return {code: in_words(names) or code for code, names in cursor.fetchall()}
