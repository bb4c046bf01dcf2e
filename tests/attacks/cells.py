"""The declared matrix, and one attempt for each of its cells as SQL in that person's context."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import yaml

from . import rooms as newer
from .planting import insert, key_of
from .population import Population

HERE = Path(__file__).parent
#: object -> (table, a column a writer might change)
TABLES = {
    "register": ("access_subject", "is_restricted"), "consent": ("access_consent", "purpose"),
    "clock": ("desk_clock", "due_at"), "pause": ("desk_clockpause", "reason"), "note": ("desk_note", "text"),
    "old_note": ("desk_revision", "field"), "task": ("desk_task", "version"), "old_task": ("desk_revision", "field"),
    "attachment": ("desk_attachment", "view_bytes"), "chunk": ("desk_attachmentchunk", "sealed"),
    "my_sent": ("concerns_sentconcern", "state"), "my_message": ("concerns_demomessage", "text"),
    "my_draft": ("desk_draft", "version"), "my_notice": ("desk_notice", "read_at"),
    "my_grant": ("access_grant", "until_at"), "others_draft": ("desk_draft", "version"),
    "others_notice": ("desk_notice", "read_at"), "others_grant": ("access_grant", "until_at"),
    "identity": ("vault_person", "version"), "contact": ("vault_contact", "version"),
    "place": ("vault_place", "version"), "index": ("vault_term", "mac"),
    "block": ("access_block", "ended_at"), "emergency_use": ("access_emergencyaccess", "reason"),
} | {word: tuple(named) for word, named in newer.table("objects").items()}  # fmt: skip
#: Sections by the names of their objects: what the keeper and the functions ask must say the same as the rows.
REACH = ("note", "task", "identity", "contact", "place")
ACTS = {"read": "r", "insert": "i", "update": "u", "delete": "d"}


class Cell(NamedTuple):
    relation: str
    role: str
    object: str
    act: str


class Told(NamedTuple):
    cell: Cell
    declared: bool
    found: bool | None


@cache
def _matrix() -> dict[str, Any]:
    return yaml.safe_load((HERE / "matrix.yaml").read_text(encoding="utf-8"))


def _raw() -> dict[str, Any]:
    return _matrix() | {"never": _matrix()["never"] | newer.table("never")}


def _lines() -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """(relation, roles, what they may to which object) of every table; what a room's own table leaves out is nothing."""
    raw = _raw()
    for table in (raw, *newer.tables()):
        groups, objects = table.get("roles", raw["roles"]), list(table.get("objects", ()))
        said = {(relation, group) for relation, lines in table.get("cells", {}).items() for group in lines}
        if unknown := said - {(relation, group) for relation in raw["cells"] for group in groups}:
            raise ValueError(f"no such relation and group of roles: {sorted(unknown)}")
        if sorted(r for rs in groups.values() for r in rs) != sorted(roles()):
            raise ValueError(f"the groups of the table with {objects} are not all roles, each once")
        for relation, group in itertools.product(raw["cells"] if objects else (), groups):
            line = table["cells"][relation][group] if (relation, group) in said else "- " * len(objects)
            if len(line.split()) != len(objects):
                raise ValueError(f"{relation}/{group}: {len(line.split())} cells for {len(objects)} objects")
            yield relation, groups[group], dict(zip(objects, line.split(), strict=True))


def declared() -> dict[Cell, bool]:
    """Every cell that somebody may in some role and relation, and whether this one may."""
    raw, cells, never = _raw(), {}, forbidden()
    for relation in raw["cells"]:
        mine = {t: may for t, may in raw["mine"].items() if t != "my_grant" or relation in raw["granted"]}
        for role in roles():
            cells |= _letters(relation, role, mine)
    for relation, group, things in _lines():
        for role in group:
            cells |= _letters(relation, role, things)
    return {cell: may for cell, may in cells.items() if cell not in never}


def _letters(relation: str, role: str, things: dict[str, str]) -> dict[Cell, bool]:
    return {
        Cell(relation, role, thing, act): letter in may
        for thing, may in things.items()
        for act, letter in ACTS.items()
    }


def forbidden() -> dict[Cell, bool]:
    """What nobody may: in every relation, for every role."""
    raw = _raw()
    return {
        Cell(relation, role, thing, act): False
        for relation in raw["cells"]
        for role in roles()
        for thing, may in raw["never"].items()
        for act, letter in ACTS.items()
        if letter in may and (thing != "my_grant" or relation in raw["granted"])
    }


