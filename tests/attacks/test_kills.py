"""Forty kills of web, keeper, worker and database while four people write; then ledger, log and counters agree."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from amparo.runtime.environments import DATABASE
from amparo.runtime.postgres import Cluster
from tests.runtime.live import Demo, free_ports

from .browser import AWAY, Browser

KILLS = [*["web worker"] * 16, *["web"] * 6, *["keeper"] * 7, *["worker"] * 6, *["database"] * 5]
SECONDS = 300
WRITERS = 4


@pytest.fixture(scope="module")
def demo():
    place = Path(tempfile.mkdtemp(prefix="amparo-kills-"))
    place.chmod(0o711)
    it = Demo(place / "data", port=free_ports() + 40)
    it.start(seconds=240)
    yield it
    it.end()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def database(demo):
    return lambda: psycopg.connect(Cluster.find(demo.data).admin_url(DATABASE), autocommit=True)


class Writer(threading.Thread):
    """Adds notes by the form of the page, each with its own key, and asks again with the same key until answered."""

    def __init__(self, demo, person, child, stop):
        super().__init__(daemon=True)
        self.browser, self.person, self.child, self.stop = Browser(demo.port), person, child, stop
        self.ledger: dict[str, str] = {}
        self.retried, self.reads, self.trouble = 0, 0, []

    def run(self):
        try:
            self.browser.sign_in(str(self.person))
            while not self.stop.is_set():
                self.write()
                self.read()
        except Exception as error:
            self.trouble.append(repr(error))

    def write(self):
        path, key, words = f"/files/{self.child}/notes/add/", str(uuid.uuid4()), f"Marker {uuid.uuid4().hex}."
        _, _, page = self.browser.until("GET", path)
        end = time.monotonic() + 90
        while True:
            form = {"csrfmiddlewaretoken": self.browser.token(page), "text": words, "key": key}
            try:
                status, location, text = self.browser.ask("POST", path, form)
                if status == 302 and location.endswith("/notes/"):
                    self.ledger[key] = words
                    return
                if status < 500:
                    raise RuntimeError(f"Writing answered {status} {location} {text[-300:]}")
            except AWAY:
                pass
            if time.monotonic() > end:
                raise TimeoutError("A note was not taken in 90 s.")
            self.retried += 1
            time.sleep(0.05)

    def read(self):
        status, _, _ = self.browser.until("GET", f"/files/{self.child}/notes/")
        self.reads += status == 200


def writers_and_children(connection):
    return connection.execute(
        "SELECT DISTINCT ON (g.actor_id) g.actor_id, g.subject_id FROM access_grant g JOIN access_membership m"
        " ON m.actor_id = g.actor_id AND m.role = 'caseworker' AND m.until_at IS NULL"
        " JOIN access_subject s ON s.id = g.subject_id AND NOT s.is_restricted AND s.shredded_at IS NULL"
        " WHERE g.cause = 'assignment' AND g.until_at > now()"
        " AND (SELECT count(*) FROM access_membership x WHERE x.actor_id = g.actor_id) = 1"
        " ORDER BY g.actor_id, g.subject_id LIMIT %s",
        [WRITERS],
    ).fetchall()


def web_workers(demo) -> list[int]:
    """Children of the staff door's master: the processes that answer."""
    master = demo.children().get("staff door")
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == master:
                found.append(int(stat.parent.name))
        except (OSError, ValueError):
            continue
    return found


def victim(demo, kind) -> int | None:
    if kind == "database":
        return Cluster.find(demo.data).server_pid()
    if kind == "web worker":
        return next(iter(web_workers(demo)), None)
    name = {"web": "staff door"}.get(kind, kind)
    return demo.children().get(name)


def kill_all(demo, seconds) -> Counter:
    """Every kind of kill of the list, in a mixed order, evenly over the time. Waits for a victim that is restarting."""
    done, order = Counter(), random.Random(7).sample(KILLS, len(KILLS))
    began, pause = time.monotonic(), seconds / len(order)
    for number, kind in enumerate(order, 1):
        for _ in range(250):  # a child killed often is started again after a growing pause
            pid = victim(demo, kind)
            if pid and Path(f"/proc/{pid}").exists():
                try:
                    os.kill(pid, signal.SIGKILL)
                    done[kind] += 1
                    break
                except ProcessLookupError:
                    pass
            time.sleep(0.2)
        time.sleep(max(0.0, began + number * pause - time.monotonic()))
    return done


