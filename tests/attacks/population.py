"""For each relation of the matrix one child, and for each relation and role one person who stands in it."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.world import PURPOSES, SECTIONS, World

from .planting import Row, insert, plant

#: A concern hangs on an anchor of its own; here on the same one, so that one grant is tried on every table.
ALL = ["register", *SECTIONS, "concern", "account", "reporter"]
BY_NOTE = ["register", "note"]
EMERGENCY = ["register", *(s for s in SECTIONS if s != "place")]
#: Rows that belong to one person, planted for each of them.
OWN = {
    "my_draft": "desk_draft", "my_notice": "desk_notice", "my_sent": "concerns_sentconcern",
    "my_message": "concerns_demomessage",
}  # fmt: skip
#: relation -> (whose people: a group made below, the child's unit, the grant each of them holds)
Grant = tuple[list[str], str, str, str, str]  # sections, mode, cause, from, until
LIVE = ("-1 day", "1 day")
RELATIONS: dict[str, tuple[str, str, Grant | None]] = {
    "own": ("home", "home", (ALL, "write", "assignment", *LIVE)),
    "same_unit": ("home", "home", None),
    "same_agency": ("mate", "home", None),
    "on_duty": ("duty", "home", None),
    "other_agency": ("other", "home", None),
    "granted_write": ("other", "home", (ALL, "write", "referral", *LIVE)),
    "granted_read": ("other", "home", (ALL, "read", "referral", *LIVE)),
    "granted_notes": ("other", "home", (BY_NOTE, "read", "referral", *LIVE)),
    "granted_place": ("other", "home", (["register", "place"], "read", "referral", *LIVE)),
    "granted_expired": ("other", "home", (ALL, "write", "referral", "-2 days", "-1 second")),
    "granted_from_tomorrow": ("other", "home", (ALL, "write", "referral", "1 day", "2 days")),
    "consent_given": ("other", "home", (BY_NOTE, "read", "consent", *LIVE)),
    "consent_withdrawn": ("other", "home", (BY_NOTE, "read", "consent", *LIVE)),
    "emergency": ("other", "home", (EMERGENCY, "read", "emergency", "-1 minute", "59 minutes")),
    "agency_blocked": ("other", "home", (ALL, "write", "referral", *LIVE)),
    "second_agency_blocked": ("second", "home", (ALL, "write", "referral", *LIVE)),
    "conflict": ("home", "home", (ALL, "write", "assignment", *LIVE)),
    "restricted": ("home", "home/restricted", None),
    "restricted_named": ("home", "home/restricted", (ALL, "read", "cover", *LIVE)),
    "enforcement": ("turned", "turned", (ALL, "write", "assignment", *LIVE)),
}
GROUPS = {"home": "home", "mate": "home/second", "duty": "home/second", "other": "other", "second": "other",
          "turned": "turned"}  # fmt: skip


@dataclass
class Population:
    admin: Any
    roles: list[str]
    units: dict[str, uuid.UUID] = field(default_factory=dict)
    agencies: dict[str, uuid.UUID] = field(default_factory=dict)
    people: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    children: dict[str, uuid.UUID] = field(default_factory=dict)
    child_units: dict[str, uuid.UUID] = field(default_factory=dict)
    planted: dict[str, dict[str, Row]] = field(default_factory=dict)
    mine: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    owner: uuid.UUID = field(default_factory=uuid.uuid4)
    world: World | None = None

    def row(self, relation: str, role: str, thing: str, table: str) -> Row:
        """The planted row a cell is about."""
        if thing in (*OWN, "my_grant"):
            return self.mine[relation, role, thing]
        return self.planted[relation]["old_task" if thing == "old_task" else table]

    def who(self, relation: str, role: str) -> tuple[uuid.UUID, str]:
        key = (RELATIONS[relation][0], role)
        return self.people[key], self.secrets[key]


def populate(admin: Any, roles: list[str]) -> Population:
    it = Population(admin, roles, world=World(admin))
    with admin.transaction():
        _agencies(it)
        _people(it)
        _children(it)
        _ends(it)
    return it


def _agencies(it: Population) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    for name in ("home", "other", "third", "turned"):
        agency = it.agencies[name] = uuid.uuid4()
        it.admin.execute(
            "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
            " VALUES (%s, %s, 'ngo', '{}', '{en}', 'UTC', 'QM', true)",
            [agency, f'{{"en": "Agency {name}"}}'],
        )
        for unit, kind in ((name, "team"), (f"{name}/second", "team"), (f"{name}/restricted", "restricted")):
            it.units[unit] = uuid.uuid4()
            it.admin.execute(
                "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', %s, '{}')",
                [it.units[unit], agency, kind],
            )
        for purpose in PURPOSES:
            key = it.world.keks[agency, purpose] = X25519PrivateKey.generate()
            it.admin.execute(
                "INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, 1, %s)",
                [agency, purpose, key.public_key().public_bytes_raw()],
            )


def _person(it: Population, person: uuid.UUID, name: str) -> None:
    it.admin.execute("INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [person])
    it.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, 'en', '!', true)",
        [person, f"{person}@example.org", name],
    )


def _member(it: Population, person: uuid.UUID, unit: str, role: str) -> uuid.UUID:
    membership = uuid.uuid4()
    it.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at) VALUES (%s, %s, %s, %s, now() - interval '9 days')",
        [membership, person, it.units[unit], role],
    )
    return membership


def _people(it: Population) -> None:
    _person(it, it.owner, "Owner")
    it.secrets["owner", ""] = secret = secrets.token_hex(16)
    _signed_in(it, it.owner, _member(it, it.owner, "home", "caseworker"), secret)
    for group, unit in GROUPS.items():
        for role in it.roles:
            person = it.people[group, role] = uuid.uuid4()
            it.secrets[group, role] = secrets.token_hex(16)
            _person(it, person, f"{group} {role}")
            it.world._keys(person, it.agencies[unit.split("/")[0]], ("draft",))
            _signed_in(it, person, _member(it, person, unit, role), it.secrets[group, role])
            if group == "second":
                _member(it, person, "third", "interpreter")
            shifts = {"mate": [("-9 hours", "-1 hour"), ("1 hour", "9 hours")], "duty": [("-1 hour", "7 hours")],
                      "turned": [("-1 hour", "7 hours")]}  # fmt: skip
            for start, end in shifts.get(group, []):
                place = it.units["turned" if group == "turned" else "home"]
                it.admin.execute(
                    'INSERT INTO access_shift (id, actor_id, unit_id, "order", from_at, until_at)'
                    " VALUES (%s, %s, %s, 1, now() + %s::interval, now() + %s::interval)",
                    [uuid.uuid4(), person, place, start, end],
                )


def _signed_in(it: Population, person: uuid.UUID, membership: uuid.UUID, secret: str) -> None:
    it.admin.execute(
        "INSERT INTO sec.session (secret_hash, actor_id, membership_id, strong_at, expires_at)"
        " VALUES (sec._hash(%s), %s, %s, now(), now() + interval '9 hours')",
        [secret, person, membership],
    )


def _children(it: Population) -> None:
    for number, (relation, (_, unit, grant)) in enumerate(RELATIONS.items()):
        child, place = uuid.uuid4(), it.units[unit]
        it.children[relation], it.child_units[relation] = child, place
        home = it.units[unit.split("/")[0]]
        it.admin.execute(
            "INSERT INTO access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold,"
            " is_restricted, opened_at) VALUES (%s, 'child', %s, %s, %s, 'register', 'CASE_FILE', false, %s, now())",
            [child, f"M{number:02}{secrets.token_hex(2).upper()}"[:6], place, home, place != home],
        )
        it.world._keys(child, it.agencies[unit.split("/")[0]], SECTIONS)
        it.planted[relation] = plant(it.admin, child, it.owner, it.owner)
        task = it.planted[relation]["desk_task"]["id"]
        old_task = {**it.planted[relation]["desk_revision"], "id": uuid.uuid4(), "section": "task", "record": task,
                    "field": "detail"}  # fmt: skip
        insert(it.admin, "desk_revision", old_task)
        it.planted[relation]["old_task"] = old_task
        for role in it.roles:
            _own_rows(it, relation, role)
            if grant is not None:
                _grant(it, relation, role, grant)


def _own_rows(it: Population, relation: str, role: str) -> None:
    for thing, table in OWN.items():
        row = {**it.planted[relation][table], "id": uuid.uuid4(), "person_id": it.who(relation, role)[0]}
        insert(it.admin, table, row)
        it.mine[relation, role, thing] = row


def _grant(it: Population, relation: str, role: str, grant: Grant) -> None:
    sections, mode, cause, start, end = grant
    child, (person, _) = it.children[relation], it.who(relation, role)
    consent = uuid.uuid4() if cause == "consent" else None
    given = uuid.uuid4()
    it.mine[relation, role, "my_grant"] = {
        "id": given, "subject_id": child, "actor_id": person, "sections": ALL, "mode": "write", "cause": "cover",
        "purpose": "test", "from_at": "now", "until_at": "now", "given_by_id": person,
    }  # fmt: skip
    it.admin.execute(
        "INSERT INTO access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, consent,"
        " given_by_id) VALUES (%s, %s, %s, %s, %s, %s, 'test', now() + %s::interval, now() + %s::interval, %s, %s)",
        [given, child, person, sections, mode, cause, start, end, consent, it.owner],
    )
    if consent is not None:
        row = it.planted[relation]["access_consent"]
        given = {**row, "id": consent, "recipient_id": person, "state": "given"}
        insert(it.admin, "access_consent", given)
        if relation == "consent_withdrawn":
            it.planted[relation].setdefault("withdraw", {})[role] = consent


def _ends(it: Population) -> None:
    """What is taken away again: by the real functions where there is one."""
    for agency, relation in (("other", "agency_blocked"), ("third", "second_agency_blocked")):
        it.admin.execute(
            "INSERT INTO access_block (id, subject_id, agency_id, from_at, by_id) VALUES (%s, %s, %s, now(), %s)",
            [uuid.uuid4(), it.children[relation], it.agencies[agency], it.owner],
        )
    for role in it.roles:
        it.admin.execute(
            "INSERT INTO access_block (id, subject_id, actor_id, from_at, by_id) VALUES (%s, %s, %s, now(), %s)",
            [uuid.uuid4(), it.children["conflict"], it.who("conflict", role)[0], it.owner],
        )
    it.admin.execute("UPDATE access_agency SET kind = 'police' WHERE id = %s", [it.agencies["turned"]])
    it.admin.execute(
        "INSERT INTO access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)"
        " VALUES (gen_random_uuid(), %s, %s, %s, 'write', 'assignment', 'test', now(), now() + interval '1 day', %s)",
        [it.children["consent_withdrawn"], it.owner, ALL, it.owner],
    )
    it.admin.execute("SELECT sec.enter(%s)", [it.secrets["owner", ""]])
    for consent in it.planted["consent_withdrawn"].pop("withdraw").values():
        it.admin.execute("SELECT sec.withdraw_consent(%s)", [consent])
