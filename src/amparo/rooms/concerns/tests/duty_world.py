"""The harbour desk at night, on top of `tests.desks`: who is on the rota, and concerns that wait.

Dina, Omar and Dara are duty officers of Harbour (Cairo time), Sana supervises it, Hadi administers it; Lena answers
for the whole country. Tom is Harbour's caseworker, Oren one of another team of the same agency, Pia the police's
liaison, Tesfa a school's first responder.
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from tests.desks import _agency, _person, add_desks
from tests.world import World

HERE = Path(__file__).resolve().parent.parent
SECTIONS = ("note", "task", "concern", "account", "reporter")


def build(world: World) -> World:
    """Adds to the desks, once."""
    add_desks(world)
    if "dara" in world.ids:
        return world
    world.admin.execute(
        'UPDATE access_unit SET names = \'{"en": "Harbour desk"}\' WHERE id = %s', [world.ids["harbour/team"]]
    )
    _agency(world, "college", "school", "Africa/Cairo", "QM", ["QM03"])
    for name, agency, role in (
        ("dara", "harbour", "duty_officer"), ("hadi", "harbour", "agency_administrator"),
        ("tesfa", "college", "first_responder"),
    ):  # fmt: skip
        _person(world, name, agency, role)
    world.ids["quay/team"] = uuid.uuid4()
    world.admin.execute(
        "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
        [world.ids["quay/team"], world.ids["harbour"]],
    )
    _person(world, "oren", "harbour", "caseworker")
    world.admin.execute(
        "UPDATE access_membership SET unit_id = %s WHERE actor_id = %s",
        [world.ids["quay/team"], world.ids["oren"]],
    )
    world.admin.execute("UPDATE access_person SET language = 'ar' WHERE id = %s", [world.ids["omar"]])
    return world


def shift(
    world: World, name: str, order: int, begins: dt.datetime, ends: dt.datetime, team: str = "harbour"
) -> uuid.UUID:
    row = uuid.uuid4()
    world.admin.execute(
        'INSERT INTO access_shift (id, actor_id, unit_id, "order", from_at, until_at) VALUES (%s, %s, %s, %s, %s, %s)',
        [row, world.ids[name], world.ids[f"{team}/team"], order, begins, ends],
    )
    return row


def no_rota(world: World) -> None:
    world.admin.execute("DELETE FROM concerns_shiftswap")
    world.admin.execute("DELETE FROM access_shift")


def concern(
    world: World, *, at: dt.datetime, urgency: str = "now", agency: str = "harbour", **facts: Any
) -> uuid.UUID:
    """One concern with keys, as `intake` leaves it before its job ran; returns its anchor."""
    subject, unit_id = uuid.uuid4(), world.ids[f"{agency}/team"]
    world.admin.execute(
        "INSERT INTO access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold,"
        " is_restricted, opened_at) VALUES"
        " (%s, 'concern', %s, %s, %s, 'register', 'CONCERN_UNANSWERED', false, false, %s)",
        [subject, uuid.uuid4().hex[:8].upper(), unit_id, unit_id, at],
    )
    world._keys(subject, world.ids[agency], SECTIONS)
    row = {
        "id": uuid.uuid4(), "subject_id": subject, "unit_id": unit_id, "section": "concern", "channel": "public",
        "received_at": at, "entered_at": at, "danger_now": "unknown", "with_child": "unknown",
        "health_today": "unknown", "moved_soon": "unknown", "in_custody": "unknown", "gender": "unknown",
        "language": "", "about_self": False, "needs": [], "call_type": "", "children": 1, "urgency": urgency,
        "urgency_rules": [], "state": "waiting", "outcome": "", "answer": "received", "version": 1, **facts,
    }  # fmt: skip
    columns = ", ".join(f'"{c}"' for c in row)
    world.admin.execute(
        f"INSERT INTO concerns_concern ({columns}) VALUES ({', '.join(['%s'] * len(row))})",
        list(row.values()),
    )
    return subject


def id_of(world: World, subject: uuid.UUID) -> uuid.UUID:
    return world.rows("SELECT id FROM concerns_concern WHERE subject_id = %s", subject)[0][0]


def sealed_words(world: World, subject: uuid.UUID, table: str, text: str, **extra: Any) -> uuid.UUID:
    """A sealed row of `account` or `reporter`, sealed as the public page does: to the section's public key."""
    from amparo.keeper import seal

    row = uuid.uuid4()
    key = world.rows(
        "SELECT public FROM keeper.section_key WHERE holder = %s AND section = %s", subject, table
    )[0][0]
    concern_id, unit = world.rows("SELECT id, unit_id FROM concerns_concern WHERE subject_id = %s", subject)[
        0
    ]
    value = seal.seal(text.encode(), bytes(key), holder=subject, section=table, record=row, field="text")
    fields = {"id": row, "subject_id": subject, "unit_id": unit, "section": table, "concern_id": concern_id,
              "text": value, "written_at": dt.datetime.now(dt.UTC), **extra}  # fmt: skip
    world.admin.execute(
        f"INSERT INTO concerns_{table} ({', '.join(fields)}) VALUES ({', '.join(['%s'] * len(fields))})",
        list(fields.values()),
    )
    return row
