"""Licensed screens: off until two people switch them on, and then only for a clinic and for the ages tested."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from amparo.foundation.errors import NotThere, Refused
from amparo.rooms.desk.tests.sql import run_as
from amparo.rooms.screening import actions, queries
from amparo.rooms.screening.engine import Outcome

pytestmark = pytest.mark.usefixtures("keeper")
TEXTS = {f"q_{letter}": f"Invented question {letter}" for letter in "abcdef"}
ANSWERS = {"q_a": "seen", "q_b": "seen"}


@pytest.fixture
def second_administrator(world):
    """Omar, beside Nadia."""
    if "omar" not in world.ids:
        world.ids["omar"] = person(world, "omar", world.ids["bridge/team"], "national_administrator")
    return "omar"


@pytest.fixture
def clinic(world):
    """Dr Lea, a service provider of a health agency; Sami, a service provider elsewhere."""
    if "lea" not in world.ids:
        agency, unit = uuid.uuid4(), uuid.uuid4()
        world.admin.execute(
            "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
            " VALUES (%s, '{}', 'health', '{}', '{en}', 'UTC', 'QM', true)", [agency])  # fmt: skip
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
            [unit, agency])  # fmt: skip
        world.ids["lea"] = person(world, "lea", unit, "service_provider")
        world.ids["midwife"] = person(world, "midwife", unit, "caseworker")
        world.ids["sami"] = person(world, "sami", world.ids["lantern/team"], "service_provider")


def person(world, name, unit, role):
    found = uuid.uuid4()
    world.admin.execute("INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', %s)", [found, name])
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active, is_staff_of_platform)"
        " VALUES (%s, %s, %s, 'en', '!', true, false)", [found, f"{name}@example.org", name],
    ) if False else _person(world, found, name)  # fmt: skip
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at, until_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '1 day', now() + interval '1 year')",
        [uuid.uuid4(), found, unit, role],
    )
    return found


def _person(world, found, name):
    columns = world.rows(
        "SELECT string_agg(quote_ident(column_name), ', '), string_agg(CASE column_name WHEN 'id' THEN '%s'::text"
        " WHEN 'email' THEN '%s' ELSE quote_ident(column_name) END, ', ') FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'access_person'")  # fmt: skip
    names = columns[0][0]
    picks = ", ".join(
        "%s" if c in ("id", "email") else c for c in (part.strip() for part in names.split(","))
    )
    order = [part.strip() for part in names.split(",") if part.strip() in ("id", "email")]
    values = [{"id": found, "email": f"{name}@example.org"}[c] for c in order]
    world.admin.execute(
        f"INSERT INTO access_person ({names}) SELECT {picks} FROM access_person WHERE id = %s",
        [*values, world.ids["ama"]],
    )
