"""Tables are frozen: one edition a period, and nothing that moves while somebody reloads the page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from tally.disclosure.attacks import Finding, attack, two_releases
from tally.disclosure.protect import Published
from tally.errors import NotReleasable


@dataclass(frozen=True)
class Snapshot:
    """One edition of a set of tables. `digest` changes when any figure does."""

    period: str
    tables: dict[str, Published]
    digest: str

    def as_json(self) -> dict[str, Any]:
        """The edition as plain data, hidden cells as null with their rule."""
        return {"period": self.period, "digest": self.digest,
                "tables": {name: table.rows() for name, table in self.tables.items()}}  # fmt: skip


@dataclass
class Series:
    """Editions in order. Refuses a second edition of a period, and one that gives somebody away."""

    editions: list[Snapshot] = field(default_factory=list)

    def freeze(self, period: str, tables: dict[str, Published]) -> Snapshot:
        """Attack the tables, alone and against the edition before, and freeze them when nothing is given away.

        Raises
        ------
        NotReleasable
            If the period was frozen already with other figures, is not later than the last, or an attack succeeds.
        """
        snapshot = Snapshot(period, dict(tables), _digest(period, tables))
        if self.editions and self.editions[-1].digest == snapshot.digest:
            return self.editions[-1]
        if self.editions and period <= self.editions[-1].period:
            raise NotReleasable(
                f"{period} is not after {self.editions[-1].period}, which is frozen as it is."
            )
        found = self._findings(tables)
        if found:
            first = found[0]
            raise NotReleasable(
                f"{len(found)} findings, first: {first.attack} in {first.categories}: {first.says}."
            )
        self.editions.append(snapshot)
        return snapshot

    def _findings(self, tables: dict[str, Published]) -> list[Finding]:
        found = attack(list(tables.values()))
        if self.editions:
            before = self.editions[-1].tables
            for name in tables.keys() & before.keys():
                if before[name].axes == tables[name].axes:
                    found += two_releases(before[name], tables[name])
        return found


def _digest(period: str, tables: dict[str, Published]) -> str:
    plain = json.dumps(
        [period, {name: table.rows() for name, table in sorted(tables.items())}], sort_keys=True
    )
    return hashlib.sha256(plain.encode()).hexdigest()
