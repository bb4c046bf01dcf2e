"""A neighbour and a child write without an account: what the pages ask, what the desk gets, what comes back."""

from __future__ import annotations

import pytest

from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.public.questions import CHILD, NEIGHBOUR
from amparo.rooms.concerns.queries import concern_for

from .public_door import Visitor, carried, receipt_in, work_out

SAW = "A girl of about twelve sweeps the yard at night"
ANSWERS = {"danger": "yes", "health": "no", "moved": "unknown", "saw": SAW, "area": "QM01", "spot": "behind the mill",
           "age": "12-15", "gender": "girl", "contact": "Knock at number four"}  # fmt: skip


def concern_of(desks, html):
    found = receipts.receipt_for(receipts.parse(receipt_in(html)))
    ((concern,),) = desks.rows("SELECT concern FROM concerns_receipt WHERE search_id = %s", found.search_id)
    return concern


def test_at_most_eight_questions_and_each_can_be_left_open(public_door):
    assert (len(NEIGHBOUR), len(CHILD)) <= (8, 8)
    for kind, questions in (("report", NEIGHBOUR), ("me", CHILD)):
        visitor, seen = Visitor(public_door, kind), 0
        visitor.send(go="next")
        while (step := carried(visitor.html)["step"]) != "check":
            assert 'value="skip"' in visitor.html, step
            assert 'value="back"' in visitor.html, step
            assert "Leave this page" in visitor.html, step
            visitor.send(go="skip")
            seen += 1
        assert seen == len(questions)
        assert receipt_in(visitor.send(go="send").html)


def test_first_come_numbers_and_hours_then_what_not_to_do_then_who_reads_it(public_door):
    html = Visitor(public_door).html
    order = ["000 111", "Do not confront anyone.", "Do not follow", "Do not film", "Do not question", "Who reads it",
             "they must tell those who can help", "within a few days"]  # fmt: skip
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert 'type="file"' not in html


def test_a_neighbours_report_waits_at_the_desk_with_its_words_sealed(public_door, desks, as_desk, keeper):
    visitor = Visitor(public_door).walk(**ANSWERS)
    assert SAW in visitor.html
    visitor.send(go="send")
    assert visitor.page.status_code == 200
    concern = concern_of(desks, visitor.html)
    with as_desk():
        dina = desks.actor("dina")
        waiting = concern_for(dina, concern).row
        assert (waiting.urgency, waiting.state) == ("now", "waiting")
        opened = {
            table: [
                (bytes(text), text_of)
                for subject, record, text in desks.rows(
                    f"SELECT subject_id, id, text FROM concerns_{table} WHERE concern_id = %s", concern
                )
                for text_of in open_sealed(
                    dina, [Sealed(subject, table, record, "text", bytes(text))], "duty desk"
                )
            ]
            for table in ("account", "reporter")
        }
    ((sealed, words),) = opened["account"]
    assert SAW.encode() in words
    assert b"behind the mill" in words
    assert SAW.encode() not in sealed
    assert opened["reporter"][0][1] == b"Knock at number four"


def test_a_child_telling_about_itself_is_urgent_and_about_a_friend_follows_the_danger(public_door, desks):
    for about, safe, urgency in (
        ("hurt", "yes", "now"),
        ("", "", "now"),
        ("friend", "yes", "days"),
        ("friend", "no", "now"),
    ):
        visitor = Visitor(public_door, "me")
        visitor.walk(about=about, safe=safe).send(go="send")
        concern = concern_of(desks, visitor.html)
        ((found, for_self),) = desks.rows(
            "SELECT urgency, about_self FROM concerns_concern WHERE id = %s", concern
        )
        assert (found, for_self) == (urgency, about != "friend"), about


def test_the_child_is_told_what_is_not_kept_secret(public_door):
    html = Visitor(public_door, "me").html
    assert "we have to tell someone who can help" in html
    assert "It is not your fault." in html


