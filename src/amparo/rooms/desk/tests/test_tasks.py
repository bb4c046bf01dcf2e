"""Tasks: somebody always answers for them, the most pressing stand first, and done can be undone."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries
from amparo.rooms.desk.actions import TaskOrder

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "task"), "read")
    return child


def of(world, name):
    return [(t.title, t.code, t.is_late) for t in queries.tasks_of(world.actor(name))]


def test_a_task_stands_with_its_owner_and_a_team_task_with_the_team(world, child):
    ama = world.actor("ama")
    before = len(of(world, "ben"))
    actions.add_task(by=ama, subject_id=child, order=TaskOrder("SEE_CHILD", owner=ama.id))
    actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK"))
    mine = [t for t in queries.tasks_of(ama) if t.subject_id == child]
    assert {(t.title, t.owner) for t in mine} == {("See the child", "Ama"), ("Call back", "The team")}
    assert len(of(world, "ben")) == before + 1
    # Cleo is of the team but holds no access to this child: nothing is shown to her
    assert not [t for t in queries.tasks_of(world.actor("cleo")) if t.subject_id == child]


def test_what_cannot_wait_stands_first_then_the_longest_late(world, child):
    ama = world.actor("ama")
    for title, days, urgent in (
        ("CALL_BACK", None, False), ("SEE_CHILD", 2, False), ("ASK_LAWYER", -3, False),
        ("OTHER", 5, True), ("ASK_INTERPRETER", -1, False),
    ):  # fmt: skip
        due = None if days is None else now() + dt.timedelta(days=days)
        order = TaskOrder(title, owner=ama.id, due_at=due, is_urgent=urgent)
        actions.add_task(by=ama, subject_id=child, order=order)
    rows = [t for t in queries.tasks_of(ama) if t.subject_id == child]
    assert [t.title for t in rows] == [
        "Something else: see the detail", "Reach the lawyer", "Find an interpreter",
        "See the child", "Call back",
    ]  # fmt: skip
    assert [t.is_late for t in rows] == [False, True, True, False, False]


def test_the_detail_is_sealed_and_opened_for_readers_only(world, child):
    ama = world.actor("ama")
    task = actions.add_task(
        by=ama, subject_id=child, order=TaskOrder("OTHER", detail="CANARY-DETAIL", owner=ama.id)
    )
    plain = actions.add_task(by=ama, subject_id=child, order=TaskOrder("OTHER", owner=ama.id))
    assert queries.task_opened(world.actor("ilya"), task).detail == "CANARY-DETAIL"
    assert queries.task_opened(ama, plain).detail == ""
    assert not world.rows("SELECT 1 FROM desk_task t WHERE to_jsonb(t)::text LIKE '%%CANARY%%'")
    with pytest.raises(NotThere):
        queries.task_opened(world.actor("zoe"), task)
    with pytest.raises(NotThere):
        queries.task_opened(ama, new_id())


def test_adding_needs_access_to_write_and_a_known_title(world, child):
    order = TaskOrder("CALL_BACK")
    for name, error in (("zoe", NotThere), ("cleo", NotThere), ("ilya", Refused), ("kofi", Refused)):
        with pytest.raises(error):
            actions.add_task(by=world.actor(name), subject_id=child, order=order)
    with pytest.raises(Refused):
        actions.add_task(by=world.actor("ama"), subject_id=child, order=TaskOrder("MADE_UP"))
    assert actions.add_task(by=world.actor("ama"), subject_id=child, order=order)


def test_a_task_goes_only_to_somebody_who_can_open_the_file(world, child, sent):
    ama = world.actor("ama")
    names = {name for _, name in queries.owners_for(ama, child)}
    assert names & {"Ama", "Ben", "Cleo", "Ilya", "Zoe"} == {
        "Ama",
        "Ben",
    }  # Ilya reads; Cleo and Zoe hold nothing
    for name in ("cleo", "zoe", "ilya"):
        with pytest.raises(Refused):
            actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=world.ids[name]))
    assert actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=world.ids["ben"]))
    with pytest.raises(NotThere):
        queries.owners_for(world.actor("zoe"), child)


def test_the_owner_is_told_and_nobody_tells_themselves(world, child):
    ama = world.actor("ama")
    for name in ("ama", "ben"):
        actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=world.ids[name]))
    told = world.rows(
        "SELECT person_id FROM desk_notice WHERE subject_id = %s AND code = 'TASK_GIVEN'", child
    )
    assert told == [(world.ids["ben"],)]


def test_done_is_done_once_and_can_be_undone(world, child):
    ama = world.actor("ama")
    task = actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=ama.id))
    for _ in "12":
        actions.finish_task(by=world.actor("ben"), task_id=task)
    row = queries.task_opened(ama, task)
    assert (row.done_by, row.version) == ("Ben", 2)
    assert task not in [t.id for t in queries.tasks_of(ama)]
    for _ in "12":
        actions.reopen_task(by=ama, task_id=task)
    assert queries.task_opened(ama, task).done_at is None
    assert task in [t.id for t in queries.tasks_of(ama)]


@pytest.mark.parametrize("act", [actions.finish_task, actions.reopen_task])
def test_finishing_needs_access_to_write(world, child, act):
    ama = world.actor("ama")
    task = actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=ama.id))
    with pytest.raises(Refused):
        act(by=world.actor("ilya"), task_id=task)
    with pytest.raises(NotThere):
        act(by=world.actor("zoe"), task_id=task)
    assert act(by=ama, task_id=task) == task


def test_a_task_is_handed_on_from_the_version_that_was_read(world, child):
    ama, ben = world.actor("ama"), world.ids["ben"]
    task = actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=ama.id))
    actions.hand_task(by=ama, task_id=task, version=1, owner=ben)
    assert queries.task_opened(ama, task).owner == "Ben"
    with pytest.raises(Conflict):
        actions.hand_task(by=ama, task_id=task, version=1, owner=None)
    actions.hand_task(by=ama, task_id=task, version=2, owner=None)
    assert queries.task_opened(ama, task).owner == "The team"
    actions.finish_task(by=ama, task_id=task)
    with pytest.raises(Conflict):
        actions.hand_task(by=ama, task_id=task, version=4, owner=ben)
    with pytest.raises(NotThere):
        actions.hand_task(by=world.actor("zoe"), task_id=task, version=4, owner=None)


def test_a_childs_page_shows_open_tasks_first(world, child):
    ama = world.actor("ama")
    ids = [
        actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=ama.id)) for _ in "123"
    ]
    actions.finish_task(by=ama, task_id=ids[0])
    assert [t.id for t in queries.tasks_for(world.actor("ilya"), child)] == [ids[1], ids[2], ids[0]]
    with pytest.raises(NotThere):
        queries.tasks_for(world.actor("zoe"), child)


def test_no_task_without_an_owner_even_in_the_database(world, child):
    import psycopg

    with pytest.raises(psycopg.errors.CheckViolation):
        world.admin.execute(
            "INSERT INTO desk_task"
            " (id, subject_id, unit_id, section, title, is_urgent, made_by_id, made_at, version)"
            " SELECT gen_random_uuid(), id, unit_id, 'task', 'OTHER', false, %s, now(), 1"
            " FROM access_subject WHERE id = %s",
            [world.ids["ama"], child],
        )
