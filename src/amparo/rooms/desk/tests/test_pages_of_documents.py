"""Pages of documents, time limits and notices: what each shows and refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, panels, queries
from amparo.rooms.desk.actions import TaskOrder

from .facts import happens
from .pages import page
from .test_attachments import PHOTO, add

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "note", "task", "attachment"), "read")
    return child


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
        (b"\xff\xd8\xff" + bytes(13 * 2**20), "larger than 10 MB"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words_and_the_title_is_kept(door, world, child, data, words):
    text = page(upload(door("ama"), child, data))
    assert words in text
    assert "CANARY-TITLE" in text
    assert queries.attachments_for(world.actor("ama"), child) == ()


def test_the_original_asks_for_a_fresh_sign_in_and_a_reason(door, world, child):
    url = reverse("desk:original", args=[add(world, child)])
    assert door("ama").get(url)["Location"].startswith(reverse("demo_confirm"))
    assert door("ines").get(url).status_code == 403
    ama = door("ama", strong=True)
    assert page(ama.get(url))
    assert "Write your reason in a few words." in page(ama.post(url, {"because": "x"}))
    answer = ama.post(url, {"because": "the court asks for it"})
    assert answer.content == PHOTO
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="original"'


def test_limits_are_listed_paused_and_resumed(door, world, child, rules):
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