@pytest.fixture(scope="module")
def after(demo, database):
    """The kills themselves, and what is left when everybody has finished and everything has come back."""
    with database() as connection:
        pairs = writers_and_children(connection)
        before = connection.execute("SELECT coalesce(max(id), 0) FROM audit.entry").fetchone()[0]
        notes_before = {row[0] for row in connection.execute("SELECT id FROM desk_note").fetchall()}
    assert len(pairs) == WRITERS
    stop, began = threading.Event(), time.monotonic()
    writers = [Writer(demo, person, child, stop) for person, child in pairs]
    for writer in writers:
        writer.start()
    time.sleep(3)
    done = kill_all(demo, 200)
    stop.set()
    for writer in writers:
        writer.join(100)
    took = time.monotonic() - began
    back = time.monotonic()
    for writer in writers:
        writer.browser.until("GET", f"/files/{writer.child}/notes/")
    return writers, before, notes_before, done, took, time.monotonic() - back


@pytest.mark.crash
@pytest.mark.timeout(420)
def test_forty_kills_were_made_in_five_minutes(after):
    writers, _, _, done, took, back = after
    written = sum(len(w.ledger) for w in writers)
    print(f"\nkills: {sum(done.values())} {dict(done)} in {took:.0f} s; {written} acknowledged writes, "
          f"{sum(w.retried for w in writers)} retries, {sum(w.reads for w in writers)} reads; "
          f"back after {back:.1f} s")  # fmt: skip
    assert [w.trouble for w in writers if w.trouble] == []
    assert sum(done.values()) == len(KILLS) == 40
    assert took <= SECONDS
    assert written >= 40
    assert min(len(w.ledger) for w in writers) > 0


@pytest.mark.crash
def test_nothing_acknowledged_is_lost_doubled_or_half_done(after, database):
    writers, before, notes_before, *_ = after
    keys = {key for w in writers for key in w.ledger}
    with database() as connection:
        notes = {r[0] for r in connection.execute("SELECT id FROM desk_note").fetchall()} - notes_before
        kept = dict(connection.execute(
            "SELECT key, result->>'id' FROM sec.idempotency WHERE action LIKE '%%add_note' AND key = ANY (%s)",
            [list(keys)]).fetchall())  # fmt: skip
        half = connection.execute("SELECT count(*) FROM sec.idempotency WHERE result IS NULL").fetchone()[0]
        told = Counter(r[0] for r in connection.execute(
            "SELECT record_id FROM audit.entry WHERE what = 'NOTE_ADDED' AND id > %s", [before]).fetchall())  # fmt: skip
    made = {uuid.UUID(v) for v in kept.values()}
    print(f"\nledger {len(keys)}, notes {len(notes)}, log {sum(told.values())}")
    assert set(kept) == keys  # nothing acknowledged is lost
    assert len(made) == len(keys)  # nothing is doubled
    assert notes == made  # and nothing is there that nobody was told of
    assert half == 0
    assert told == Counter(dict.fromkeys(notes, 1))  # each write has its one entry, each entry its write


@pytest.mark.crash
def test_each_acknowledged_note_is_read_once_on_its_page(after):
    writers, *_ = after
    for writer in writers:
        seen, path = Counter(), f"/files/{writer.child}/notes/"
        while path:
            _, _, page = writer.browser.until("GET", path)
            seen.update(re.findall(r"Marker [0-9a-f]{32}\.", page))
            following = re.findall(r'href="([^"]*[?&]after=[^"]+)"', page)
            path = following[0].replace("&amp;", "&") if following else ""
            path = f"/files/{writer.child}/notes/{path}" if path.startswith("?") else path
        assert seen == Counter(dict.fromkeys(writer.ledger.values(), 1))


@pytest.mark.crash
def test_log_and_keeper_counters_agree(after, database):
    """Whoever the keeper counted has an entry, and whoever has an entry was counted: one commit holds both."""
    with database() as connection:
        counted = set(
            connection.execute("SELECT actor, holder FROM keeper.opened WHERE class <> 'search'").fetchall()
        )
        logged = set(connection.execute(
            "SELECT actor_id, subject_id FROM audit.entry WHERE what = 'KEEPER_OPENED' AND result IN ('OPENED', 'INDEXED')").fetchall())  # fmt: skip
    assert counted
    assert counted == logged
