"""One person more in the small world."""

from __future__ import annotations

import uuid


def person(world, name, unit, role):
    found = uuid.uuid4()
    agency = world.rows("SELECT agency_id FROM access_unit WHERE id = %s", unit)[0][0]
    world.admin.execute("INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [found])
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, 'en', '!', true)", [found, f"{name}@example.org", name.capitalize()])  # fmt: skip
    if (agency, "content") in world.keks:
        world._keys(found, agency, ("draft",))
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '1 day')", [uuid.uuid4(), found, unit, role])  # fmt: skip
    return found
