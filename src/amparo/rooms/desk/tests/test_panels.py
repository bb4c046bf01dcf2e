"""Panels of Today and of a file: what they count, and that they open nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, panels
from amparo.rooms.desk.actions import TaskOrder

from .facts import happens
from .test_attachments import add

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "note", "task", "attachment"), "read")
    return child


def test_panels_of_today_say_how_many_things_cannot_wait(world, child, rules):
    ama = world.actor("ama")
    before = (panels.tasks_today(ama) or {"urgent": 0})["urgent"]
    actions.add_task(by=ama, subject_id=child, order=TaskOrder("OTHER", owner=ama.id, is_urgent=True))
    actions.add_task(by=ama, subject_id=child, order=TaskOrder("CALL_BACK", owner=ama.id))
    shown = panels.tasks_today(ama)
    assert shown["urgent"] == before + 1
    assert "Call back" in [t.title for t in shown["tasks"]] or len(shown["tasks"]) == 10
    happens(
        by=ama, fact="TEST_OPENED", subject=child, record=new_id(), at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    assert panels.limits_today(ama)["urgent"] >= 1
    actions.save_draft(by=ama, form="note", subject_id=child, answers={"text": "x"})
    assert panels.drafts_today(ama)["drafts"]
    actions.add_task(by=ama, subject_id=child, order=TaskOrder("OTHER", owner=world.ids["ben"]))
    assert panels.notices_today(world.actor("ben"))["count"] >= 1
    assert panels.bell(world.actor("ben"))["count"] >= 1


def test_panels_with_nothing_to_say_are_left_out(world):
    ines, zoe = world.actor("ines"), world.actor("zoe")
    actions.mark_all_read(by=ines)
    assert [panels.notices_today(ines), panels.drafts_today(ines), panels.limits_today(zoe)] == [None] * 3
    assert panels.tasks_today(world.actor("rana")) is None


def test_panels_of_a_file_open_nothing_and_leave_out_what_is_hidden(door, world, child, keeper):
    from django.template.loader import render_to_string

    actions.add_note(by=world.actor("ama"), subject_id=child, text="CANARY")
    add(world, child)
    actions.add_task(by=world.actor("ama"), subject_id=child, order=TaskOrder("OTHER", detail="CANARY"))
    for name in ("notes", "tasks", "limits", "attachments"):
        panel = getattr(panels, f"{name}_of_file")
        context = panel(world.actor("ama"), subject_id=child)
        assert "CANARY" not in render_to_string(f"desk/panels/{name}_of_file.html", context)
        assert panel(world.actor("zoe"), subject_id=child) is None
    assert keeper.calls == []
    world.grant(child, "zoe", ("register", "note"), "read")
    assert panels.notes_of_file(world.actor("zoe"), subject_id=child)["may_write"] is False
    assert panels.tasks_of_file(world.actor("zoe"), subject_id=child) is None
