from __future__ import annotations

import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from amparo.keeper import protocol, server
from amparo.keeper.client import (
    Keeper,
    KeeperError,
    KeeperQuota,
    KeeperRefused,
    KeeperUnavailable,
    KeeperUnreadable,
)
from amparo.keeper.keks import EnvironmentKeks, FileKeks, KeksError, KekStore
from amparo.keeper.protocol import Item
from amparo.keeper.server import Server
from amparo.keeper.settings import Settings, SettingsError
from amparo.keeper.tests.conftest import World

TOKEN = "worker-token"  # noqa: S105
CANARY = "Zuleika Canaria"


@pytest.fixture
def settings(world: World, tmp_path: Path) -> Settings:
    tmp_path.chmod(0o700)
    env = {"AMPARO_DATABASE_URL": world.keeper_url, "AMPARO_KEEPER_SOCKET": str(tmp_path / "s")}
    return Settings.read({**env, "AMPARO_KEKS": "5e" * 32, "AMPARO_KEEPER_WORKER_TOKEN": TOKEN})


@contextmanager
def running(settings: Settings, world: World, store: KekStore | None = None) -> Iterator[Keeper]:
    served = Server(settings, store or world.store, world.limits)
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        yield Keeper(str(settings.socket_path), timeout=10)
    finally:
        served.stop()
        thread.join()


@pytest.fixture
def keeper(settings: Settings, world: World) -> Iterator[Keeper]:
    with running(settings, world) as keeper:
        yield keeper


@pytest.fixture
def worker(keeper: Keeper, settings: Settings) -> Keeper:
    return Keeper(str(settings.socket_path), worker_token=TOKEN)


def readable(world: World, section: str = "identity") -> tuple[str, Item]:
    secret, actor = world.person()
    item = world.sealed(CANARY, world.holder(), section)
    world.grant(actor, item.holder, section)
    return secret, item


def opens(keeper: Keeper, secret: str, *items: Item) -> list[bytes]:
    return keeper.open(secret, items, "follow-up", uuid4())


def raw(settings: Settings, sent: bytes) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as to:
        to.connect(str(settings.socket_path))
        to.sendall(sent)
        return protocol.receive(to, 5)


def ask(settings: Settings, **message: object) -> dict[str, Any]:
    body = json.dumps(message).encode()
    return raw(settings, len(body).to_bytes(4, "big") + body)


def test_values_come_back_in_order(keeper: Keeper, world: World) -> None:
    secret, item = readable(world)
    other = replace(world.sealed("second", item.holder, "identity"))

    assert opens(keeper, secret, other, item) == [b"second", CANARY.encode()]
    assert opens(keeper, secret) == []


def test_each_no_has_its_error(keeper: Keeper, world: World) -> None:
    secret, item = readable(world)

    with pytest.raises(KeeperRefused) as refused:
        opens(keeper, world.person()[0], item)
    with pytest.raises(KeeperUnreadable) as unreadable:
        opens(keeper, secret, item, replace(item, field="other"))
    world.limits.limits["identity"]["person"]["hour"] = 0  # type: ignore[index]
    try:
        with pytest.raises(KeeperQuota) as quota:
            opens(keeper, *readable(world))
    finally:
        world.limits.limits["identity"]["person"]["hour"] = 30  # type: ignore[index]

    assert refused.value.reason == "not_allowed"
    assert unreadable.value.positions == (1,)
    assert quota.value.reason == "identity.person.hour"


def test_search_over_the_socket(keeper: Keeper, worker: Keeper, world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "register")
    world.allow_system("index", "identity")
    item = world.sealed('{"document": "P-1234567"}', child, "identity", "sealed")
    macs = worker.index_sealed("system:index", [item], uuid4())
    row = ("document", macs["document"][0], child, item.record, item.section, item.field, item.sealed)
    world.owner.execute("INSERT INTO sec.fake_term VALUES (%s, %s, %s, %s, %s, %s, %s)", row)

    assert keeper.match(secret, {"document": "p1234567", "phone": ""}, uuid4()) == [child]
    assert keeper.match(world.person()[0], {"document": "p1234567"}, uuid4()) == []


