"""An hour in which keeper and worker are away, and with the worker every call: nothing is lost, the pages say so."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from amparo.rooms.concerns.kinds import FixedReply
from amparo.runtime import processes
from amparo.runtime.environments import DATABASE
from amparo.runtime.postgres import Cluster
from tests.runtime.live import Demo

from .hands import Hands
from .test_concern_to_case import answer_by_code, open_concern, report_as_neighbour

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
AWAY = ("keeper", "worker")
HOUR = "interval '1 hour'"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("outage") / "data")
    demo.start(seconds=240)
    yield demo
    for name in AWAY:
        os.kill(demo.children()[name], signal.SIGCONT)  # what stands still hears no request to end
    demo.end()


@pytest.fixture
def database(live: Demo) -> Iterator[Any]:
    with psycopg.connect(Cluster.find(live.data).admin_url(DATABASE), autocommit=True) as connection:
        yield connection


def an_hour_passes(database: Any, concern: uuid.UUID) -> None:
    """What the outage began with lies an hour back: when it was received, and the last sign of the worker's life."""
    database.execute(
        f"UPDATE concerns_concern SET received_at = received_at - {HOUR} WHERE id = %s", [concern]
    )
    database.execute(f"UPDATE concerns_signoflife SET at = at - {HOUR}")


def test_an_hour_without_keeper_and_worker_loses_nothing(live, door, database):
    def concerns() -> set[uuid.UUID]:
        return {row[0] for row in database.execute("SELECT id FROM concerns_concern").fetchall()}

    before, words = concerns(), f"She scrubs the stairs every night {uuid.uuid4().hex[:8]}"
    lives = "SELECT 1 FROM concerns_signoflife WHERE name = 'worker'"
    assert processes.wait_until(lambda: database.execute(lives).fetchone() is not None, 150)
    for name in AWAY:
        os.kill(live.children()[name], signal.SIGSTOP)
    base = f"http://localhost:{live.port + 1}"

    # what comes in and what is written is sealed without the keeper and kept
    code = report_as_neighbour(Hands(door(), by_keys=False), base, words)
    (concern,) = concerns() - before
    fay = Hands(door("Fay Okono"), by_keys=False)
    an_hour_passes(database, concern)

    # the desk's page says what is away, still lists the concern, and loses nothing of it
    fay.go("/duty/?urgency=now")
    assert "Calling has not run for" in fay.text()
    assert "Words cannot be opened just now" in fay.text()
    assert fay.go(f"/duty/concerns/{concern}/") == 200
    fay.follow("a[href$='/words/']")
    fay.because("main form", "Somebody waits for an answer tonight")
    assert words not in fay.text()
    assert "away" in fay.page.title()
    called = (
        "SELECT count(*) FROM concerns_paging p JOIN concerns_concern c USING (subject_id) WHERE c.id = %s"
    )
    assert database.execute(called, [concern]).fetchone() == (0,)

    # all is back: limits run from receipt, somebody is called, the words open, and the answer is there
    for name in AWAY:
        os.kill(live.children()[name], signal.SIGCONT)
    rung = "SELECT text FROM concerns_demomessage WHERE at > now() - interval '5 minutes'"
    assert processes.wait_until(lambda: bool(database.execute(rung).fetchall()), 150), "nobody was called"
    texts = {text for (text,) in database.execute(rung).fetchall()}
    assert all(word not in text.lower() for text in texts for word in ("child", "girl", "harbour"))
    late = (
        "SELECT 1 FROM desk_clock k JOIN concerns_concern c ON c.id = k.record WHERE c.id = %s"
        " AND k.started_at = c.received_at AND c.received_at < now() - interval '59 minutes'"
    )
    assert processes.wait_until(lambda: bool(database.execute(late, [concern]).fetchall()), 90)
    assert processes.wait_until(lambda: fay.go("/duty/") == 200 and "cannot be opened" not in fay.text(), 60)
    assert processes.wait_until(
        lambda: fay.go("/duty/") == 200 and "Calling has not run" not in fay.text(), 90
    )
    assert open_concern(fay, words) == f"/duty/concerns/{concern}/"
    assert str(FixedReply.RECEIVED.label) in answer_by_code(Hands(door(), by_keys=False), base, code)
