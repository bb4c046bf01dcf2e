"""Sizes that make code hard to read, as guidance: printed, argued in review, failing nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES, ARGUMENTS, TEMPLATE_LINES, TEST_LINES = 300, 30, 5, 150, 40
FOLDERS = ("src", "tests", "tools")


def python_files() -> Iterator[Path]:
    yield ROOT / "dev.py"
    for folder in FOLDERS:
        yield from sorted(p for p in (ROOT / folder).rglob("*.py") if "migrations" not in p.parts)


def too_large() -> Iterator[str]:
    for path in python_files():
        text = path.read_text()
        name = path.relative_to(ROOT)
        if text.count("\n") > FILE_LINES:
            yield f"{name}: {text.count(chr(10))} lines (guidance {FILE_LINES})"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from function(name, node)
    for path in sorted((ROOT / "src").rglob("*.html")):
        lines = path.read_text().count("\n")
        if lines > TEMPLATE_LINES:
            yield f"{path.relative_to(ROOT)}: {lines} lines (guidance {TEMPLATE_LINES})"


def function(name: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    longest = TEST_LINES if node.name.startswith("test_") else FUNCTION_LINES
    if lines > longest:
        yield f"{name}:{node.lineno}: {node.name} has {lines} lines (guidance {longest})"
    given = node.args
    count = len(
        [
            a
            for a in [*given.posonlyargs, *given.args, *given.kwonlyargs]
            if a.arg not in ("self", "cls", "by")
        ]
    )
    if count > ARGUMENTS and not node.name.startswith("test_"):
        yield f"{name}:{node.lineno}: {node.name} takes {count} arguments (guidance {ARGUMENTS})"
