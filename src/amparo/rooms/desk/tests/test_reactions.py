"""What people hear, and which limits run, when something happened to their access."""

from __future__ import annotations

import pytest

from amparo.foundation.acts import action, log
from amparo.foundation.errors import Refused
from amparo.foundation.events import publish
from amparo.foundation.ids import new_id
from amparo.rooms.access import events
from amparo.rooms.desk import actions, queries

pytestmark = pytest.mark.usefixtures("keeper")


@action(None)
def happened(*, by, event):
    """What an action of the access room does at its end."""
    publish(event)
    log("TEST_HAPPENED")


def newest(world, name):
    rows = queries.notices_of(world.actor(name)).items
    return rows[0].text if rows else ""


@pytest.fixture
def child(world):
    return world.child()


def test_an_emergency_access_is_told_at_once_and_its_review_stops_the_24_hours(world, child):
    emergency = new_id()
    world.grant(child, "zoe", ("register", "note"), cause="emergency", until="60 minutes")
    happened(by=world.actor("zoe"), event=events.EmergencyAccessUsed(child, emergency))
    for name in ("ama", "dora"):
        assert newest(world, name) == "Somebody used emergency access to a file. See who and why."
    (limit,) = queries.limits_for(world.actor("ama"), child)
    assert (limit.due_at - limit.started_at).total_seconds() == 24 * 3600
    happened(by=world.actor("rana"), event=events.EmergencyAccessReviewed(child, emergency))
    assert queries.limits_for(world.actor("ama"), child) == ()


def test_a_notice_and_the_act_stand_or_fall_together(world, child):
    @action(None)
    def fails_at_the_end(*, by):
        publish(events.AccessGiven(child, new_id(), world.ids["cleo"]))
        log("TEST_HAPPENED")
        raise Refused("test")

    before = queries.count_new_notices(world.actor("cleo"))
    with pytest.raises(Refused):
        fails_at_the_end(by=world.actor("ama"))
    assert queries.count_new_notices(world.actor("cleo")) == before
    happened(by=world.actor("ama"), event=events.AccessGiven(child, new_id(), world.ids["cleo"]))
    assert queries.count_new_notices(world.actor("cleo")) == before + 1


def test_access_given_and_ended_is_told_to_its_holder(world, child):
    for kind, text in (
        (events.AccessGiven, "You were given access to a file."),
        (events.AccessEnded, "Your access to a file ended."),
    ):
        happened(by=world.actor("ama"), event=kind(child, new_id(), world.ids["ilya"]))
        assert newest(world, "ilya") == text


def test_a_conflict_of_interest_reaches_the_supervisors(world, child):
    happened(by=world.actor("ama"), event=events.ConflictDeclared(child, world.ids["ama"]))
    assert newest(world, "ben").startswith("A worker declared a conflict of interest.")


def hand_over(world, child, to):
    """The rows that sec.hand_over leaves behind."""
    world.admin.execute(
        "UPDATE access_grant SET until_at = now() WHERE subject_id = %s AND cause = 'assignment'", [child]
    )
    world.grant(child, to, ("register", "note", "task"), "write", "assignment")


def test_a_hand_over_moves_open_tasks_of_whoever_lost_access_and_no_others(world, child):
    ama, ben = world.actor("ama"), world.actor("ben")
    world.grant(child, "ilya", ("register", "task"), "write")
    made = {
        name: actions.add_task(
            by=ama, subject_id=child, order=actions.TaskOrder("OTHER", owner=world.ids[name])
        )
        for name in ("ama", "ben", "ilya")
    }
    done = actions.add_task(by=ama, subject_id=child, order=actions.TaskOrder("CALL_BACK", owner=ama.id))
    actions.finish_task(by=ama, task_id=done)
    hand_over(world, child, "cleo")
    happened(by=ben, event=events.FileHandedOver(child, world.ids["cleo"]))
    owners = {row.id: row.owner for row in queries.tasks_for(world.actor("cleo"), child)}
    assert owners == {made["ama"]: "Cleo", made["ben"]: "Ben", made["ilya"]: "Ilya", done: "Ama"}
    assert made["ama"] in [t.id for t in queries.tasks_of(world.actor("cleo"))]
    assert newest(world, "cleo") == "A file was handed over to you."


def test_a_team_task_follows_the_file_to_its_new_team(world, child):
    task = actions.add_task(by=world.actor("ama"), subject_id=child, order=actions.TaskOrder("OTHER"))
    hand_over(world, child, "rana")
    team = world.ids["lantern/team"]
    world.admin.execute(
        "UPDATE access_subject SET unit_id = %s, home_unit_id = %s WHERE id = %s", [team, team, child]
    )
    before = queries.count_new_notices(world.actor("rana"))
    happened(by=world.actor("rana"), event=events.FileHandedOver(child, world.ids["rana"]))
    assert task in [t.id for t in queries.tasks_of(world.actor("rana"))]
    assert queries.count_new_notices(world.actor("rana")) == before  # nobody tells themselves


def test_tasks_move_only_by_somebody_who_may_reassign_and_only_to_the_files_worker(world, child):
    with pytest.raises(Refused):
        happened(by=world.actor("ama"), event=events.FileHandedOver(child, world.ids["ama"]))
    with pytest.raises(Refused):
        happened(by=world.actor("ben"), event=events.FileHandedOver(child, world.ids["cleo"]))
    happened(by=world.actor("ben"), event=events.FileHandedOver(child, world.ids["ama"]))
