"""Who acts. Every read names its viewer and every write its actor; there is no anonymous one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import connection

from .ids import ActorId, Secret


@dataclass(frozen=True)
class Actor:
    """A person, an API client or a named system actor, acting in one membership.

    Attributes:
        secret: what proves the sign-in to the database and the keeper; never shown, logged or compared.
        is_strong: whether a second step was made in the last five minutes, when this was read.
    """

    id: ActorId
    kind: str
    name: str
    role: str
    permissions: frozenset[str]
    secret: Secret = field(repr=False)
    membership: UUID | None = None
    unit: UUID | None = None
    agency: UUID | None = None
    language: str = "en"
    time_zone: str = "UTC"
    calendar: str = "QM"
    is_strong: bool = False
    strong_at: float = 0.0
    agency_names: dict[str, str] = field(default_factory=dict, compare=False)
    unit_names: dict[str, str] = field(default_factory=dict, compare=False)

    def has(self, permission: str) -> bool:
        return permission in self.permissions

    def strengthened(self) -> Actor:
        return replace(self, is_strong=True)


_permissions_of: dict[str, frozenset[str]] = {}


def learn_roles(permissions_of: dict[str, frozenset[str]]) -> None:
    """Called once by the access room at start-up: which role carries which permissions."""
    _permissions_of.update(permissions_of)


def actor_for(secret: Secret) -> Actor | None:
    """The actor behind a live sign-in, or None. One statement, outside any context."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.whoami(%s)::text", [secret])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    it = json.loads(row[0])
    return Actor(
        id=ActorId(UUID(it["actor"])), kind=it["kind"], name=it["name"], role=it["role"],
        permissions=_permissions_of.get(it["role"], frozenset()), secret=secret,
        membership=_uuid(it["membership"]), unit=_uuid(it["unit"]), agency=_uuid(it["agency"]),
        language=it["language"], time_zone=it["time_zone"], calendar=it["calendar"], is_strong=it["is_strong"],
        strong_at=float(it["strong_at"] or 0), agency_names=it["agency_names"], unit_names=it["unit_names"],
    )  # fmt: skip


def system_actor(name: str) -> Actor:
    """A named system actor: only the worker's login may enter its context."""
    return Actor(
        id=ActorId(UUID(int=0)), kind="system", name=name, role=f"system:{name}", permissions=frozenset(),
        secret=Secret(f"system:{name}"),
    )  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
