"""What the documents say is so: links, commands, variables, roles, words; and nothing of anybody's machine."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from amparo import cli
from amparo.rooms.access import permissions

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import documents  # noqa: E402

REFERENCE = ROOT / "docs" / "reference"
VARIABLE = re.compile(r"AMPARO_[A-Z_]+[A-Z]")
#: Django settings of ours that no variable stands behind.
NOT_VARIABLES = {"AMPARO_HELP_NUMBERS", "AMPARO_DUTY_NUMBERS"}
MACHINES = re.compile(r"(?<![\w.])/(?:home|Users)/(?!\*)\w+/")
#: Hosts of package registries, in pieces: this file names none either.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"),
                                       ("yarnpkg", "com"))]  # fmt: skip
REGISTRIES = re.compile(rf"\b(?:[\w-]+\.)*(?:{'|'.join(map(re.escape, HOSTS))})\b", re.I)


def files() -> list[Path]:
    """Every file of the project; a bare machine has no git to ask."""
    made = {"__pycache__", "node_modules", "build", "dist", "static-root", "htmlcov"}
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [
            n for n in inner if n not in made and not n.endswith(".egg-info") and (n == ".ci" or n[0] != ".")
        ]
        found += [Path(folder) / name for name in names if not name.endswith((".pyc", ".mo"))]
    return sorted(found)


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


def cells(page: Path, heading: str) -> Iterator[list[str]]:
    """The rows of the first table below a heading."""
    below = page.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for line in below.splitlines()[1:]:
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def codes(cell: str) -> set[str]:
    return set(re.findall(r"`([\w-]+)`", cell))


def test_links_headings_and_commands_lead_somewhere():
    assert len(list(documents.documents())) >= 20
    assert documents.faults() == []


def test_an_unknown_command_in_a_sentence_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("Run `amparo doctor`, then `amparo dance staff`.\n")

    assert list(documents.unknown_commands(page)) == ["page.md: amparo has no command dance"]


def test_every_command_stands_in_the_reference():
    page = REFERENCE / "commands.md"

    assert [next(iter(codes(row[0]))) for row in cells(page, "In a checkout")] == list(dev.COMMANDS)
    told = {row[0].strip("`").split()[1] for row in cells(page, "On an installed system")}
    assert told == set(cli.COMMANDS)


def named_in(paths: list[Path]) -> set[str]:
    """Names of variables as they stand in code: whole strings, so that words in a docstring do not count."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if VARIABLE.fullmatch(node.value) else set()
    return found - NOT_VARIABLES


def test_every_variable_is_documented_and_every_documented_one_is_read():
    written = {path for path in files() if path.suffix == ".py"} - {Path(__file__)}
    program = {p for p in written if ROOT / "src" in p.parents and "tests" not in p.parts} | {ROOT / "dev.py"}
    documented = set(VARIABLE.findall((REFERENCE / "environment.md").read_text()))

    assert len(named_in(sorted(program))) >= 15
    assert named_in(sorted(program)) - documented == set()
    assert documented - named_in(sorted(written)) == set()


def test_variables_a_door_needs_are_marked():
    from amparo.config.env import NEEDED_BY_DOOR

    page = (REFERENCE / "environment.md").read_text()
    assert {name for names in NEEDED_BY_DOOR.values() for name in names} <= set(
        re.findall(r"\*\*`(AMPARO_\w+)`\*\*", page)
    )


def test_permissions_are_the_ones_of_the_code():
    told = {next(iter(codes(row[0]))): row[1] for row in cells(REFERENCE / "permissions.md", "Permissions")}

    assert told == {p.value: str(p.description) for p in permissions.Permission}


@pytest.mark.parametrize("role", list(permissions.Role))
def test_a_role_may_what_the_page_says(role):
    spec = permissions.ROLES[role]
    rows = {next(iter(codes(row[0]))): row for row in cells(REFERENCE / "permissions.md", "Roles")}
    marks = {"access": spec.holds_grants, "register": spec.reads_register, "enforcement": spec.in_enforcement}

    assert set(rows) == {r.value for r in permissions.Role}
    _, label, may, reads, writes, marked, tags = rows[role.value]
    assert label == str(spec.label)
    assert codes(may) | {"USE_AMPARO"} == {p.value for p in spec.permissions}
    assert (codes(reads), codes(writes)) == (set(spec.unit_reads), set(spec.unit_writes))
    assert codes(marked) == {name for name, holds in marks.items() if holds}
    assert codes(tags) == set(spec.tags)


def test_exclusions_and_enforcement_are_the_ones_of_the_code():
    page = REFERENCE / "permissions.md"
    rows = [tuple(next(iter(codes(c))) for c in row) for row in cells(page, "Roles that exclude each other")]

    assert rows == list(permissions.INCOMPATIBLE_TAGS)
    below = page.read_text().split("Enforcement agencies")[1]
    assert codes(below.split(")")[0]) == permissions.ENFORCEMENT_KINDS
    duty = page.read_text().split("**On duty**")[1].split(" Only ")[0]
    reads, writes = duty.split(", writes ")
    assert codes(reads) == set(permissions.DUTY_READS)
    assert codes(writes) == set(permissions.DUTY_WRITES)


def test_every_room_says_what_it_is_in_forty_lines():
    rooms = [p.parent for p in (ROOT / "src/amparo/rooms").glob("*/apps.py")]
    long = {r.name: len(text_of(r / "README.md").splitlines()) for r in rooms}

    assert len(rooms) >= 3
    assert {name: lines for name, lines in long.items() if not 0 < lines <= 40} == {}


def test_the_front_page_fits_on_a_screen_and_shows_a_real_picture():
    page = (ROOT / "README.md").read_text()

    assert len(page.splitlines()) <= 45
    assert (ROOT / "docs/images/today.png").read_bytes().startswith(b"\x89PNG")
    for command in ("python3 dev.py demo", "python3 dev.py test"):
        assert command in page


def test_every_decision_is_numbered_and_has_its_parts():
    found = sorted((ROOT / "docs/adr").glob("*.md"))

    assert [int(p.name[:4]) for p in found] == list(range(1, len(found) + 1))
    for page in found:
        text = page.read_text()
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        for part in ("**Status**", "**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text, (page.name, part)


@pytest.mark.parametrize("pattern", [MACHINES, REGISTRIES], ids=["machines", "registries"])
def test_no_file_names_a_machine_or_a_registry(pattern):
    assert len(files()) >= 300
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files()
        if path != Path(__file__)
        for match in pattern.finditer(text_of(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINES, "see /home/someone/amparo"),
        (MACHINES, "see /Users/someone/amparo"),
        (REGISTRIES, f"--index-url https://{HOSTS[0]}/simple"),
        (REGISTRIES, f"https://files.{HOSTS[1]}/packages/x"),
        (REGISTRIES, f"https://registry.{HOSTS[2]}/axe-core"),
    ],
)
def test_such_names_would_be_found(pattern, text):
    assert pattern.search(text)