def test_only_the_worker_speaks_as_a_system_actor(keeper: Keeper, worker: Keeper, world: World) -> None:
    agency = uuid4()

    with pytest.raises(KeeperRefused, match="not_the_worker"):
        keeper.ensure_kek(agency)
    worker.ensure_kek(agency)
    assert set(world.published(agency)) == {"identity", "place", "content"}


def test_a_worker_is_known_by_its_user_too(settings: Settings, world: World) -> None:
    mine = frozenset({os.geteuid()})
    with running(replace(settings, worker_peers=mine, worker_token=""), world) as keeper:
        keeper.ensure_kek(uuid4())


def test_custody_over_the_socket(worker: Keeper, world: World) -> None:
    holder = world.holder()
    world.allow_system("retention", "erase")

    assert worker.rewrap(world.agency) == 0
    assert worker.add_section("legal") >= 1
    assert worker.tidy() == 0
    assert worker.transfer(holder, uuid4()) is None
    with pytest.raises(KeeperUnavailable, match="keks"):
        worker.rotate(world.agency)
    with pytest.raises(KeeperRefused, match="kek_in_use"):
        worker.destroy_kek(world.agency, "place", 1)
    worker.erase(holder, uuid4())
    query = "SELECT count(*) FROM keeper.data_key WHERE holder = %s AND wrapped IS NOT NULL"
    assert world.owner.execute(query, [holder]).fetchone() == (0,)


def test_keys_in_a_file_are_rotated_over_the_socket(settings: Settings, world: World, tmp_path: Path) -> None:
    store = FileKeks(tmp_path / "keks.json", may_create=True)
    agency = uuid4()
    with running(settings, world, store):
        worker = Keeper(str(settings.socket_path), worker_token=TOKEN)
        worker.ensure_kek(agency)
        worker.rotate(agency)
        world.owner.execute("UPDATE keeper.kek SET retired_at = retired_at - interval '2 days'")
        worker.destroy_kek(agency, "place", 1)

    assert store.public(agency, "place", 1) is None
    assert world.published(agency)["place"].generation == 2
    world.owner.execute("DELETE FROM keeper.kek WHERE agency = %s", [agency])


def test_a_name_for_keys_does_not_erase(keeper: Keeper, settings: Settings) -> None:
    wrong = {"op": "erase", "secret": "system:keys", "worker_token": TOKEN, "holder": str(uuid4())}

    assert ask(settings, **wrong)["reason"] == "not_allowed"


def test_a_foreign_user_is_turned_away(settings: Settings, world: World) -> None:
    with (
        running(replace(settings, peers=frozenset({os.geteuid() + 1})), world) as keeper,
        pytest.raises(KeeperRefused, match="peer"),
    ):
        keeper.health()


def test_an_answer_given_before_the_question_is_heard(settings: Settings) -> None:
    def answer_at_once() -> None:
        peer, _ = listener.accept()
        with peer:
            protocol.send(peer, {"ok": False, "error": "refused", "reason": "peer"})

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(settings.socket_path))
        listener.listen()
        thread = threading.Thread(target=answer_at_once)
        thread.start()
        with pytest.raises(KeeperRefused, match="peer"):
            Keeper(str(settings.socket_path)).match("s", {"name": "x" * 5_000_000}, uuid4())
        thread.join()


def test_the_socket_is_for_user_and_group(keeper: Keeper, settings: Settings) -> None:
    assert settings.socket_path.stat().st_mode & 0o777 == 0o660


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({}, "bad_op"),
        ({"op": "dump", "secret": "s"}, "unknown_op"),
        ({"op": "open"}, "bad_secret"),
        ({"op": "open", "secret": "s", "items": []}, "bad_items"),
        ({"op": "match", "secret": "s"}, "bad_terms"),
        ({"op": "match", "secret": "s", "terms": {str(n): "x" for n in range(9)}}, "bad_terms"),
        ({"op": "match", "secret": "system:x", "terms": {}, "worker_token": TOKEN}, "bad_terms"),
        ({"op": "match", "secret": "s", "terms": {"name": 5}}, "bad_name"),
        ({"op": "rewrap", "secret": "system:keys", "worker_token": TOKEN}, "bad_agency"),
        ({"op": "rewrap", "secret": "a person's"}, "not_allowed"),
        ({"op": "index", "secret": "a person's"}, "not_allowed"),
        ({"op": "rewrap", "secret": "system:keysmith", "worker_token": TOKEN}, "not_allowed"),
        ({"op": "rewrap", "secret": "system:keys", "worker_token": 5}, "not_the_worker"),
    ],
)
def test_a_wrong_question_gets_a_code(
    keeper: Keeper, settings: Settings, message: dict[str, object], reason: str
) -> None:
    answer = ask(settings, **message)

    assert (answer["ok"], answer["reason"]) == (False, reason)


