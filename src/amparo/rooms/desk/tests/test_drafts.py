"""Drafts: sealed for one person, one for each form and child, gone when sent, finished on any device."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from amparo.foundation.clock import now
from amparo.foundation.errors import KeeperAway, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    return world.child()


def save(world, child, text, name="ama", form="note"):
    return actions.save_draft(by=world.actor(name), form=form, subject_id=child, answers={"text": text})


def test_a_draft_is_saved_over_itself_and_resumed(world, child):
    first, second = save(world, child, "She sa"), save(world, child, "She said ملاحظة")
    assert first == second
    world.secrets.pop("ama")  # another device: another sign-in of the same person
    row, answers = queries.draft_opened(world.actor("ama"), "note", child)
    assert (row.id, answers) == (first, {"text": "She said ملاحظة"})
    assert 13 <= (row.expires_at - now()) / dt.timedelta(days=1) <= 14


def test_one_draft_for_each_form_and_child(world, child):
    other = world.child()
    ids = {
        save(world, child, "a"),
        save(world, child, "b", form="task"),
        save(world, other, "c"),
        save(world, None, "d"),
    }
    assert len(ids) == 4
    assert save(world, None, "e") in ids
    assert queries.draft_opened(world.actor("ama"), "note", None)[1] == {"text": "e"}
    shown = queries.drafts_of(world.actor("ama"))
    assert ids <= {d.id for d in shown}
    assert {bool(d.code) for d in shown if d.id in ids} == {True, False}


def test_nobody_else_reads_or_discards_it_nor_a_supervisor(world, child):
    draft = save(world, child, "CANARY-DRAFT")
    assert draft in [d.id for d in queries.drafts_of(world.actor("ama"))]
    assert draft not in [d.id for d in queries.drafts_of(world.actor("ben"))]
    assert queries.draft_opened(world.actor("ben"), "note", child) is None
    with pytest.raises(NotThere):
        actions.discard_draft(by=world.actor("ben"), draft_id=draft)
    assert not world.rows("SELECT 1 FROM desk_draft d WHERE to_jsonb(d)::text LIKE '%%CANARY%%'")
    actions.discard_draft(by=world.actor("ama"), draft_id=draft)
    assert queries.draft_opened(world.actor("ama"), "note", child) is None


def test_the_keeper_opens_it_for_its_person_only(world, child, keeper):
    save(world, child, "mine")
    (row,) = [d for d in queries.drafts_of(world.actor("ama")) if d.subject_id == child]
    from amparo.foundation.sealing import open_sealed

    assert open_sealed(world.actor("ama"), [row.sealed], "test")
    with pytest.raises(NotThere):
        open_sealed(world.actor("ben"), [row.sealed], "test")


def test_a_draft_about_a_hidden_child_is_refused_and_one_whose_access_ended_is_not_shown(world, child):
    with pytest.raises(NotThere):
        save(world, child, "x", name="zoe")
    world.grant(child, "zoe", ("register", "note"), "write")
    draft = save(world, child, "x", name="zoe")
    assert draft in [d.id for d in queries.drafts_of(world.actor("zoe"))]
    world.admin.execute(
        "UPDATE access_grant SET until_at = now() WHERE actor_id = %s AND subject_id = %s",
        [world.ids["zoe"], child],
    )
    assert draft not in [d.id for d in queries.drafts_of(world.actor("zoe"))]
    assert queries.draft_opened(world.actor("zoe"), "note", child) is None


def test_sending_the_form_ends_the_draft(world, child):
    save(world, child, "x"), save(world, child, "y", form="task")
    actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    assert queries.draft_opened(world.actor("ama"), "note", child) is None
    assert queries.draft_opened(world.actor("ama"), "task", child)
    actions.add_task(by=world.actor("ama"), subject_id=child, order=actions.TaskOrder("OTHER"))
    assert queries.draft_opened(world.actor("ama"), "task", child) is None


@pytest.mark.parametrize(("form", "size"), [("No such form!", 1), ("x" * 41, 1), ("note", 65_536)])
def test_a_draft_that_is_too_large_or_of_no_form_is_refused(world, child, form, size):
    with pytest.raises(Refused):
        save(world, child, "x" * size, form=form)
    assert save(world, child, "x" * 60_000)


def test_an_expired_draft_is_not_resumed(world, child):
    draft = save(world, child, "x")
    world.admin.execute("UPDATE desk_draft SET expires_at = now() WHERE id = %s", [draft])
    assert queries.draft_opened(world.actor("ama"), "note", child) is None
    assert draft not in [d.id for d in queries.drafts_of(world.actor("ama"))]


def test_two_devices_saving_at_once_keep_one_draft(world, child):
    from django.db import connection

    actor = world.actor("ama")
    errors = []

    def device(number):
        try:
            for turn in range(5):
                answers = {"text": f"{number}/{turn}"}
                actions.save_draft(by=actor, form="note", subject_id=child, answers=answers)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=device, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len([d for d in queries.drafts_of(actor) if d.subject_id == child]) == 1


def test_a_keeper_that_is_away_says_so_and_saving_goes_on(world, child, keeper):
    save(world, child, "x")
    keeper.is_away = True
    with pytest.raises(KeeperAway):
        queries.draft_opened(world.actor("ama"), "note", child)
    assert save(world, child, "y")
    keeper.is_away = False
    assert queries.draft_opened(world.actor("ama"), "note", child)[1] == {"text": "y"}


def test_discarding_what_is_not_there_is_not_there(world):
    with pytest.raises(NotThere):
        actions.discard_draft(by=world.actor("ama"), draft_id=new_id())
