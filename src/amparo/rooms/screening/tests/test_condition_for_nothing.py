"""No permission ever depends on a screening: every action answers the same for a child with none, with no signs, with signs.

What code could read is judged in `tests/architecture/test_condition_for_nothing.py`; here every action of every room is
really called, in turn, about three children that differ in nothing but what was noted.
"""

from __future__ import annotations

import inspect
import uuid

import pytest

from amparo.rooms.screening import actions as ours
from amparo.rooms.screening import queries
from amparo.rooms.screening.definitions import Answer
from amparo.rooms.screening.engine import Outcome, asked
from amparo.rooms.screening.loading import current

from .every_action import actions, outcome, values_for
from .people import person

pytestmark = pytest.mark.usefixtures("keeper")
STATES = ("nothing", "no_signs", "signs")
PEOPLE = ("ama", "ben", "nadia", "hugo", "dora")
#: Noting again asks why: it is this room's own rule, about the noting and nothing else.
OWN = {"amparo.rooms.screening.actions.noting.note_signs"}
FOUND = actions()
ACTIONS = sorted(set(FOUND) - OWN)


def child_with(world, state):
    """Three files alike: the guide is another one than the actions would use, so that this room's own rule is apart."""
    child = world.child()
    world.grant(child, "ben", ("register", "note", "task", "screening", "case"), "write", "cover")
    if state == "nothing":
        return child
    it = current("begging")
    answers = {item.id: Answer.NOT_SEEN.value for item in asked(it, {})}
    if state == "signs":
        answers["hurt"] = Answer.SEEN.value
    row = ours.note_signs(
        by=world.actor("ama"), subject_id=child, instrument=it.id, version=1, answers=answers
    )
    wanted = Outcome.SIGNS_NOTED if state == "signs" else Outcome.NONE_NOTED
    assert queries.screening_opened(world.actor("ama"), row).document.outcome is wanted
    return child


def rows_of(world, child):
    """A note and a task of the child, for actions that take one."""
    from amparo.rooms.desk import actions as desk

    ama = world.actor("ama", strong=True)
    note = desk.add_note(by=ama, subject_id=child, text="x")
    task = desk.add_task(by=ama, subject_id=child, order=desk.TaskOrder("CALL_BACK", owner=ama.id))
    return {"note_id": note, "task_id": task}


def answered(world, name, who, state):
    child = child_with(world, state)
    by = world.actor(who, strong=True)
    other = person(
        world, f"p{uuid.uuid4().hex}", world.ids["river/team"], "caseworker"
    )  # some actions end people
    code = world.rows("SELECT code FROM access_subject WHERE id = %s", child)[0][0]
    given = {"by": by, "subject_id": child, "code": code, "to": other, "owner": None,
             "person_id": other, "agency_id": world.ids["lantern"]}  # fmt: skip
    if {"note_id", "task_id"} & set(inspect.signature(inspect.unwrap(FOUND[name])).parameters):
        given |= rows_of(world, child)
    return outcome(FOUND[name], values_for(FOUND[name], given))


DONE: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def everybody_is_back_afterwards(admin):
    """Every action was really called, those that end people too: what they ended is put right for other modules."""
    kept = admin.execute("SELECT id, until_at FROM access_membership").fetchall()
    active = admin.execute("SELECT id, is_active FROM access_person").fetchall()
    agencies = admin.execute("SELECT id, is_active FROM access_agency").fetchall()
    yield
    for row, until in kept:
        admin.execute("UPDATE access_membership SET until_at = %s WHERE id = %s", [until, row])
    for row, is_active in active:
        admin.execute("UPDATE access_person SET is_active = %s WHERE id = %s", [is_active, row])
    for row, is_active in agencies:
        admin.execute("UPDATE access_agency SET is_active = %s WHERE id = %s", [is_active, row])


def with_permission(world, name):
    """Whoever of them the action is not simply refused to, with what it answered about a child without a screening."""
    for who in PEOPLE:
        first = answered(world, name, who, "nothing")
        if first != "Refused:permission":
            break
        world.secrets.pop(who, None)
    return who, first


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_answers_the_same_whatever_was_noted(world, name):
    who, first = with_permission(world, name)
    world.secrets.pop(who, None)  # an action may end a sign-in
    for state in ("no_signs", "signs"):
        assert answered(world, name, who, state) == first, (name, who, state)
        world.secrets.pop(who, None)
    if first == "done":
        DONE.append(name)


def test_many_of_them_were_really_done():
    """Else all three children were refused alike for a slip in the values, and the test above would see nothing."""
    assert len(DONE) >= len(ACTIONS) // 4, DONE


def test_an_action_that_reads_a_screening_would_be_found(world):
    """The control: one that refuses a child without signs gives three answers that differ."""
    from amparo.foundation.acts import action, log
    from amparo.foundation.errors import Refused

    @action("WRITE_FILE")
    def only_with_a_screening(*, by, subject_id):
        if queries.noted_about(by, subject_id) is None:
            raise Refused("no_screening")
        log("TEST")

    found = {
        state: outcome(
            only_with_a_screening, {"by": world.actor("ama"), "subject_id": child_with(world, state)}
        )
        for state in STATES
    }
    assert found == {"nothing": "Refused:no_screening", "no_signs": "done", "signs": "done"}


def test_readers_learn_the_same_of_a_file_from_every_other_room(world):
    """What other rooms show of a file, in panels and lists, does not differ either."""
    from amparo.foundation.registries import panels

    told = []
    for state in STATES:
        child = child_with(world, state)
        shown = panels.shown("subject", world.actor("ama"), subject_id=child)
        others = [p for p in shown if not p["template"].startswith("screening/")]
        told.append(sorted(f"{p['template']}:{sorted(p)}" for p in others))
    assert told[0] == told[1] == told[2]
    assert len(told[0]) >= 4
