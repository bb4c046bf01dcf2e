"""A screening is a condition for nothing: no code and no SQL outside its room can even read what one came to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .source import PACKAGE, Module, imports, modules

ROOM = "amparo.rooms.screening"
TABLES = re.compile(r"screening_(screening|wording)|rooms\.screening|^screening\.", re.I)
#: Modules that may name the room: it is installed and has its addresses here, and a demo world is written with its actions.
MAY_NAME = ("amparo.config.", "amparo.runtime.demo.")
#: Where the name of the section stands, so that it can be given and sealed; nobody decides anything by it there.
NAMES_SECTION = {
    "amparo.rooms.access.permissions", "amparo.rooms.access.forms", "amparo.rooms.access.registration",
    "amparo.foundation.sealing", "amparo.runtime.demo.load",
}  # fmt: skip
#: Functions of the database that touch its tables: its own.
FUNCTIONS = {"enter_wording", "approve_wording", "end_wording", "forget_screening"}


def outside() -> list[Module]:
    return [m for m in modules() if not (m.name + ".").startswith(ROOM + ".")]


def readings(module: Module) -> Iterator[str]:
    """Every way in which a module reaches for a screening: an import, a table in a string, the model by its name."""
    if not module.name.startswith(MAY_NAME):
        yield from (f"{module.name} imports {name}" for _, name in imports(module) if name.startswith(ROOM))
    elif not module.name.startswith("amparo.config."):
        reads = [n for _, n in imports(module) if n.startswith(ROOM) and not n.startswith(f"{ROOM}.actions")]
        yield from (f"{module.name} imports {name}" for name in reads)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if TABLES.search(node.value) and not module.name.startswith(MAY_NAME):
                yield f"{module.name} names {node.value[:60]!r}"
            if node.value == "screening" and module.name not in NAMES_SECTION:
                yield f"{module.name} asks for the section"


def test_nothing_outside_the_room_reads_a_screening():
    assert len(outside()) >= 100
    assert [found for module in outside() for found in readings(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from amparo.rooms.screening.queries import screenings_of",
        "from amparo.rooms.screening import queries",
        "import amparo.rooms.screening.actions",
        "from importlib import import_module\nimport_module('amparo.rooms.screening.queries')",
        "cursor.execute('SELECT 1 FROM screening_screening WHERE subject_id = %s')",
        "apps.get_model('screening.Screening')",
        "may(subject, 'screening', 'read')",
    ],
)
def test_each_way_of_reading_one_is_found(line):
    module = Module(PACKAGE / "rooms" / "cases" / "actions.py", ast.parse(line))
    assert list(readings(module))


def test_no_sql_of_another_room_names_its_tables():
    files = [p for p in PACKAGE.rglob("*.sql") if "screening" not in p.parts]
    assert len(files) >= 10
    assert [p.name for p in files if re.search(r"screening_(screening|wording)", p.read_text())] == []


def test_no_function_view_policy_or_trigger_of_the_database_reads_its_tables(admin):
    """In the catalogue, where a migration cannot hide one."""
    functions = admin.execute(
        "SELECT proname FROM pg_proc WHERE prosrc ~ 'screening_(screening|wording)'"
    ).fetchall()
    assert {name for (name,) in functions} == FUNCTIONS
    views = admin.execute(
        "SELECT DISTINCT c.relname FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class"
        " JOIN pg_class t ON t.oid = d.refobjid WHERE t.relname LIKE 'screening\\_%'").fetchall()  # fmt: skip
    assert views == []
    policies = admin.execute(
        "SELECT tablename, policyname FROM pg_policies WHERE coalesce(qual, '') || coalesce(with_check, '') LIKE '%screening\\_%'"
        " AND tablename NOT LIKE 'screening\\_%'").fetchall()  # fmt: skip
    assert policies == []
    keys = admin.execute(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid::regclass::text LIKE 'screening\\_%'"
    ).fetchall()  # fmt: skip
    assert keys == []


def test_it_stands_behind_no_gate_starts_no_clock_and_says_nothing_to_other_rooms():
    from amparo.foundation import registries

    gates: dict[str, list[Any]] = registries.gates._of
    ours = [
        f"{act}: {g.__module__}" for act, them in gates.items() for g in them if g.__module__.startswith(ROOM)
    ]
    assert ours == []
    pages = [
        p for p, them in registries.panels._of.items() for x in them if x.template.startswith("screening/")
    ]
    assert pages == ["subject"]
    room = PACKAGE / "rooms" / "screening"
    for name in ("events.py", "jobs.py", "clocks.yaml", "reactions.py"):
        assert not (room / name).exists(), name
    writes = [n for m in modules() if m.name.startswith(f"{ROOM}.actions") for _, n in imports(m)]
    starts = ("fact_happened", "tell", "tell_roles", "add_task", "publish", "defer", "pass_through")
    assert [n for n in writes if n.rsplit(".", 1)[-1] in starts] == []


def test_no_rule_of_a_time_limit_or_of_retention_mentions_it():
    rules = [p for p in Path(PACKAGE).rglob("*.yaml") if "screening" not in p.parts]
    named = [
        p.name for p in rules if re.search(r"\b(SCREENING|OBSERVATION_NOTED|SIGNS_NOTED)", p.read_text())
    ]
    assert len(rules) >= 5
    assert named == []