@pytest.mark.parametrize("sent", [b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\1{"])
def test_a_wrong_frame_gets_a_code_and_harms_nobody(keeper: Keeper, settings: Settings, sent: bytes) -> None:
    assert raw(settings, sent)["error"] == "bad_request"
    assert keeper.health()["database"] is True


def test_a_client_that_hangs_up_harms_nobody(keeper: Keeper, settings: Settings) -> None:
    for sent in (b"", b"\0\0", b"\0\0\0\xff{"):
        for _ in range(server.THREADS + 1):
            with socket.socket(socket.AF_UNIX) as to:
                to.connect(str(settings.socket_path))
                to.sendall(sent)
    assert keeper.health() == {"database": True, "norm_version": 118, "missing_keks": 0}


def test_an_unforeseen_fault_is_a_closed_door_without_words(
    settings: Settings, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret, item = readable(world)

    class Broken(EnvironmentKeks):
        def unwrap(self, *args: object) -> bytes:
            raise RuntimeError(CANARY)

    with running(settings, world, Broken("5e" * 32)) as keeper, pytest.raises(KeeperUnavailable) as caught:
        opens(keeper, secret, item)
    assert CANARY not in caplog.text + str(caught.value)
    assert "fault RuntimeError" in caplog.text


def test_a_refused_statement_is_a_fault_without_words(keeper: Keeper, world: World) -> None:
    secret, item = readable(world)
    world.owner.execute("REVOKE SELECT ON keeper.data_key FROM amparo_keeper")
    try:
        with pytest.raises(KeeperUnavailable, match=r"^database$"):
            opens(keeper, secret, item)
    finally:
        world.owner.execute("GRANT SELECT ON keeper.data_key TO amparo_keeper")


def test_many_ask_at_once_and_all_are_answered(keeper: Keeper, world: World) -> None:
    asked = [readable(world, "note") for _ in range(40)]

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda pair: opens(keeper, *pair), asked))

    assert answers == [[CANARY.encode()]] * 40


def test_no_keeper_is_a_clear_answer(settings: Settings) -> None:
    with pytest.raises(KeeperUnavailable):
        Keeper(str(settings.socket_path)).health()


def test_the_database_comes_back(settings: Settings, world: World) -> None:
    secret, item = readable(world)
    with running(settings, world) as keeper:
        assert opens(keeper, secret, item)
        kill_backends(world)
        assert opens(keeper, secret, item)


def kill_backends(world: World) -> None:
    with psycopg.connect(world.cluster.url("cluster", "postgres"), autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'amparo_keeper'")


def test_without_a_database_the_keeper_says_so(settings: Settings, world: World) -> None:
    secret, item = readable(world)
    nowhere = replace(settings, database_url="postgresql://amparo_keeper@/x?host=/nonexistent")
    with running(nowhere, world) as keeper, pytest.raises(KeeperUnavailable, match="database"):
        opens(keeper, secret, item)


def test_an_unmigrated_database_is_no_fault(settings: Settings, world: World) -> None:
    bare = replace(settings, database_url=world.cluster.url("amparo_keeper", "postgres"))
    with running(bare, world) as keeper:
        assert keeper.health()["database"] is False


# ---- the process


class Process:
    """The keeper as an installation runs it."""

    def __init__(self, world: World, folder: Path, **more: str) -> None:
        folder.chmod(0o700)
        self.socket = folder / "keeper.sock"
        self.log = folder / "log"
        keks = {"AMPARO_KEK_FILE": str(folder / "keks.json")}
        env = {"AMPARO_DATABASE_URL": world.keeper_url, "AMPARO_KEEPER_SOCKET": str(self.socket), **keks}
        path = os.pathsep.join(sys.path)
        self.env = {**env, "AMPARO_KEEPER_WORKER_TOKEN": TOKEN, "PYTHONPATH": path, **more}
        self.client = Keeper(str(self.socket), timeout=10, worker_token=TOKEN)
        self.start()

    def start(self) -> None:
        with self.log.open("a") as log:
            command = [sys.executable, "-m", "amparo.keeper"]
            self.popen = subprocess.Popen(command, env=self.env, stderr=log, stdout=log)
        self.wait_for(lambda: bool(self.client.health()))

    def wait_for(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.popen.poll() is None:
            try:
                if ready():
                    return
            except KeeperError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def end(self, number: int = signal.SIGTERM) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(60)


@pytest.fixture
def process(world: World, tmp_path: Path) -> Iterator[Process]:
    world.owner.execute("TRUNCATE keeper.kek, keeper.data_key, keeper.section_key")
    process = Process(world, tmp_path)
    process.client.ensure_kek(world.agency)
    yield process
    if process.popen.poll() is None:
        process.end()


def test_sigterm_ends_cleanly(process: Process) -> None:
    assert process.end() == 0
    assert not process.socket.exists()


def test_a_killed_keeper_starts_again_over_its_stale_socket(process: Process, world: World) -> None:
    secret, item = readable(world)
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    assert process.socket.exists()

    process.start()

    assert opens(process.client, secret, item) == [CANARY.encode()]


def test_killed_at_any_moment_nothing_answered_is_unlogged(process: Process, world: World) -> None:
    asked = [readable(world, "place") for _ in range(30)]
    answered: Counter[str] = Counter()

    def ask_all() -> None:
        for secret, item in asked:
            try:
                answered[secret] += len(opens(process.client, secret, item))
            except KeeperUnavailable:
                time.sleep(0.02)

    for more in (3, 8, 13):
        wanted = answered.total() + more
        thread = threading.Thread(target=ask_all)
        thread.start()
        while answered.total() < wanted and thread.is_alive():
            time.sleep(0.001)
        process.end(signal.SIGKILL)
        thread.join()
        process.start()

    for secret, _ in asked:
        entries = [row for row in world.logged(secret) if row[2] == "OPENED"]
        query = (
            "SELECT count(*) FROM keeper.opened o JOIN sec.fake_session s USING (actor) WHERE s.secret = %s"
        )
        counted = world.owner.execute(query, [secret]).fetchone()[0]
        assert len(entries) >= answered[secret]
        assert (counted == 1) == bool(entries)
    assert answered.total() >= 24


def test_the_keeper_lives_through_a_restart_of_the_database(process: Process, world: World) -> None:
    secret, item = readable(world)
    world.cluster.stop()
    with pytest.raises(KeeperUnavailable, match="database"):
        opens(process.client, secret, item)
    world.cluster.start()

    assert opens(process.client, secret, item) == [CANARY.encode()]


def test_no_child_and_no_secret_is_in_any_log(process: Process, world: World) -> None:
    secret, item = readable(world)
    opens(process.client, secret, item)
    for wrong in ({"because": CANARY * 100}, {"items": CANARY}, {"request_id": CANARY}, {"op": CANARY}, {}):
        with socket.socket(socket.AF_UNIX) as to:
            to.connect(str(process.socket))
            sent = [protocol.from_item(item)]
            good = {"op": "open", "secret": secret, "items": sent, "because": "x", "request_id": str(uuid4())}
            protocol.send(to, {**good, **wrong})
            protocol.receive(to, 5)
    world.owner.execute("ALTER TABLE audit.fake_entry ADD CONSTRAINT disk_full CHECK (false) NOT VALID")
    try:
        with pytest.raises(KeeperUnavailable):
            opens(process.client, secret, item)
    finally:
        world.owner.execute("ALTER TABLE audit.fake_entry DROP CONSTRAINT disk_full")
    process.end()

    logs = process.log.read_text() + world.cluster.log.read_text("utf-8", "replace")

    assert "listening" in logs
    assert "CheckViolation" in logs  # the fault was noted, by its name only
    assert not any(word in logs for word in (CANARY, secret, TOKEN))


def test_the_process_cannot_be_dumped_or_read_by_its_own_user(process: Process) -> None:
    limits = Path(f"/proc/{process.popen.pid}/limits").read_text()
    asked = (
        "import ctypes; from amparo.keeper.server import harden; harden(); print(ctypes.CDLL(None).prctl(3))"
    )
    shown = subprocess.run([sys.executable, "-c", asked], env=process.env, capture_output=True, timeout=20)

    assert re.search(r"Max core file size +0 +0", limits)
    assert shown.stdout == b"0\n"  # PR_GET_DUMPABLE


def test_a_second_keeper_is_refused(process: Process) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "amparo.keeper"], env=process.env, capture_output=True, text=True, timeout=20
    )

    assert second.returncode == 1
    assert "Another keeper already answers" in second.stderr
    assert process.client.health()


def test_a_lost_key_file_is_not_replaced_in_silence(process: Process, tmp_path: Path) -> None:
    process.end()
    (tmp_path / "keks.json").unlink()

    with pytest.raises(AssertionError, match="No such file"):
        process.start()
    assert not (tmp_path / "keks.json").exists()


def test_serving_ends_with_a_signal(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "harden", lambda: None)  # would change the process that runs the tests
    path = str(settings.socket_path)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

    seen: list[object] = []

    def end() -> None:
        try:
            seen.append(Keeper(path).health()["database"])
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Timer(0.3, end).start()
    env = {"AMPARO_DATABASE_URL": world.keeper_url, "AMPARO_KEEPER_SOCKET": path, "AMPARO_KEKS": "5e" * 32}
    server.serve(env)

    assert seen == [True]
    assert not settings.socket_path.exists()
    for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
        signal.signal(number, handler)


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "harden", lambda: None)
    monkeypatch.delenv("AMPARO_KEEPER_SOCKET", raising=False)

    with pytest.raises(SettingsError, match="AMPARO_KEEPER_SOCKET"):
        server.serve({})
    with pytest.raises(SystemExit, match=r"(?s)^keeper: .*AMPARO_KEEPER_SOCKET"):
        runpy.run_module("amparo.keeper", run_name="__main__")


# ---- the start


def test_a_file_that_is_no_socket_is_left_alone(settings: Settings, world: World) -> None:
    settings.socket_path.write_text("someone's")

    with pytest.raises(KeksError, match="is not a socket"):
        Server(settings, world.store, world.limits)
    assert settings.socket_path.read_text() == "someone's"


def test_a_stale_socket_is_taken_over_and_a_live_one_is_not(settings: Settings, world: World) -> None:
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(settings.socket_path))

    with running(settings, world) as keeper:
        with pytest.raises(KeksError, match="Another keeper already answers"):
            Server(settings, world.store, world.limits)
        assert keeper.health()["database"] is True


def test_a_folder_that_is_not_there_is_named(settings: Settings, world: World) -> None:
    with pytest.raises(KeksError, match="Cannot listen at"):
        Server(replace(settings, socket_path=Path("/nonexistent/s")), world.store, world.limits)
    with pytest.raises(KeksError, match="too long"):
        Server(
            replace(settings, socket_path=settings.socket_path.parent / ("x" * 200)),
            world.store,
            world.limits,
        )


def test_a_key_file_is_made_only_for_a_new_database(
    settings: Settings, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = replace(settings, kek_file=tmp_path / "keks.json")
    bare = replace(filed, database_url=world.cluster.url("amparo_keeper", "postgres"))
    nowhere = replace(filed, database_url="postgresql://amparo_keeper@/x?host=/nonexistent")

    assert not server._database_is_new(settings)
    assert not server._database_is_new(filed)
    assert server._database_is_new(bare)
    monkeypatch.setattr(server, "DATABASE_SECONDS", 0.6)
    with pytest.raises(KeksError, match="start the database first"):
        server._database_is_new(nowhere)
