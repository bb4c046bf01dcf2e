"""The desk's browser, a keeper, and more invented people of the same agency.

Dalia is a duty officer of Ama's team; Emil a caseworker there; Faye a caseworker of a second team; Pavel is a police
liaison; Gus a first responder of Ama's team.
"""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from amparo.rooms.desk.tests.conftest import as_login, door, keeper, sent

__all__ = ["as_login", "door", "keeper", "opening", "people", "sent"]


def join(world, name, unit, role):
    if name in world.ids:
        return
    world.ids[name] = uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [world.ids[name]]
    )
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, 'en', '!', true)",
        [world.ids[name], f"{name}@example.org", name.capitalize()],
    )
    world._keys(world.ids[name], world.ids["river"], ("draft",))
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '1 day')",
        [uuid.uuid4(), world.ids[name], world.ids[unit], role],
    )


@pytest.fixture
def people(world):
    """Everybody of the story; made once, because the world lasts for the whole run."""
    if "river/second" not in world.ids:
        world.ids["river/second"], world.ids["guards"], world.ids["guards/team"] = (
            uuid.uuid4() for _ in range(3)
        )
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
            [world.ids["river/second"], world.ids["river"]],
        )
        world.admin.execute(
            "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
            " VALUES (%s, '{}', 'police', '{}', '{en}', 'UTC', 'QM', true)",
            [world.ids["guards"]],
        )
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
            [world.ids["guards/team"], world.ids["guards"]],
        )
        for name, unit, role in (
            ("dalia", "river/team", "duty_officer"), ("emil", "river/team", "caseworker"),
            ("faye", "river/second", "caseworker"), ("gus", "river/team", "first_responder"),
            ("pavel", "guards/team", "justice_liaison"),
        ):  # fmt: skip
            join(world, name, unit, role)
    return world


@pytest.fixture
def opening():
    from amparo.rooms.cases.opening import Night, Opening

    base = Opening(
        called="Lulu", is_description=False, age_low=11, age_high=13, gender="girl", language="ar", risk="high",
        reasons="works in a house, is never let out", night=Night(False, "safe_house", address="Blue gate"),
    )  # fmt: skip

    def make(**more):
        return dataclasses.replace(base, **more)

    return make
