"""More invented people than the small world has: each test hires its own."""

from __future__ import annotations

import uuid
from itertools import count
from typing import Any

_numbers = count(1)
_hired: list[uuid.UUID] = []
_agreed: list[uuid.UUID] = []


def all_leave(world: Any) -> None:
    """After a test: the small world is everybody's, and its other tests count its people."""
    world.admin.execute("UPDATE access_membership SET until_at = now() WHERE actor_id = ANY (%s)", [_hired])
    world.admin.execute(
        "UPDATE access_sharingprotocol SET until_on = '2001-01-01' WHERE id = ANY (%s)", [_agreed]
    )
    _hired.clear()
    _agreed.clear()


def hire(world: Any, agency: str, *roles: str) -> str:
    """A fresh person with these roles in the agency's team. Returns the name that `world.actor` knows."""
    name = f"p{next(_numbers)}"
    world.ids[name] = uuid.uuid4()
    _hired.append(world.ids[name])
    world.admin.execute(
        "INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [world.ids[name]]
    )
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, 'en', '!', true)",
        [world.ids[name], f"{name}@example.org", name.capitalize()],
    )
    world._keys(world.ids[name], world.ids[agency], ("draft",))
    for role in roles:
        appoint(world, name, agency, role)
    return name


def appoint(world: Any, name: str, agency: str, role: str) -> uuid.UUID:
    """As an administrator of the database writes it: triggers still hold."""
    membership = uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '1 hour')",
        [membership, world.ids[name], world.ids[f"{agency}/team"], role],
    )
    return membership


def found_agency(world: Any, kind: str = "ngo", keys: bool = True) -> str:
    """A fresh agency with a team, and with keys unless it is brand new."""
    name = f"a{next(_numbers)}"
    world.ids[name], world.ids[f"{name}/team"] = uuid.uuid4(), uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
        " VALUES (%s, '{}', %s, '{}', '{en}', 'UTC', 'QM', true)",
        [world.ids[name], kind],
    )
    for unit, sort in ((world.ids[f"{name}/team"], "team"), (uuid.uuid4(), "restricted")):
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', %s, '{}')",
            [unit, world.ids[name], sort],
        )
    if not keys:
        return name
    for purpose in ("identity", "place", "content"):
        key = world.keks[world.ids["river"], purpose]
        world.keks[world.ids[name], purpose] = key
        world.admin.execute(
            "INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, 1, %s)",
            [world.ids[name], purpose, key.public_key().public_bytes_raw()],
        )
    return name


def open_unit(world: Any, agency: str) -> str:
    """Another team of an agency; the name that comes back stands for the agency and this team."""
    name = f"u{next(_numbers)}"
    world.ids[name], world.ids[f"{name}/team"] = world.ids[agency], uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
        [world.ids[f"{name}/team"], world.ids[agency]],
    )
    return name


def code_of(world: Any, child: uuid.UUID) -> str:
    """A code people can type: the small world's are not made for that."""
    from amparo.foundation.codes import new_code

    code = new_code()
    world.admin.execute("UPDATE access_subject SET code = %s WHERE id = %s", [code, child])
    return code


def agree(world: Any, *agencies: str, sections: Any = None, days: int = 100, begins: int = 0) -> uuid.UUID:
    """An approved information-sharing protocol."""
    protocol = uuid.uuid4()
    _agreed.append(protocol)
    world.admin.execute(
        "INSERT INTO access_sharingprotocol (id, names, parties, purposes, sections, from_on, until_on,"
        " proposed_by_id, approved_by_id) VALUES (%s, '{}', %s, '{care}', %s, current_date + %s::int,"
        " current_date + %s::int, %s, %s)",
        [
            protocol, [world.ids[a] for a in agencies], list(sections or ("register", "note", "task")), begins, days,
            world.ids["nadia"], world.ids["kofi"],
        ],
    )  # fmt: skip
    return protocol


def sees(world: Any, name: str, child: uuid.UUID) -> bool:
    from amparo.foundation.errors import NotThere
    from amparo.rooms.access import queries

    try:
        queries.file_for(world.actor(name), child)
    except NotThere:
        return False
    return True
