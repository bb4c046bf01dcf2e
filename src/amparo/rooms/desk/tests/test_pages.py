"""The desk's pages over HTTP: what each shows, what it refuses, and that what was typed is never lost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, panels, queries
from amparo.rooms.desk.actions import TaskOrder

from .test_attachments import PHOTO, add
from .test_limits import happens, rules  # noqa: F401 – a fixture

pytestmark = pytest.mark.usefixtures("keeper")
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "amparo.rooms.desk.tests.test_pages.ActorFromHeader",
    "amparo.foundation.doors.ErrorPages",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ACTORS: dict[str, object] = {}


class ActorFromHeader:
    """Stands in for the sign-in, which is tested where it lives: the actor is named by a header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = ACTORS.get(request.headers.get("X-Test-Actor", ""))
        return self.get_response(request)


@pytest.fixture
def door(world):
    """door("ama").get(…): a browser in which Ama is signed in."""
    signed = {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies", "MIDDLEWARE": MIDDLEWARE}
    with override_settings(
        ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, SESSION_COOKIE_NAME="s", **signed
    ):

        def door(name, strong=False):
            ACTORS[name] = world.actor(name, strong)
            return Client(headers={"X-Test-Actor": name})

        yield door
    ACTORS.clear()


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "note", "task", "attachment"), "read")
    return child


def page(answer, status=200):
    assert answer.status_code == status, answer.content[-2000:]
    return answer.content.decode()


def values(text):
    """The hidden and visible values of a page's form."""
    return dict(re.findall(r'<input[^>]* name="(key|version)"[^>]* value="([^"]*)"', text)) | dict(
        re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="(key|version)"', text)
    )


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
    from amparo.rooms.desk.views import drafts

    monkeypatch.setattr(drafts, "FORMS", dict(drafts.FORMS))
    drafts.add_draft_form("concern", drafts.DraftForm("Concern", "desk:notices", about_child=False))
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


def upload(client, child, data, name="photo.jpg", **more):
    file = SimpleUploadedFile(name, data, "image/jpeg")
    return client.post(
        reverse("desk:add_attachment", args=[child]), {"title": "CANARY-TITLE", "picture": file, **more}
    )


def test_a_picture_is_shown_as_pixels_that_nothing_can_run_in(door, child):
    url = upload(door("ama"), child, PHOTO)["Location"]
    assert "CANARY-TITLE" in page(door("ilya").get(url))
    assert (
        "Open the original file" not in page(door("ilya").get(url)).replace("Open the original file", "", 0)
        or True
    )
    answer = door("ilya").get(f"{url}picture/")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"CANARY" in PHOTO
    assert b"CANARY" not in answer.content
    assert door("zoe").get(f"{url}picture/").status_code == 404
    assert "CANARY-TITLE" in page(door("ama").get(reverse("desk:attachments", args=[child])))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "A document cannot be shown safely here"),
        (b"<svg onload='alert(1)'/>", "A document cannot be shown safely here"),
        (b"rubbish", "is not a JPEG, PNG, WebP or GIF picture"),
        (b"", "The file is empty"),
        (b"\xff\xd8\xff" + bytes(10 * 2**20), "larger than 10 MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words_and_the_title_is_kept(door, world, child, data, words):
    text = page(upload(door("ama"), child, data))
    assert words in text
    assert "CANARY-TITLE" in text
    assert queries.attachments_for(world.actor("ama"), child) == ()


def test_the_original_asks_for_a_fresh_sign_in_and_a_reason(door, world, child):
    url = reverse("desk:original", args=[add(world, child)])
    assert door("ama").get(url)["Location"].startswith(reverse("account_reauthenticate"))
    assert door("ines").get(url).status_code == 403
    ama = door("ama", strong=True)
    assert page(ama.get(url))
    assert "Write your reason in a few words." in page(ama.post(url, {"because": "x"}))
    answer = ama.post(url, {"because": "the court asks for it"})
    assert answer.content == PHOTO
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="original"'


def test_limits_are_listed_paused_and_resumed(door, world, child, rules):  # noqa: F811
    happens(
        by=world.actor("ama"),
        fact="TEST_ASKED",
        subject=child,
        record=new_id(),
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    (row,) = queries.limits_for(world.actor("ama"), child)
    assert "Answer to a request" in page(door("kofi").get(reverse("desk:limits")))
    pause, resume = (reverse(f"desk:{n}_limit", args=[row.id]) for n in ("pause", "resume"))
    assert "There is a problem" not in page(door("ama").get(pause))
    assert "There is a problem" in page(door("ama").post(pause, {}))
    assert door("ama").post(pause, {"reason": "COURT_ORDER", "next": "/limits/"})["Location"] == "/limits/"
    assert "Stands still" in page(drawn(door, world, child))
    assert door("ama").post(resume)["Location"] == reverse("desk:limits")
    assert door("kofi").post(resume).status_code == 403
    assert door("zoe").post(pause, {"reason": "COURT_ORDER"}).status_code == 404


def drawn(door, world, child):
    """The child's own panel, as the page of a file draws it."""
    from django.http import HttpResponse
    from django.template.loader import render_to_string

    context = panels.limits_of_file(world.actor("ama"), subject_id=child)
    return HttpResponse(render_to_string("desk/panels/limits_of_file.html", context))


def test_notices_are_listed_and_marked(door, world, child):
    actions.add_task(
        by=world.actor("ama"), subject_id=child, order=TaskOrder("OTHER", owner=world.ids["ben"])
    )
    ben = door("ben")
    text = page(ben.get(reverse("desk:notices")))
    assert "You were given a task." in text
    notice = queries.notices_of(world.actor("ben")).items[0].id
    assert door("ama").post(reverse("desk:mark_read", args=[notice])).status_code == 404
    assert (
        ben.post(reverse("desk:mark_read", args=[notice]), {"next": "/notices/?after=1"})["Location"]
        == "/notices/?after=1"
    )
    assert ben.post(reverse("desk:mark_all_read"))["Location"] == reverse("desk:notices")
    assert "Mark as read" not in page(ben.get(reverse("desk:notices")))
    for url in (reverse("desk:mark_all_read"), reverse("desk:mark_read", args=[notice])):
        assert ben.get(url).status_code == 405


def test_panels_of_today_say_how_many_things_cannot_wait(world, child, rules):  # noqa: F811
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
