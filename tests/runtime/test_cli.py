"""`amparo` as a system administrator meets it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import psycopg
import pytest

from amparo import cli
from amparo.runtime import provision as p
from amparo.runtime.postgres import Cluster

from .live import SOURCES


def amparo(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AMPARO_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "amparo.cli", *words],
        env={**clean, "PYTHONPATH": str(SOURCES), **environment},
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cluster():
    with Cluster.temporary() as running:
        yield running


def test_help_names_every_command_and_variable():
    said = amparo("--help").stdout

    for word in (*cli.COMMANDS, "AMPARO_DATABASE_URL", "AMPARO_KEK_FILE", "amparo_owner"):
        assert word in said


@pytest.mark.parametrize("command", [c for c in cli.COMMANDS if c != "manage"])
def test_every_command_explains_itself(command):
    done = amparo(command, "--help")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_no_command_shows_the_help_and_fails():
    done = amparo()

    assert done.returncode == 2
    assert "usage: amparo" in done.stdout


@pytest.mark.parametrize(
    "words", [["serve", "staff"], ["worker"], ["migrate"], ["keeper"], ["manage", "check"]]
)
def test_a_missing_environment_is_one_line_and_not_a_traceback(words):
    done = amparo(*words)

    assert done.returncode == 1
    assert "AMPARO_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_provision_makes_a_guarded_password_file_and_logins_that_work(cluster, tmp_path):
    file = tmp_path / "passwords.json"

    done = amparo(
        "provision", "--server", cluster.admin_url(), "--database", "made", "--passwords", str(file)
    )

    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    passwords = json.loads(file.read_text())
    assert not any(word in done.stdout for word in passwords.values())
    for login in p.LOGINS:
        psycopg.connect(p.login_url(cluster.admin_url(), "made", login, passwords[login])).close()


@pytest.mark.parametrize(
    ("mode", "content", "said"),
    [(0o644, "{}", "Others may read"), (0o600, "{}", "lacks a password"), (0o600, "[", "lacks a password"),
     (0o600, json.dumps(dict.fromkeys(p.LOGINS, "short")), "at least 12 characters")],
)  # fmt: skip
def test_a_bad_password_file_is_named(cluster, tmp_path, mode, content, said):
    file = tmp_path / "passwords.json"
    file.write_text(content)
    file.chmod(mode)

    done = amparo("provision", "--server", cluster.admin_url(), "--passwords", str(file))

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
