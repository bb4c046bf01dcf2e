"""dev.py: readable by old interpreters, honest about exit codes, free of registries."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev.py"


def test_an_old_interpreter_can_read_it():
    tree = ast.parse(DEV.read_text(), feature_version=(3, 8))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.NamedExpr)]
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
    }
    assert imported <= set(sys.stdlib_module_names)


def test_an_old_interpreter_with_no_newer_one_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 0))
    monkeypatch.setattr(dev, "find_newer_python", lambda: None)

    with pytest.raises(SystemExit) as ended:
        dev.use_new_enough_python()

    assert ended.value.code == 1
    assert capsys.readouterr().err.strip().startswith("Amparo needs Python 3.11 or newer; this is 3.8")


def test_an_old_interpreter_hands_over_to_a_newer_one(monkeypatch):
    started = []
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 0))
    monkeypatch.setattr(dev.sys, "argv", ["dev.py", "demo", "--port", "1"])
    monkeypatch.setattr(dev, "find_newer_python", lambda: "/opt/python3.13")
    monkeypatch.setattr(dev.os, "execv", lambda *given: (started.append(given), sys.exit(0)))

    with pytest.raises(SystemExit):
        dev.use_new_enough_python()

    assert started == [("/opt/python3.13", ["/opt/python3.13", str(DEV), "demo", "--port", "1"])]


def test_without_pip_venv_and_uv_the_package_to_install_is_named(monkeypatch, capsys):
    monkeypatch.setattr(dev, "has_module", lambda name: False)

    with pytest.raises(SystemExit) as ended:
        dev.fetch_uv()

    assert ended.value.code == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err


@pytest.fixture
def stamped(monkeypatch, tmp_path):
    """A stand-in environment that was installed for `core`."""
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(dev, "STAMP", str(stamp))
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    installed = []
    monkeypatch.setattr(dev, "install", installed.append)
    monkeypatch.setattr(dev, "link_sources", lambda: None)
    stamp.write_text(json.dumps(dev.wanted_stamp("core")))
    return stamp, installed


def test_nothing_is_installed_when_the_stamp_matches(stamped):
    assert dev.bootstrap("core") == 0.0
    assert stamped[1] == []


def test_a_changed_requirement_is_installed(stamped):
    stamp, installed = stamped
    stamp.write_text(json.dumps({**dev.wanted_stamp("core"), "core": "old"}))

    dev.bootstrap("core")

    assert installed == ["core"]


def test_a_developers_tools_survive_a_demo(stamped):
    stamp, installed = stamped
    stamp.write_text(json.dumps({**dev.wanted_stamp("dev"), "core": "old"}))

    dev.bootstrap("core")

    assert installed == ["dev"]


def test_unknown_commands_fail_and_list_what_there_is():
    done = subprocess.run([sys.executable, str(DEV), "dance"], capture_output=True, text=True)

    assert done.returncode == 1
    assert "demo" in done.stderr


def test_help_lists_every_command():
    said = subprocess.run([sys.executable, str(DEV), "--help"], capture_output=True, text=True)

    assert said.returncode == 0
    for command in dev.COMMANDS:
        assert f"\n  {command} " in said.stdout