def test_sending_twice_is_one_concern_and_the_same_receipt(public_door, desks):
    visitor = Visitor(public_door).walk(**ANSWERS)
    form = carried(visitor.html)
    first, second = (public_door.post(visitor.at, {**form, "go": "send"}).content.decode() for _ in range(2))
    assert receipt_in(first) == receipt_in(second)
    found = receipts.receipt_for(receipts.parse(receipt_in(first)))
    assert len(desks.rows("SELECT 1 FROM concerns_receipt WHERE search_id = %s", found.search_id)) == 1


def test_another_receipt_for_every_report(public_door):
    made = {receipt_in(Visitor(public_door).walk().send(go="send").html) for _ in range(3)}
    assert len(made) == 3


def test_back_keeps_what_was_typed_and_change_returns_to_the_check(public_door):
    visitor = Visitor(public_door).walk(**ANSWERS)
    visitor.send(go="to-saw")
    assert SAW in visitor.html
    visitor.send(saw="Now with other words", go="next")
    assert carried(visitor.html)["step"] == "check"
    assert "Now with other words" in visitor.html
    visitor.send(go="back")
    assert "Knock at number four" in visitor.html


def test_words_that_are_too_long_come_back_whole(public_door):
    visitor = Visitor(public_door).send(go="next")
    long = "very long " * 500
    for _ in range(3):
        visitor.send(go="skip")
    visitor.send(saw=long, go="next")
    assert carried(visitor.html)["step"] == "saw"
    assert "Please make it shorter: 999 signs too many" in visitor.html
    assert long.strip() in visitor.html


def test_with_work_it_goes_the_wide_way_and_without_the_narrow_one(public_door, desks):
    visitor = Visitor(public_door).walk(**ANSWERS)
    visitor.send(go="send", nonce=work_out(carried(visitor.html)["work"]))
    assert receipt_in(visitor.html)
    Visitor(public_door).walk(**ANSWERS).send(go="send")
    assert desks.rows("SELECT lane, passed FROM concerns_gate WHERE lane <> 'read' ORDER BY lane") == [
        ("slow", 1),
        ("work", 1),
    ]


@pytest.mark.parametrize("nonce", ["not it", "12345678901234567890123456789012345"])
def test_wrong_work_takes_the_narrow_way_and_loses_nothing(public_door, desks, nonce):
    assert receipt_in(Visitor(public_door).walk(**ANSWERS).send(go="send", nonce=nonce).html)
    assert desks.rows("SELECT lane FROM concerns_gate") == [("slow",)]


def test_when_it_is_full_the_page_says_so_with_numbers_and_gives_everything_back(public_door, desks):
    visitor = Visitor(public_door).walk(**ANSWERS)
    desks.admin.execute(
        "INSERT INTO concerns_gate (id, lane, span, passed) VALUES (gen_random_uuid(), 'slow',"
        " date_bin('10 minutes', now(), timestamptz '2000-01-01 00:00+00'), 60)"
    )
    visitor.send(go="send")
    assert visitor.page.status_code == 503
    for words in ("It was not sent. Please call.", "000 111", SAW, "Knock at number four", "behind the mill"):
        assert words in visitor.html
    desks.admin.execute("DELETE FROM concerns_gate")
    assert receipt_in(visitor.send(go="send").html)


def test_nothing_made_up_is_taken_for_an_answer(public_door, desks):
    visitor = Visitor(public_door).walk(
        danger="<script>", area="XX99", age="99-1", gender="robot", saw="a\x00b"
    )
    visitor.send(go="send")
    concern = concern_of(desks, visitor.html)
    row = desks.rows(
        "SELECT danger_now, area_id, age_low, gender FROM concerns_concern WHERE id = %s", concern
    )
    assert row == [("unknown", None, None, "unknown")]


def test_stop_keeps_nothing(public_door):
    page = public_door.get("/en/stopped/")
    assert "Nothing was sent" in page.content.decode()


@pytest.mark.parametrize("path", ["report", "me", "answer", "stopped"])
def test_no_cookie_no_store_fixed_title_no_foreign_address(public_door, path):
    page = public_door.get(f"/en/{path}/")
    assert page.cookies == {}
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    html = page.content.decode()
    assert "<title>Help</title>" in html
    assert "csrf" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
