"""What code in the worker cannot do: lift a hold, bring a day forward, erase what is held."""

from __future__ import annotations

import psycopg
import pytest


@pytest.mark.parametrize("actor", ["clocks", "retention", "indexer", "keys", "notices"])
def test_worker_lifts_no_hold_and_brings_no_day_forward(world, login, actor):
    child = world.child("ama")
    world.admin.execute(
        "UPDATE access_subject SET hold = true, shred_on = current_date WHERE id = %s", [child]
    )
    worker = login("worker")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), worker.transaction():
        worker.execute("SELECT sec.enter_system(%s)", [actor])
        worker.execute("UPDATE access_subject SET hold = false WHERE id = %s", [child])


def test_held_file_is_not_erased_and_a_due_one_is(world, login):
    held, due = world.child("ama"), world.child("ama")
    for child, hold in ((held, True), (due, False)):
        world.admin.execute(
            "UPDATE access_subject SET hold = %s, shred_on = current_date WHERE id = %s", [hold, child]
        )
    worker = login("worker")
    with worker.transaction():
        worker.execute("SELECT sec.enter_system('retention')")
        assert worker.execute("SELECT sec.shred(%s)", [held]).fetchone() == (False,)
        assert worker.execute("SELECT sec.shred(%s)", [due]).fetchone() == (True,)
