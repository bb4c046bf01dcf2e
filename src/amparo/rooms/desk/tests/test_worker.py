"""The real worker, a process of its own on its own login, works off what staff deferred."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import amparo
from amparo.foundation.ids import new_id
from amparo.rooms.access import events
from amparo.rooms.desk import queries

from .test_reactions import happened


def work_off(database):
    env = {
        **os.environ,
        "AMPARO_DOOR": "worker",
        "AMPARO_DATABASE_URL": database.url("worker"),
        "PYTHONPATH": str(Path(amparo.__file__).parents[1]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "django", "procrastinate", "worker", "--one-shot"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_a_notice_is_sent_by_the_worker_after_the_act_committed(world, database):
    happened(by=world.actor("ama"), event=events.AccessGiven(world.child(), new_id(), world.ids["ines"]))
    notice = queries.notices_of(world.actor("ines")).items[0].id
    assert world.rows("SELECT sent_at FROM desk_notice WHERE id = %s", notice) == [(None,)]
    done = work_off(database)
    assert done.returncode == 0, done.stderr[-2000:]
    assert world.rows("SELECT 1 FROM desk_notice WHERE id = %s AND sent_at IS NOT NULL", notice) == [(1,)]
    states = world.rows(
        "SELECT status::text FROM procrastinate_jobs WHERE args->>'notice_id' = %s", str(notice)
    )
    assert states == [("succeeded",)]
