"""The copy of roles and permissions in the database, written by every migrate."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from . import permissions as p

#: Named system actors and what each may touch ('*' is every section).
SYSTEM_ACTORS: dict[str, tuple[tuple[str, str], ...]] = {
    "retention": (("*", "read"), ("*", "erase"), ("own", "write")),
    "clocks": (("task", "read"), ("task", "write"), ("own", "write"), ("*", "read"), ("*", "write")),
    "indexer": (("identity", "read"), ("contact", "read"), ("identity", "write"), ("contact", "write")),
    "keys": (),
    "notices": (("own", "write"),),
    "intake": (
        ("register", "read"),
        ("concern", "read"),
        ("concern", "write"),
        ("task", "write"),
        ("own", "write"),
    ),
    # calls people for concerns that wait: it sees that one waits, never the words or who told
    "duty": (("concern", "read"), ("concern", "write")),
    "cover": (("task", "read"), ("task", "write")),
}


def roles_as_data() -> dict[str, Any]:
    roles, may, reach = [], [], []
    for role, spec in p.ROLES.items():
        roles.append(
            [role.value, spec.holds_grants, spec.reads_register, spec.in_enforcement, sorted(spec.tags)]
        )
        may += [[role.value, permission.value] for permission in sorted(spec.permissions)]
        reach += [[role.value, section, "read"] for section in spec.unit_reads]
        reach += [[role.value, section, "write"] for section in spec.unit_writes]
    roles.append(["on_duty", False, False, False, []])  # what a shift adds; nobody is appointed to it
    reach += [["on_duty", section, "read"] for section in p.DUTY_READS]
    reach += [["on_duty", section, "write"] for section in p.DUTY_WRITES]
    systems = [[name, section, mode] for name, scopes in SYSTEM_ACTORS.items() for section, mode in scopes]
    return {
        "roles": roles, "permissions": may, "sections": reach, "systems": systems, "system_names": list(SYSTEM_ACTORS),
        "incompatible": [list(pair) for pair in p.INCOMPATIBLE_TAGS], "enforcement": sorted(p.ENFORCEMENT_KINDS),
    }  # fmt: skip


def copy_roles(**_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.copy_roles(%s::jsonb)", [json.dumps(roles_as_data())])
