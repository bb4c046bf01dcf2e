"""One row of a child in every table that row security protects, planted by an administrator of the database.

A table that is not named here fails `test_every_protected_table_can_be_planted`: nothing new goes unattacked.
"""

from __future__ import annotations

import uuid
from typing import Any

from psycopg.types.json import Jsonb

from . import rooms

#: Rows without a child in them, read by everyone who signs in and written by functions only.
REFERENCE = {
    "access_area", "access_agency", "access_unit", "access_actor", "access_apiclient", "access_membership",
    "access_shift", "access_sharingprotocol", "access_person",
}.union(rooms.everything("REFERENCE"))  # fmt: skip
#: Tables that only functions touch: no login may read them at all.
CLOSED = {"access_block", "access_emergencyaccess", "vault_term"}.union(rooms.everything("CLOSED"))


def protected_tables(admin: Any) -> list[str]:
    rows = admin.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    ).fetchall()
    return [name for (name,) in rows if name not in REFERENCE]


Row = dict[str, Any]


def key_of(row: Row) -> str:
    """The column a row is found by: its id, or for the few without one the first that is planted."""
    return "id" if "id" in row else next(iter(row))


def _child(child: uuid.UUID, unit: uuid.UUID, section: str) -> Row:
    return {"id": uuid.uuid4(), "subject_id": child, "unit_id": unit, "section": section}


def rows_for(child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID) -> dict[str, Row]:
    """Table -> a full row. The order is that in which they can be inserted."""
    new = uuid.uuid4
    attachment, clock, note = new(), new(), new()
    by, when = {"written_by_id": actor, "written_at": "now"}, "now"
    revision = {"record": note, "field": "text", "sealed": b"\x01x", **by, "replaced_by_id": actor}
    return {
        "desk_note": {**_child(child, unit, "note"), "id": note, "text": b"\x01x", "version": 1, **by},
        "desk_task": {**_child(child, unit, "task"), "title": "CALL_BACK", "owner_id": actor, "is_urgent": False,
                      "made_by_id": actor, "made_at": when, "version": 1},
        "desk_attachment": {**_child(child, unit, "attachment"), "id": attachment, "title": b"\x01x", "was": "image",
                            "original_bytes": 1, "view_kind": "image/png", "view_bytes": 1, "width_px": 1,
                            "height_px": 1, "added_by_id": actor, "added_at": when},
        "desk_attachmentchunk": {**_child(child, unit, "attachment"), "attachment_id": attachment, "part": "view",
                                 "number": 0, "sealed": b"\x01x"},
        "desk_revision": {**_child(child, unit, "note"), **revision, "version": 1, "replaced_at": when},
        "desk_clock": {**_child(child, unit, "register"), "id": clock, "code": "FIRST_CONTACT", "record": new(),
                       "started_at": when, "due_at": when, "may_pause": True, "stopped_by_fact": "", "told_steps": 0},
        "desk_clockpause": {**_child(child, unit, "register"), "clock_id": clock, "reason": "CHILD_ILL",
                            "begun_at": when, "begun_by_id": actor},
        "access_consent": {**_child(child, unit, "note"), "sections": ["note"], "recipient_id": recipient,
                           "purpose": "test", "given_by": "child_assent", "state": "refused", "basis": "",
                           "at": when, "until_at": when, "recorded_by_id": actor},
        "access_grant": {"id": new(), "subject_id": child, "actor_id": actor, "sections": ["register"],
                         "mode": "read", "cause": "cover", "purpose": "test", "from_at": when, "until_at": when,
                         "given_by_id": actor},
        "access_block": {"id": new(), "subject_id": child, "actor_id": recipient, "from_at": when,
                         "ended_at": when, "by_id": actor},
        "access_emergencyaccess": {"id": new(), "actor_id": actor, "subject_id": child, "at": when, "reason": "test"},
        "desk_draft": {"id": new(), "person_id": actor, "form": "note", "subject_id": child, "body": b"\x01x",
                       "version": 1, "begun_at": when, "saved_at": when, "expires_at": when},
        "desk_notice": {"id": new(), "person_id": actor, "code": "TASK_GIVEN", "subject_id": child, "record": new(),
                        "step": 0, "rings": False, "at": when},
        "vault_person": {**_child(child, unit, "identity"), "sealed": b"\x01x", "version": 1, **by},
        "vault_contact": {**_child(child, unit, "contact"), "sealed": b"\x01x", "version": 1, **by},
        "vault_place": {**_child(child, unit, "place"), "kind": "fact", "sealed": b"\x01x", "version": 1, **by},
        "vault_term": {"id": new(), "subject_id": child, "record": new(), "field": "phone", "norm_version": 1,
                       "mac": b"\x01\x02"},
    }  # fmt: skip


def plant(admin: Any, child: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID) -> dict[str, Row]:
    """Plants one row in every protected table and returns them by table, `access_subject` among them."""
    unit = admin.execute("SELECT unit_id FROM access_subject WHERE id = %s", [child]).fetchone()[0]
    made: dict[str, Row] = {"access_subject": {"id": child}}
    wanted = rows_for(child, unit, actor, recipient)
    for rows in (m.rows for m in rooms.modules() if hasattr(m, "rows")):
        wanted |= rows(child, unit, actor, recipient)
    for table, row in wanted.items():
        insert(admin, table, row)
        made[table] = row
    return made


def insert(connection: Any, table: str, row: Row) -> None:
    """As whoever the connection is. Values "now" are the time of the transaction."""
    names, places, values = [], [], []
    for name, value in row.items():
        names.append(f'"{name}"')
        places.append("now()" if isinstance(value, str) and value == "now" else "%s")
        if places[-1] == "%s":
            values.append(Jsonb(value) if isinstance(value, dict) else value)
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(places)})"
    connection.execute(sql, values)
