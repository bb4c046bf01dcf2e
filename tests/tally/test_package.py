"""The library as a whole: alone in the world, documented, and its examples true."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import tally

PARTS = ("detected", "disclosure", "mse", "release", "trends")
MODULES = sorted(
    m.name for m in pkgutil.walk_packages(tally.__path__, "tally.") if not m.name.endswith("__main__")
)


def test_it_imports_without_django_and_amparo():
    ask = (
        "import sys\n"
        "for name in ('django', 'amparo'): sys.modules[name] = None\n"
        f"for name in {MODULES!r}: __import__(name)\n"
        "print('alone')"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "alone", done.stderr


@pytest.mark.parametrize("name", MODULES)
def test_no_module_knows_a_clock_or_a_network(name):
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {"time", "datetime", "socket", "ssl", "http", "urllib", "subprocess", "sqlite3"}
    assert {word.split(".")[0] for word in imported} & outside == set()


def test_without_numpy_the_command_says_what_is_missing():
    ask = (
        "import sys\nsys.modules['numpy'] = None\nfrom tally.cli import main\n"
        "sys.exit(main(['mse', 'table.csv']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, env={"PYTHONPATH": "src"}
    )
    assert done.returncode == 1
    assert "needs numpy and scipy" in done.stderr


def public():
    for part in PARTS:
        module = importlib.import_module(f"tally.{part}")
        for name in module.__all__:
            it = getattr(module, name)
            if inspect.isfunction(it):
                yield pytest.param(it, id=f"{part}.{name}")


@pytest.mark.parametrize("function", list(public()))
def test_every_public_function_says_what_it_takes_gives_and_assumes(function):
    text = inspect.getdoc(function) or ""
    for section in ("Parameters", "Returns", "Notes"):
        assert f"{section}\n{'-' * len(section)}" in text, f"{function.__name__} has no section {section}"
    assert function.__annotations__.get("return")


def test_methods_taken_from_papers_name_them():
    methods = ["averaged", "bic", "bootstrap", "downhill", "fit", "latent_class", "stepwise"]
    named = [inspect.getdoc(getattr(importlib.import_module("tally.mse"), name)) for name in methods]
    named += [
        inspect.getdoc(getattr(importlib.import_module("tally.trends"), n))
        for n in ("aberration", "change_of_mix")
    ]
    assert all("doi:" in text for text in named)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
