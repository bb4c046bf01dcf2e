"""An invented duty desk and a national one: who is on the rota, who supervises, and concerns that wait.

Dov, Dina and Dara are duty officers at the river desk (Cairo time); Sara supervises it; Hedi administers its agency;
Nuri answers for the whole country; Omar is a caseworker of another team of the same agency; Jala is the police's
liaison and Tesfa a school's first responder.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tests.world import World

CAIRO = "Africa/Cairo"
SECTIONS = ("note", "task", "concern", "account", "reporter")
AGENCIES = {"welfare": ("child_protection", CAIRO, "QM"), "nation": ("coordination", "UTC", "QO"),
            "force": ("police", CAIRO, "QM"), "college": ("school", CAIRO, "QM")}  # fmt: skip
UNITS = {"desk": ("welfare", ["QM02"]), "north": ("welfare", ["QM02"]), "land": ("nation", ["QM"]),
         "liaison": ("force", ["QM"]), "classes": ("college", ["QM02"])}  # fmt: skip
STAFF = {
    "dov": ("desk", "duty_officer"), "dina": ("desk", "duty_officer"), "dara": ("desk", "duty_officer"),
    "sara": ("desk", "supervisor"), "hedi": ("desk", "agency_administrator"), "omar": ("north", "caseworker"),
    "nuri": ("land", "duty_officer"), "jala": ("liaison", "justice_liaison"), "tesfa": ("classes", "first_responder"),
}  # fmt: skip


def build(world: World) -> World:
    """Adds to the small world, once."""
    if "dov" in world.ids:
        return world
    admin = world.admin
    for code, level, parent in (("QM", 0, None), ("QM02", 1, "QM"), ("QM03", 1, "QM")):
        admin.execute(
            "INSERT INTO access_area (p_code, level, parent_id, names, replaced_by) VALUES (%s, %s, %s, '{}', '{}')"
            " ON CONFLICT DO NOTHING",
            [code, level, parent],
        )
    for agency, (kind, zone, calendar) in AGENCIES.items():
        _agency(world, agency, kind, zone, calendar)
    for unit, (agency, areas) in UNITS.items():
        world.ids[f"unit {unit}"] = uuid.uuid4()
        admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, %s, 'team', %s)",
            [world.ids[f"unit {unit}"], world.ids[agency], f'{{"en": "{unit}"}}', areas],
        )
    for name, (unit, role) in STAFF.items():
        _person(world, name, unit, role)
    return world


def _agency(world: World, agency: str, kind: str, zone: str, calendar: str) -> None:
    from amparo.keeper.keks import EnvironmentKeks
    from tests.world import KEKS, PURPOSES

    world.ids[agency] = uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
        " VALUES (%s, %s, %s, '{}', '{en}', %s, %s, true)",
        [world.ids[agency], f'{{"en": "{agency}"}}', kind, zone, calendar],
    )
    world.admin.execute(
        "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'restricted', '{}')",
        [uuid.uuid4(), world.ids[agency]],
    )
    for purpose in PURPOSES:
        key = world.keks[world.ids[agency], purpose] = EnvironmentKeks(KEKS)._private(world.ids[agency], purpose)
        world.admin.execute(
            "INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, 1, %s)",
            [world.ids[agency], purpose, key.public_key().public_bytes_raw()],
        )


def _person(world: World, name: str, unit: str, role: str) -> None:
    from tests.world import PEOPLE

    agency = UNITS[unit][0]
    world.ids[name] = uuid.uuid4()
    PEOPLE.setdefault(name, (agency, role))
    world.admin.execute("INSERT INTO access_actor (id, kind, name) VALUES (%s, 'person', '')", [world.ids[name]])
    world.admin.execute(
        "INSERT INTO access_person (id, email, display_name, language, password, is_active)"
        " VALUES (%s, %s, %s, %s, '!', true)",
        [world.ids[name], f"{name}@example.org", name.capitalize(), "ar" if name == "dina" else "en"],
    )
    world._keys(world.ids[name], world.ids[agency], ("draft",))
    world.admin.execute(
        "INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)"
        " VALUES (%s, %s, %s, %s, now() - interval '400 days')",
        [uuid.uuid4(), world.ids[name], world.ids[f"unit {unit}"], role],
    )


def shift(world: World, name: str, order: int, begins: dt.datetime, ends: dt.datetime, unit: str = "desk") -> uuid.UUID:
    row = uuid.uuid4()
    world.admin.execute(
        'INSERT INTO access_shift (id, actor_id, unit_id, "order", from_at, until_at) VALUES (%s, %s, %s, %s, %s, %s)',
        [row, world.ids[name], world.ids[f"unit {unit}"], order, begins, ends],
    )
    return row


def concern(world: World, *, at: dt.datetime, urgency: str = "now", unit: str = "desk", **facts: Any) -> uuid.UUID:
    """One concern with keys, as `intake` leaves it; returns its anchor."""
    subject, unit_id = uuid.uuid4(), world.ids[f"unit {unit}"]
    world.admin.execute(
        "INSERT INTO access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold,"
        " is_restricted, opened_at) VALUES (%s, 'concern', %s, %s, %s, 'register', 'CONCERN_UNANSWERED', false, false, %s)",
        [subject, uuid.uuid4().hex[:6].upper(), unit_id, unit_id, at],
    )
    world._keys(subject, world.ids[UNITS[unit][0]], SECTIONS)
    row = {
        "id": uuid.uuid4(), "subject_id": subject, "unit_id": unit_id, "section": "concern", "channel": "public",
        "received_at": at, "entered_at": at, "danger_now": "unknown", "with_child": "unknown",
        "health_today": "unknown", "moved_soon": "unknown", "in_custody": "unknown", "gender": "unknown",
        "language": "", "about_self": False, "needs": [], "call_type": "", "children": 1, "urgency": urgency,
        "urgency_rules": [], "state": "waiting", "outcome": "", "answer": "received", "version": 1, **facts,
    }  # fmt: skip
    columns = ", ".join(f'"{c}"' for c in row)
    world.admin.execute(
        f"INSERT INTO concerns_concern ({columns}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())
    )
    return subject


def sealed_words(world: World, subject: uuid.UUID, table: str, text: str, **extra: Any) -> uuid.UUID:
    """A sealed row of `account` or `reporter`, as the public page seals it: to the section's public key."""
    from amparo.keeper import seal

    section, row = table, uuid.uuid4()
    key = world.rows("SELECT public FROM keeper.section_key WHERE holder = %s AND section = %s", subject, section)[0][0]
    concern_id, unit = world.rows("SELECT id, unit_id FROM concerns_concern WHERE subject_id = %s", subject)[0]
    value = seal.seal(text.encode(), bytes(key), holder=subject, section=section, record=row, field="text")
    fields = {"id": row, "subject_id": subject, "unit_id": unit, "section": section, "concern_id": concern_id,
              "text": value, "written_at": dt.datetime.now(dt.UTC), **extra}  # fmt: skip
    world.admin.execute(
        f"INSERT INTO concerns_{table} ({', '.join(fields)}) VALUES ({', '.join(['%s'] * len(fields))})",
        list(fields.values()),
    )
    return row
