"""Invented people and children for the desk's tests: one agency that keeps the file, one that does not.

Ama is the child's caseworker; Ben supervises her team; Cleo is her colleague without access; Dora is the
agency's data-protection officer; Ilya holds a read grant from another agency; Zoe works there and holds
nothing; Kofi coordinates all agencies and reads no content; Rana may review emergency access there.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from amparo.foundation.actors import Actor, actor_for, system_actor
from amparo.foundation.ids import Secret, SubjectId
from amparo.foundation.sealing import SUBJECT_SECTIONS as SECTIONS
from amparo.keeper import seal
from amparo.keeper.keks import EnvironmentKeks

#: A real keeper started with this secret opens what this world seals.
KEKS = "5a" * 32
PURPOSES = ("identity", "place", "content")
PEOPLE = {
    "ama": ("river", "caseworker"), "ben": ("river", "supervisor"), "cleo": ("river", "caseworker"),
    "dora": ("river", "data_protection_officer"), "hugo": ("river", "agency_administrator"),
    "ilya": ("lantern", "caseworker"), "zoe": ("lantern", "caseworker"), "rana": ("lantern", "supervisor"),
    "kofi": ("bridge", "coordinator"), "nadia": ("bridge", "national_administrator"),
    "sol": ("bridge", "coordination_secretariat"), "ines": ("bridge", "interpreter"),
}  # fmt: skip
ZONES = {"river": ("Africa/Cairo", "QM"), "lantern": ("Asia/Kathmandu", "QN"), "bridge": ("UTC", "QO")}


@dataclass
class World:
    """Rows made by an administrator of the database, so that the room's own code is tested and not its
    set-up.
    """

    admin: Any
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    keks: dict[tuple[uuid.UUID, str], Any] = field(default_factory=dict)

    def actor(self, name: str, strong: bool = False) -> Actor:
        if name not in self.secrets:
            self.secrets[name] = Secret(secrets.token_hex(16))
            self.admin.execute(
                "SELECT sec.sign_in(%s, %s, 'test', false)", [self.secrets[name], self.ids[name]]
            )
        when = "now()" if strong else "NULL"
        self.admin.execute(
            f"UPDATE sec.session SET strong_at = {when} WHERE secret_hash = sec._hash(%s)",
            [self.secrets[name]],
        )
        found = actor_for(self.secrets[name])
        assert found is not None
        return found

    def system(self, name: str) -> Actor:
        return system_actor(name)

    def child(self, keeper: str = "ama", retention: str = "CASE_FILE") -> SubjectId:
        """A file kept by somebody's unit, with keys and its worker's grant."""
        subject, unit = uuid.uuid4(), self.ids[f"{PEOPLE[keeper][0]}/team"]
        self.admin.execute(
            "INSERT INTO access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class,"
            " hold, is_restricted, opened_at)"
            " VALUES (%s, 'child', %s, %s, %s, 'register', %s, false, false, now())",
            [subject, uuid.uuid4().hex[:8].upper(), unit, unit, retention],
        )
        self._keys(subject, self.ids[PEOPLE[keeper][0]], SECTIONS)
        self.grant(subject, keeper, ("register", *SECTIONS), "write", "assignment")
        return SubjectId(subject)

    def grant(self, subject, who, sections, mode="read", cause="referral", until="1 day") -> None:
        self.admin.execute(
            "INSERT INTO access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at,"
            " until_at, given_by_id) VALUES (%s, %s, %s, %s, %s, %s, 'test', now() - interval '2 days',"
            " now() + %s::interval, %s)",
            [uuid.uuid4(), subject, self.ids[who], list(sections), mode, cause, until, self.ids["ama"]],
        )

    def block(self, subject, agency) -> None:
        self.admin.execute(
            "INSERT INTO access_block (id, subject_id, agency_id, from_at, by_id)"
            " VALUES (%s, %s, %s, now(), %s)",
            [uuid.uuid4(), subject, self.ids[agency], self.ids["ama"]],
        )

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.admin.execute(sql, list(values)).fetchall()

    def entries(self, what: str) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT actor_id, subject_id, record_id, purpose, result FROM audit.entry WHERE what = %s", what
        )

    def _keys(self, holder: uuid.UUID, agency: uuid.UUID, sections: tuple[str, ...]) -> None:
        publics = {
            p: seal.KekPublic(agency, 1, self.keks[agency, p].public_key().public_bytes_raw())
            for p in PURPOSES
        }
        made = seal.new_keys(holder, publics, sections)
        for purpose, w in made.wrapped.items():
            self.admin.execute(
                "INSERT INTO keeper.data_key VALUES (%s, %s, %s, %s, %s)",
                [holder, purpose, agency, w.generation, w.wrapped],
            )
        for section, public in made.public.items():
            self.admin.execute(
                "INSERT INTO keeper.section_key VALUES (%s, %s, %s)", [holder, section, public]
            )


def build(admin: Any) -> World:
    world = World(admin)
    for agency, (zone, calendar) in ZONES.items():
        world.ids[agency], world.ids[f"{agency}/team"] = uuid.uuid4(), uuid.uuid4()
        admin.execute(
            "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
            " VALUES (%s, jsonb_build_object('en', %s::text), 'ngo', '{}', '{en}', %s, %s, true)",
            [world.ids[agency], agency.capitalize(), zone, calendar],
        )
        for unit, kind in ((world.ids[f"{agency}/team"], "team"), (uuid.uuid4(), "restricted")):
            admin.execute(
                "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', %s, '{}')",
                [unit, world.ids[agency], kind],
            )
        for purpose in PURPOSES:
            key = world.keks[world.ids[agency], purpose] = EnvironmentKeks(KEKS)._private(
                world.ids[agency], purpose
            )
            admin.execute(
                "INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, 1, %s)",
                [world.ids[agency], purpose, key.public_key().public_bytes_raw()],
            )
    for name, (agency, role) in PEOPLE.items():
        world.ids[name] = uuid.uuid4()
        admin.execute(
            "INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [world.ids[name]]
        )
        admin.execute(
            "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
            " VALUES (%s, %s, %s, 'en', '!', true)",
            [world.ids[name], f"{name}@example.org", name.capitalize()],
        )
        world._keys(world.ids[name], world.ids[agency], ("draft",))
        admin.execute(
            "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
            " VALUES (%s, %s, %s, %s, now() - interval '1 day')",
            [uuid.uuid4(), world.ids[name], world.ids[f"{agency}/team"], role],
        )
    return world
