"""Counting what is opened, exactly, whatever runs at the same time. The numbers stand in quotas.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import yaml

Connection = psycopg.Connection[Any]
Limits = Mapping[str, Mapping[str, Mapping[str, int]]]  # class -> scope -> window -> number
Wants = Mapping[str, Iterable[UUID]]  # class -> holders

_SCOPES: Final = {"person": "actor = %(actor)s", "agency": "agency = %(agency)s", "installation": "true"}
_COUNT: Final = """
SELECT count(DISTINCT (actor, holder)) FILTER (WHERE first_at > clock_timestamp() - interval '1 hour'),
       count(DISTINCT (actor, holder)) FILTER (WHERE first_at > clock_timestamp() - interval '1 day')
FROM keeper.opened
WHERE class = %(class)s AND day >= (clock_timestamp() AT TIME ZONE 'utc')::date - 1 AND {scope}"""
_ADD: Final = """
INSERT INTO keeper.opened (day, actor, holder, class, agency)
SELECT (clock_timestamp() AT TIME ZONE 'utc')::date, %s, holder, %s, %s
FROM unnest(%s::uuid[]) AS holder
ON CONFLICT DO NOTHING"""
_NEW: Final = """
SELECT holder FROM unnest(%s::uuid[]) AS holder
EXCEPT SELECT holder FROM keeper.opened
WHERE day = (clock_timestamp() AT TIME ZONE 'utc')::date AND actor = %s AND class = %s"""


@dataclass(frozen=True, slots=True)
class Quotas:
    """The class of each section and the limits of each class."""

    sections: Mapping[str, str]
    limits: Limits

    def class_of(self, section: str, *, own_case: bool, system: bool) -> str:
        """Which counter a section counts in for this person."""
        named = self.sections.get(section, "content")
        if system:
            return "system"
        return "own" if own_case and named != "search" else named

    def take(self, conn: Connection, actor: UUID, agency: UUID | None, wants: Wants) -> str:
        """Count `wants` (class -> holders) inside the running transaction.

        Gives "" when all fit; else the limit that did not, as "identity.person.hour", and counts nothing.
        One class is counted by one transaction at a time, until it commits: that makes the numbers exact.
        """
        who = {"actor": actor, "agency": agency}
        exceeded = ""
        with conn.transaction():
            for name, holders in sorted(wants.items()):
                exceeded = exceeded or self._take(conn, name, who, list(holders))
            if exceeded:
                raise psycopg.Rollback
        return exceeded

    def _take(self, conn: Connection, name: str, who: Mapping[str, UUID | None], holders: list[UUID]) -> str:
        if not conn.execute(_NEW, (holders, who["actor"], name)).fetchall():
            return ""
        conn.execute("SELECT pg_advisory_xact_lock(hashtext('amparo.keeper'), hashtext(%s))", (name,))
        conn.execute(_ADD, (who["actor"], name, who["agency"], holders))
        for scope, windows in self.limits[name].items():
            row = conn.execute(_COUNT.format(scope=_SCOPES[scope]), {**who, "class": name}).fetchone()
            counted = dict(zip(("hour", "day"), row or (), strict=True))
            for window, limit in windows.items():
                if counted[window] > limit:
                    return f"{name}.{scope}.{window}"
        return ""


@cache
def shipped() -> Quotas:
    """The quotas of quotas.yaml."""
    data = yaml.safe_load(Path(__file__).with_name("quotas.yaml").read_text("utf-8"))
    return Quotas(data["sections"], data["limits"])