def roles() -> list[str]:
    return [role for group in _matrix()["roles"].values() for role in group]


@dataclass
class Run:
    cells: int = 0
    allows: int = 0
    disagreements: list[Told] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.allows / max(self.cells, 1)


def run(staff: Any, people: Population, table: dict[Cell, bool], *, until_first: bool = False) -> Run:
    """Every cell on this connection. With `until_first`, stops at the first disagreement."""
    done, by_person = Run(), {}
    for cell, allowed in table.items():
        by_person.setdefault((cell.relation, cell.role), []).append((cell, allowed))
    for (relation, role), cells in by_person.items():
        for told in attempts(staff, people, relation, role, cells):
            done.cells += 1
            done.allows += told.declared
            if told.declared != told.found:
                done.disagreements.append(told)
                if until_first:
                    return done
    return done


def attempts(
    staff: Any, people: Population, relation: str, role: str, cells: list[tuple[Cell, bool]]
) -> Iterator[Told]:
    _, secret = people.who(relation, role)
    with staff.transaction(force_rollback=True):
        staff.execute("SELECT sec.enter(%s)", [secret])
        for cell, allowed in cells:
            yield Told(cell, allowed, _tried(staff, people, cell))


def _tried(staff: Any, people: Population, cell: Cell) -> bool | None:
    """Whether the act was done; None when two ways to ask the same are answered differently."""
    child = people.children[cell.relation]
    table, column = TABLES[cell.object]
    row = people.row(cell.relation, cell.role, cell.object, table)
    if cell.act == "read":
        found = _read(staff, table, row, child)
    else:
        found = _written(staff, table, column, row, cell.act)
    if cell.object in REACH and cell.act != "delete":
        mode = "read" if cell.act == "read" else "write"
        may = staff.execute("SELECT sec.may(%s, %s, %s)", [child, cell.object, mode]).fetchone()[0]
        return found if found == may else None
    return found


def _written(staff: Any, table: str, column: str, row: dict[str, Any], act: str) -> bool:
    try:
        with staff.transaction(force_rollback=True):
            if act == "insert":
                insert(staff, table, fresh(row, table))
                return True
            key = key_of(row)
            if act == "delete":
                return staff.execute(f"DELETE FROM {table} WHERE {key} = %s", [row[key]]).rowcount == 1
            asked = f"UPDATE {table} SET {column} = {column} WHERE {key} = %s"
            return staff.execute(asked, [row[key]]).rowcount == 1
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.errors.UniqueViolation:  # asked after row security, so that let it through
        return True


def _read(staff: Any, table: str, row: dict[str, Any], child: uuid.UUID) -> bool | None:
    try:
        with staff.transaction():
            key = key_of(row)
            found = staff.execute(f"SELECT {key} FROM {table} WHERE {key} = %s", [row[key]]).fetchall()
            if (
                "subject_id" not in row and table != "access_subject"
            ):  # a row of a person's own, about no child
                return bool(found)
            # a read by the child instead of by its own id must say the same
            key = "id" if table == "access_subject" else "subject_id"
            by_child = staff.execute(f"SELECT id FROM {table} WHERE {key} = %s", [child]).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        return False
    return bool(found) if bool(found) == ((row["id"],) in by_child) else None


def fresh(row: dict[str, Any], table: str) -> dict[str, Any]:
    """Another row like it: its own id, and its own place in what must be unique."""
    own: dict[str, Any] = {"id": uuid.uuid4()} if "id" in row else {key_of(row): uuid.uuid4().bytes * 2}
    if table == "desk_revision":
        own["version"] = row["version"] + 1
    if table == "desk_attachmentchunk":
        own["number"] = row["number"] + 1
    if table == "desk_draft":
        own["form"] = "task"
    if table == "desk_notice":
        own["record"] = uuid.uuid4()
    if table == "access_subject":
        return {
            **own,
            "kind": "child",
            "code": uuid.uuid4().hex[:6],
            "unit_id": uuid.uuid4(),
            "section": "register",
        }
    if table in (others := newer.mapping("FRESH")):
        own |= others[table](row)
    return {**row, **own}
