"""Duty desks beside the small world: who answers for which area, and people who send concerns to them.

Harbour answers for QM01 and all below it (Dina and Omar are on its desk, Sana supervises it, Tom is its caseworker);
Beacon answers for QM02 and, with the widest catchment, for wherever nobody else does (Lena). Fay is a first
responder of River, Hedi answers a hotline at Lantern, Pia is the liaison of the police.
"""

from __future__ import annotations

import uuid
from typing import Any

from amparo.keeper.keks import EnvironmentKeks
from tests.world import KEKS, PEOPLE, PURPOSES, World

AREAS = (("QM", 0, None), ("QM01", 1, "QM"), ("QM0101", 2, "QM01"), ("QM02", 1, "QM"), ("QM03", 1, "QM"))
DESKS = {
    "harbour": ("child_protection", "Africa/Cairo", "QM", ["QM01"]),
    "beacon": ("child_protection", "Asia/Kathmandu", "QN", ["QM", "QM02"]),
    "station": ("police", "UTC", "QM", ["QM", "QM01"]),
}
OFFICERS = {
    "dina": ("harbour", "duty_officer"), "omar": ("harbour", "duty_officer"), "sana": ("harbour", "supervisor"),
    "tom": ("harbour", "caseworker"), "lena": ("beacon", "duty_officer"), "fay": ("river", "first_responder"),
    "hedi": ("lantern", "hotline_operator"), "pia": ("station", "justice_liaison"),
}  # fmt: skip


def add_desks(world: World) -> World:
    """Once in a run: the world is shared by all tests of it."""
    if "harbour" in world.ids:
        set_catchments(world)
        return world
    for code, level, parent in AREAS:
        world.admin.execute(
            "INSERT INTO access_area (p_code, level, parent_id, names, replaced_by)"
            " VALUES (%s, %s, %s, '{}', '{}') ON CONFLICT (p_code) DO UPDATE SET valid_to = NULL,"
            " level = excluded.level, parent_id = excluded.parent_id",
            [code, level, parent],
        )
    for agency, (kind, zone, calendar, areas) in DESKS.items():
        _agency(world, agency, kind, zone, calendar, areas)
    for name, (agency, role) in OFFICERS.items():
        _person(world, name, agency, role)
    return world


def set_catchments(world: World) -> None:
    """As they were: a walk over every form of the pages sends this one too."""
    for agency, (*_, areas) in DESKS.items():
        world.admin.execute(
            "UPDATE access_unit SET areas = %s WHERE id = %s", [areas, world.ids[f"{agency}/team"]]
        )


def _agency(world: World, name: str, kind: str, zone: str, calendar: str, areas: list[str]) -> None:
    agency = world.ids[name] = uuid.uuid4()
    team = world.ids[f"{name}/team"] = uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
        " VALUES (%s, jsonb_build_object('en', %s::text), %s, '{}', '{en}', %s, %s, true)",
        [agency, name.capitalize(), kind, zone, calendar],
    )
    for unit, unit_kind, where in ((team, "team", areas), (uuid.uuid4(), "restricted", [])):
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', %s, %s)",
            [unit, agency, unit_kind, where],
        )
    for purpose in PURPOSES:
        key: Any = EnvironmentKeks(KEKS)._private(agency, purpose)
        world.keks[agency, purpose] = key
        world.admin.execute(
            "INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, 1, %s)",
            [agency, purpose, key.public_key().public_bytes_raw()],
        )


def _person(world: World, name: str, agency: str, role: str) -> None:
    who = world.ids[name] = uuid.uuid4()
    PEOPLE[name] = (agency, role)
    world.admin.execute("INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [who])
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, 'en', '!', true)",
        [who, f"{name}@example.org", name.capitalize()],
    )
    world._keys(who, world.ids[agency], ("draft",))
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '1 day')",
        [uuid.uuid4(), who, world.ids[f"{agency}/team"], role],
    )
