"""Coming back by code: a fixed answer, sealed free words, more to tell, and taking it back."""

from __future__ import annotations

import secrets

import pytest

from amparo.foundation.actors import system_actor
from amparo.foundation.ids import SubjectId
from amparo.keeper import seal
from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.actions import note_added
from amparo.rooms.concerns.kinds import FixedReply

from .public_door import Visitor, carried, receipt_in
from .test_public_report import ANSWERS, concern_of


def ask(client, code, **fields):
    page = client.post("/en/answer/", {"receipt": code, **fields})
    return page, page.content.decode()


@pytest.fixture
def reported(public_door, desks):
    html = Visitor(public_door).walk(**ANSWERS).send(go="send").html
    return receipt_in(html), concern_of(desks, html)


def test_a_code_has_sixteen_signs_and_follows_from_the_secret_alone():
    secret = receipts.new_secret()
    code = receipts.code_of(secret)
    assert len(code) == 16
    assert receipts.code_of(secret) == code
    assert receipts.parse(receipts.show(code).lower().replace(" ", "-")) == code
    assert receipts.code_of(receipts.new_secret()) != code
    for wrong in ("", "K7", code + "0", "!" * 16):
        with pytest.raises(ValueError, match="16"):
            receipts.parse(wrong)
    assert not receipts.is_secret("é")
    assert not receipts.is_secret("AAAA")


def test_what_is_kept_opens_nothing(reported, desks):
    code, concern = reported
    ((search_id, public_key),) = desks.rows(
        "SELECT search_id, public_key FROM concerns_receipt WHERE concern = %s", concern
    )
    receipt = receipts.receipt_for(receipts.parse(code))
    assert (bytes(search_id), bytes(public_key)) == (receipt.search_id, receipt.public)
    assert receipt.private.private_bytes_raw() not in (bytes(search_id), bytes(public_key))


def test_the_answer_is_one_of_four_and_says_nothing_of_the_child(public_door, reported, desks):
    code, concern = reported
    page, html = ask(public_door, code)
    assert str(FixedReply.RECEIVED.label) in html
    desks.admin.execute(
        "UPDATE concerns_concern SET state = 'decided', outcome = 'new_case', answer = 'thanks' WHERE id = %s",
        [concern],
    )
    _, html = ask(public_door, code)
    assert str(FixedReply.THANKS.label) in html
    for word in ("case", "visit", "found", "decided", "new_case", str(concern)):
        assert word not in html, word
    assert page.headers["Cache-Control"] == "no-store"


def test_a_wrong_code_and_no_code_say_the_same(public_door, reported):
    _, unknown = ask(public_door, "0" * 16)
    _, odd = ask(public_door, "hello")
    words = "This is not a code that we know"
    assert words in unknown
    assert words in odd


def test_nobody_guesses_another_s_receipt(public_door, reported):
    code, _ = reported
    near = code[:-1] + ("0" if code[-1] != "0" else "1")
    _, html = ask(public_door, near)
    assert "This is not a code that we know" in html


def test_more_words_reach_the_desk_sealed_once_and_danger_raises_the_urgency(
    public_door, reported, desks, as_login
):
    code, concern = reported
    desks.admin.execute("UPDATE concerns_concern SET urgency = 'days', danger_now = 'no', urgency_rules = '{}' WHERE id = %s",
                        [concern])  # fmt: skip
    _, html = ask(public_door, code)
    form = {k: v for k, v in carried(html).items() if k != "receipt"} | {
        "go": "add",
        "words": "A lorry came",
        "danger": "yes",
    }
    for _ in range(2):
        _, html = ask(public_door, code, **form)
        assert "We have what you added." in html
    rows = desks.rows(
        "SELECT subject_id, text FROM concerns_account WHERE concern_id = %s AND kind = 'added'", concern
    )
    assert len(rows) == 1
    assert b"A lorry came" not in bytes(rows[0][1])
    assert desks.rows(
        "SELECT urgency, danger_now, urgency_rules FROM concerns_concern WHERE id = %s", concern
    ) == [("now", "yes", ["DANGER_NOW"])]
    with as_login("worker"):
        note_added(by=system_actor("intake"), concern_id=concern, subject_id=SubjectId(rows[0][0]))
    assert ("CONCERN_WORDS_READ",) in desks.rows("SELECT code FROM desk_clock WHERE record = %s", concern)


def test_nothing_is_not_sent_and_too_much_comes_back_whole(public_door, reported):
    code, _ = reported
    assert "Write something first." in ask(public_door, code, go="add", words="  ")[1]
    long = "word " * 1000
    html = ask(public_door, code, go="add", words=long)[1]
    assert "Please make it shorter" in html
    assert long.strip() in html


def test_taking_it_back_erases_who_told_and_keeps_the_concern(public_door, reported, desks):
    code, concern = reported
    assert "Take it back?" in ask(public_door, code, go="ask-withdraw")[1]
    assert "You took it back." in ask(public_door, code, go="withdraw")[1]
    assert desks.rows("SELECT 1 FROM concerns_reporter WHERE concern_id = %s", concern) == []
    assert desks.rows("SELECT state FROM concerns_concern WHERE id = %s", concern) == [("waiting",)]
    html = ask(public_door, code)[1]
    assert "Add something" not in html


def test_a_free_reply_opens_with_the_code_and_with_nothing_else(public_door, reported, desks):
    code, concern = reported
    receipt, reply = receipts.receipt_for(receipts.parse(code)), secrets.token_hex(16)
    text = "You can come to the library on Monday"
    from uuid import UUID

    sealed = seal.seal(
        text.encode(), receipt.public, holder=concern, section="reply", record=UUID(reply), field="text"
    )
    desks.admin.execute(
        "INSERT INTO concerns_reply (id, subject_id, unit_id, section, concern_id, text, to_receipt, written_by_id, written_at,"
        " second_by_id, sent_at) SELECT %s, c.subject_id, c.unit_id, 'account', c.id, 'x', %s, %s, now(), %s, now()"
        " FROM concerns_concern c WHERE c.id = %s",
        [UUID(reply), sealed, desks.ids["dina"], desks.ids["omar"], concern],
    )
    assert text in ask(public_door, code)[1]
    other = receipts.receipt_for(receipts.code_of(receipts.new_secret()))
    with pytest.raises(seal.CannotOpen):
        receipts.open_reply(sealed, other, concern=concern, reply=UUID(reply))
    desks.admin.execute("UPDATE concerns_reply SET to_receipt = '\\x00' WHERE id = %s", [UUID(reply)])
    html = ask(public_door, code)[1]
    assert "A message for you" not in html


def test_when_too_many_read_the_page_says_so_and_keeps_the_words(public_door, reported, desks):
    code, _ = reported
    desks.admin.execute(
        "INSERT INTO concerns_gate (id, lane, span, passed) VALUES (gen_random_uuid(), 'read',"
        " date_bin('10 minutes', now(), timestamptz '2000-01-01 00:00+00'), 1200)"
        " ON CONFLICT (lane, span) DO UPDATE SET passed = 1200"
    )
    page, html = ask(public_door, code, go="add", words="Kept words")
    assert page.status_code == 503
    assert "Kept words" in html
    assert "000 111" in html
