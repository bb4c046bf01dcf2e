"""The demo as its user meets it: start, stop, kill, start again, on one data folder made once."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from amparo.runtime import processes
from amparo.runtime.postgres import Cluster

from .live import Demo, first_page_seconds, free_ports, wait_gone, wait_status


@pytest.fixture(scope="module")
def made():
    """A demo that was started once and stopped."""
    place = Path(tempfile.mkdtemp(prefix="amparo-demo-"))
    place.chmod(0o755)
    demo = Demo(place / "data")
    done = demo.run("--exit-after-ready")
    assert done.returncode == 0, done.stdout + done.stderr
    yield demo, done.stdout
    demo.end()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def demo(made):
    """The same data, started anew."""
    running = Demo(made[0].data)
    yield running
    running.end()


def test_the_first_start_shows_progress_addresses_and_time_and_leaves_nothing_running(made):
    demo, said = made

    for words in ("Starting PostgreSQL", "Laying out the database", f"http://localhost:{demo.port}/",
                  f"http://localhost:{demo.port + 1}/", "Stopped."):  # fmt: skip
        assert words in said
    assert first_page_seconds(said) < 60
    assert demo.children() == {}
    assert Cluster.find(demo.data).server_pid() is None


def test_secrets_are_readable_by_their_owner_only(made):
    data = made[0].data

    for name in ("secrets.json", "cluster.password", "keks.json"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE((data / "logs").stat().st_mode) == 0o700


def test_each_process_is_told_its_own_login_and_no_other(demo):
    demo.start()
    passwords = set(re.findall(r'"[\w-]{32}"', (demo.data / "secrets.json").read_text()))
    assert len(passwords) > 8
    own = {"staff door": "staff", "public door": "public", "worker": "worker", "keeper": "keeper"}

    for name, pid in demo.children().items():
        try:
            told = Path(f"/proc/{pid}/environ").read_bytes().decode()
        except PermissionError:
            assert name == "keeper"  # it shuts itself even to other processes of its own user
            continue
        assert f"postgresql://amparo_{own[name]}:" in told
        assert len([word for word in passwords if word.strip('"') in told]) == 1
        assert ("AMPARO_KEK_FILE" in told) == (name == "keeper")
        assert ("AMPARO_MFA_KEY" in told) == (name == "staff door")


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, *(pytest.param(n, marks=pytest.mark.crash) for n in (signal.SIGINT, signal.SIGHUP))],
)
def test_a_signal_stops_everything_in_reverse_order(demo, number):
    demo.start()
    pids = [*demo.children().values(), demo.database_pid()]
    assert len(pids) == 5

    assert demo.signal(number) == 0

    assert wait_gone(pids) == []
    assert demo.status() == demo.status(demo.port + 1) == 0
    assert demo.said().rstrip().endswith("Stopped.")


def test_a_warm_start_is_quick(demo):
    demo.start()

    assert first_page_seconds(demo.said()) < 12  # the promise is 6 s on a machine that does nothing else


def test_both_doors_answer_and_say_nothing_of_the_request_to_a_log(demo):
    demo.start()

    assert 200 <= demo.status() < 400
    assert 200 <= demo.status(demo.port + 1) < 400
    for name in ("staff", "public"):
        log = (demo.data / "logs" / f"{name}.log").read_text()
        assert "GET" not in log
        assert "127.0.0.1 - -" not in log


@pytest.mark.crash
def test_after_a_kill_the_next_start_ends_what_was_left_and_serves_the_same_data(demo):
    demo.start()
    old = demo.children()
    database = Cluster.find(demo.data).admin_url("amparo")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS try_kept AS SELECT 41 AS n")
    demo.signal(signal.SIGKILL)
    assert all(map(processes.is_alive, old.values()))

    demo.start()

    assert "An earlier run was killed; ending what it left behind" in demo.said()
    assert wait_gone(list(old.values())) == []
    assert 200 <= demo.status() < 400
    with psycopg.connect(database, autocommit=True) as connection:
        assert connection.execute("SELECT n FROM try_kept").fetchone() == (41,)
        connection.execute("DROP TABLE try_kept")


@pytest.mark.crash
def test_after_everything_was_killed_at_once_it_starts_again(demo):
    demo.start()
    pids = [*demo.children().values(), demo.database_pid()]
    demo.signal(signal.SIGKILL)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    demo.start()

    assert 200 <= demo.status() < 400


@pytest.mark.crash
@pytest.mark.parametrize("name", ["keeper", "worker", "staff door", "public door"])
def test_a_process_that_dies_is_started_again_and_one_line_says_so(demo, name):
    demo.start()
    os.kill(demo.children()[name], signal.SIGKILL)

    demo.wait_for(f"The {name} stopped (killed by SIGKILL); starting it again in 0.5 s.")
    assert processes.wait_until(lambda: len(demo.children()) == 4, 20)
    assert wait_status(demo, demo.port)
    assert wait_status(demo, demo.port + 1)
    assert demo.process is not None
    assert demo.process.poll() is None


@pytest.mark.crash
def test_a_database_that_dies_is_started_again(demo):
    demo.start()
    os.kill(demo.database_pid(), signal.SIGKILL)

    demo.wait_for("PostgreSQL stopped; starting it again.")
    assert processes.wait_until(lambda: Cluster.find(demo.data).is_running(), 20)
    assert wait_status(demo, demo.port)


def test_a_second_start_from_the_same_folder_is_refused_with_its_process(demo):
    demo.start()

    second = Demo(demo.data).run()

    assert second.returncode == 1
    assert f"already runs from {demo.data} (process {demo.process.pid})" in second.stderr
    assert "Traceback" not in second.stderr
    assert 200 <= demo.status() < 400


@pytest.mark.crash
def test_a_start_cut_short_in_the_middle_of_loading_makes_the_world_anew(demo):
    with (
        Cluster.find(demo.data) as cluster,
        psycopg.connect(cluster.admin_url(), autocommit=True) as connection,
    ):
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'amparo'"
        ).fetchone()
        assert row is not None
        assert row[0].endswith(" ready")
        cut = row[0].replace(" ready", " loading")
        connection.execute(f"COMMENT ON DATABASE amparo IS '{cut}'")  # type: ignore[arg-type]

    demo.start()

    assert "half there after an interruption" in demo.said()
    assert 200 <= demo.status() < 400


def test_reset_makes_new_secrets_and_a_new_world_from_the_template(demo):
    before = (demo.data / "secrets.json").read_text()

    demo.start("--reset")

    assert "Throwing the old demo world away" in demo.said()
    assert (demo.data / "secrets.json").read_text() != before
    assert 200 <= demo.status() < 400


def test_a_stranger_with_a_remembered_pid_is_left_alone(demo, made):
    from amparo.runtime.state import DataFolder

    folder = DataFolder(demo.data)
    folder.remember({"worker": os.getpid()})
    assert folder.left_over() == {"worker": [os.getpid()]}
    recorded = folder.run / "children.json"
    recorded.write_text(recorded.read_text().replace(processes.start_time(os.getpid()), "1"))

    assert folder.left_over() == {}


@pytest.mark.crash
def test_two_demos_stand_side_by_side(demo, tmp_path_factory):
    other_place = Path(tempfile.mkdtemp(prefix="amparo-demo-"))
    other_place.chmod(0o755)
    other = Demo(other_place / "other", port=free_ports() + 20)
    try:
        demo.start()
        other.start()
        assert 200 <= demo.status() < 400
        assert 200 <= other.status() < 400
    finally:
        other.end()
        shutil.rmtree(other_place, ignore_errors=True)
