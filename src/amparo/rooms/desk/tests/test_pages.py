"""Pages of notes, drafts and tasks: what each shows and refuses; what was typed is never lost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries
from amparo.rooms.desk.actions import TaskOrder

from .pages import page, values

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "note", "task", "attachment"), "read")
    return child


def test_whoever_is_not_signed_in_is_asked_to_and_whoever_may_not_finds_nothing(door, child):
    client = Client()
    for url in (reverse("desk:notes", args=[child]), reverse("desk:my_tasks"), reverse("desk:notices")):
        assert client.get(url)["Location"].startswith(reverse("account_login"))
    for name in ("notes", "tasks", "attachments", "add_note", "add_task", "add_attachment"):
        bodies = []
        for subject in (child, new_id()):
            answer = door("zoe").get(reverse(f"desk:{name}", args=[subject]))
            text = page(answer, 404).replace(str(subject), "THE-ID")
            bodies.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))
        assert bodies[0] == bodies[1]
        assert door("ama").get(reverse(f"desk:{name}", args=[child])).status_code == 200
        assert door("dora").get(reverse(f"desk:{name}", args=[child])).status_code == 403


def test_a_note_is_added_once_and_shown_as_words_never_as_markup(door, child):
    ama, url = door("ama"), reverse("desk:add_note", args=[child])
    form = values(page(ama.get(url)))
    for _ in "12":
        answer = ama.post(url, {"text": "<b>CANARY</b> ملاحظة", "key": form["key"]})
        assert answer["Location"] == reverse("desk:notes", args=[child])
    text = page(ama.get(answer["Location"]))
    assert text.count("&lt;b&gt;CANARY&lt;/b&gt; ملاحظة") == 1
    assert "<b>CANARY" not in text
    assert "CANARY" not in page(door("ilya").get(reverse("desk:notes", args=[child]))).replace(
        "&lt;b&gt;CANARY", ""
    )


def test_an_empty_note_is_asked_for_again_and_a_reader_is_told_no(door, child):
    url = reverse("desk:add_note", args=[child])
    text = page(door("ama").post(url, {"text": " ", "key": ""}))
    assert "Write something first." in text
    assert "<title>Error: " in text.replace("\n", "")
    assert door("ilya").post(url, {"text": "x", "key": ""}).status_code == 403


def test_a_conflict_shows_both_and_the_second_sending_keeps_all(door, world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="first")
    url = reverse("desk:edit_note", args=[note])
    mine = values(page(door("ama").get(url)))
    actions.edit_note(by=world.actor("ben"), note_id=note, version=1, text="THEIRS")
    text = page(door("ama").post(url, {"text": "MINE", **mine}), 409)
    assert "THEIRS" in text
    assert text.count("MINE") >= 2  # beside theirs, and in the box to send again
    again = {"text": "MINE and THEIRS", **values(text)}
    assert again["version"] == "2"
    assert door("ama").post(url, again).status_code == 302
    versions = page(door("ama").get(reverse("desk:note_versions", args=[note])))
    assert [w in versions for w in ("first", "THEIRS", "MINE and THEIRS")] == [True] * 3
    assert "Write something first." in page(door("ama").post(url, {**again, "text": ""}))
    assert door("zoe").get(url).status_code == 404


def test_what_was_being_written_is_there_again_on_another_device(door, world, child, keeper):
    save = reverse("desk:save_draft", args=["note", child])
    assert door("ama").post(save, {"text": "She said", "key": "k", "version": ""}).status_code == 204
    text = page(door("ama").get(reverse("desk:add_note", args=[child])))
    assert "She said" in text
    assert "You go on with your draft" in text
    assert f'data-draft="{save}"' in text
    listed = page(door("ama").get(reverse("desk:drafts")))
    assert reverse("desk:add_note", args=[child]) in listed
    keeper.is_away = True
    away = page(door("ama").get(reverse("desk:add_note", args=[child])))
    assert "Drafts cannot be opened just now" in away
    keeper.is_away = False
    draft = queries.drafts_of(world.actor("ama"))[0].id
    assert door("ben").post(reverse("desk:discard_draft", args=[draft])).status_code == 404
    assert door("ama").post(reverse("desk:discard_draft", args=[draft])).status_code == 302
    assert "She said" not in page(door("ama").get(reverse("desk:add_note", args=[child])))


def test_a_draft_of_no_known_form_or_child_is_not_kept(door, child):
    for url in (
        reverse("desk:save_draft", args=["rubbish", child]),
        reverse("desk:save_draft", args=["note", new_id()]),
    ):
        assert door("ama").post(url, {"text": "x"}).status_code == 404
    assert door("ama").post(reverse("desk:save_draft", args=["note"]), {"text": "x"}).status_code == 404
    assert (
        door("ama").post(reverse("desk:save_draft", args=["note", child]), {"text": "x"}).status_code == 204
    )
    assert door("ama").get(reverse("desk:save_draft", args=["note", child])).status_code == 405


def test_a_form_of_another_room_is_listed_with_its_own_page(door, world, monkeypatch):
    from amparo.foundation.registries import DraftForm, draft_forms

    monkeypatch.setitem(draft_forms, "concern", DraftForm("Concern", "desk:notices", about_child=False))
    actions.save_draft(by=world.actor("cleo"), form="concern", subject_id=None, answers={"a": "x"})
    actions.save_draft(by=world.actor("cleo"), form="gone_room", subject_id=None, answers={"a": "x"})
    text = page(door("cleo").get(reverse("desk:drafts")))
    assert f'<a href="{reverse("desk:notices")}">Concern</a>' in text
    assert "Form" in text


def test_a_task_is_added_done_undone_and_handed_on(door, world, child):
    url = reverse("desk:add_task", args=[child])
    form = {
        "title": "SEE_CHILD",
        "detail": "at the clinic",
        "owner": str(world.ids["ama"]),
        **values(page(door("ama").get(url))),
    }
    form |= {"due_on_day": "3", "due_on_month": "5", "due_on_year": "2027", "is_urgent": "on"}
    assert door("ama").post(url, form).status_code == 302
    (row,) = queries.tasks_for(world.actor("ama"), child)
    assert row.due_at == dt.datetime(2027, 5, 3, 21, tzinfo=dt.UTC)  # the last hour of 3 May in Cairo
    task = reverse("desk:task", args=[row.id])
    assert "at the clinic" in page(door("ama").get(task))
    assert "See the child" in page(door("ama").get(reverse("desk:my_tasks")))
    assert "It is done" not in page(door("ilya").get(task))
    answer = door("ama").post(reverse("desk:finish_task", args=[row.id]), {"next": "/tasks/?after=x"})
    assert answer["Location"] == "/tasks/?after=x"
    assert "Undo: it is not done" in page(door("ama").get(task))
    assert door("ama").post(reverse("desk:reopen_task", args=[row.id]))["Location"] == task
    hand = reverse("desk:hand_task", args=[row.id])
    handed = {"owner": str(world.ids["ben"]), **values(page(door("ama").get(hand)))}
    assert door("ama").post(hand, handed)["Location"] == task
    assert door("ama").post(hand, handed).status_code == 409
    assert "Choose somebody from the list." in page(
        door("ama").post(hand, {**handed, "owner": str(world.ids["zoe"])})
    )


def test_a_task_without_a_day_has_none(door, world, child):
    form = {
        "title": "OTHER",
        "owner": "",
        **values(page(door("ama").get(reverse("desk:add_task", args=[child])))),
    }
    assert door("ama").post(reverse("desk:add_task", args=[child]), form).status_code == 302
    (row,) = queries.tasks_for(world.actor("ama"), child)
    assert (row.due_at, row.owner) == (None, "The team")


def test_a_task_without_a_title_keeps_what_was_typed(door, child):
    text = page(
        door("ama").post(reverse("desk:add_task", args=[child]), {"detail": "KEEP THIS", "due_on_day": "3"})
    )
    assert "KEEP THIS" in text
    assert "Choose what is to be done." in text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", ""])
def test_a_small_button_never_leads_to_another_site(door, world, child, target):
    ama = world.actor("ama")
    task = actions.add_task(by=ama, subject_id=child, order=TaskOrder("OTHER", owner=ama.id))
    answer = door("ama").post(reverse("desk:finish_task", args=[task]), {"next": target})
    assert answer["Location"] == reverse("desk:task", args=[task])
