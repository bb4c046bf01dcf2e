"""The vault's pages: nothing identifying in an address, the code before the name, hidden answers like absent."""

from __future__ import annotations

import re

import pytest

from amparo.foundation import errors
from amparo.foundation.codes import new_code
from amparo.rooms.desk.tests.pages import page, values
from amparo.rooms.vault import actions, queries
from amparo.rooms.vault.records import Contacts, Identity, Whereabouts, numbers_in
from amparo.rooms.vault.searching import FindForm

REASON = "the clinic needs the name tonight"
NOUR = Identity("Nour", "Saleh", "نور صالح", "Nono", "2013")


@pytest.fixture
def child(world, real_keeper):
    return world.child("ama")


def code_of(world, child):
    """A code as people are given it: with its check letter."""
    world.admin.execute("UPDATE access_subject SET code = %s WHERE id = %s", [code := new_code(), child])
    return code


def without_codes(text):
    """A page as somebody compares two answers: without what changes with every showing or was typed."""
    return re.sub(r'name="(csrfmiddlewaretoken|key|code|phone)"[^>]*', "", text)


def test_a_file_is_found_by_post_and_only_its_code_is_shown(world, child, door):
    code = code_of(world, child)
    answer = door("ama").post("/find/", {"code": code})
    assert f"/files/{child}/" in page(answer)


@pytest.mark.parametrize("question", [{"phone": "0900 111 2233"}, {"code": ""}])
def test_hidden_and_absent_are_the_same_page(world, child, door, as_login, question):
    record = actions.record_contacts(
        by=world.actor("ama"), subject_id=child, contacts=Contacts(("0900 111 2233",)), version=0
    )
    with as_login("worker"):
        actions.index_record(by=world.system("indexer"), table="contact", record_id=record)
    hidden = {k: v or code_of(world, child) for k, v in question.items()}
    absent = {k: "0900 111 9999" if v else new_code() for k, v in question.items()}
    zoe = door("zoe")
    pages = [without_codes(page(zoe.post("/find/", asked))) for asked in (hidden, absent)]
    assert pages[0] == pages[1]
    assert "duty desk" in pages[0]
    assert str(child) in page(door("ama").post("/find/", hidden))  # it is there, for its worker


def test_what_is_too_short_to_search_is_said(world, door, real_keeper):
    assert "at least 7 digits" in page(door("ama").post("/find/", {"phone": "123"}))
    assert not FindForm({"name": "Nour"}).is_valid()
    assert not FindForm({"document": "A-1"}).is_valid()
    assert "code" in FindForm({"code": "K74Q2X"}).errors


def test_the_code_stands_before_the_name_and_the_page_is_kept_nowhere(world, child, door):
    actions.record_identity(by=world.actor("ama"), subject_id=child, identity=NOUR, version=0)
    ama = door("ama", strong=True)
    before = page(ama.get(f"/files/{child}/name/"))
    assert "Nono" not in before
    assert "right file" in before
    answer = ama.post(f"/files/{child}/name/", {"because": REASON})
    shown = page(answer)
    assert all(words in shown for words in ("Nono", "نور", "<amparo-hide"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Nono" not in page(ama.get(f"/files/{child}/name/"))


def test_a_reason_too_short_shows_nothing_and_is_said(world, child, door):
    actions.record_identity(by=world.actor("ama"), subject_id=child, identity=NOUR, version=0)
    text = page(door("ama", strong=True).post(f"/files/{child}/name/", {"because": "hurry"}))
    assert "Nono" not in text
    assert 'aria-invalid="true"' in text


def test_a_newer_place_is_never_overwritten(world, child, door):
    ama = door("ama")
    seen = values(page(ama.get(f"/files/{child}/place/record/")))
    sent = seen | {"plan_version": "0", "kind": "fact", "address": "Old mill"}
    actions.record_place(
        by=world.actor("ama"), subject_id=child, place=Whereabouts("", "New mill"), version=0
    )
    assert "Old mill" in page(ama.post(f"/files/{child}/place/record/", sent), 409)
    kept = actions.reveal_place(by=world.actor("ama", strong=True), subject_id=child, because=REASON)
    assert [place.address for place in kept] == ["New mill"]


def test_a_plan_stands_beside_the_fact_and_each_has_its_version(world, child):
    ama = world.actor("ama", strong=True)
    for kind in ("fact", "plan"):
        place = Whereabouts("QM01", f"{kind} street", kind=kind, until="spring")
        actions.record_place(by=ama, subject_id=child, place=place, version=0)
    kept = actions.reveal_place(by=ama, subject_id=child, because=REASON)
    assert [(p.kind, p.address, p.until, p.version) for p in kept] == [
        ("fact", "fact street", "spring", 1), ("plan", "plan street", "spring", 1)]  # fmt: skip


def test_too_many_searches_are_refused_as_a_quota(world, real_keeper):
    cleo = world.actor("cleo")
    world.admin.execute(
        "INSERT INTO keeper.opened (day, actor, holder, class, agency)"
        " SELECT (clock_timestamp() AT TIME ZONE 'utc')::date, %s, gen_random_uuid(), 'search', %s"
        " FROM generate_series(1, 60)",
        [cleo.id, cleo.agency],
    )
    with pytest.raises(errors.Quota):
        queries.search(cleo, {"phone": "0900 111 2233"})


def test_without_the_keeper_the_page_says_so_and_nothing_is_lost(world, child, door, real_keeper):
    actions.record_identity(by=world.actor("ama"), subject_id=child, identity=NOUR, version=0)
    ama = door("ama", strong=True)
    real_keeper.stop(hard=True)
    try:
        page(ama.post(f"/files/{child}/name/", {"because": REASON}), 503)
        page(ama.post("/find/", {"phone": "0900 111 2233"}), 503)
    finally:
        real_keeper.start()
    assert "Nono" in page(ama.post(f"/files/{child}/name/", {"because": REASON}))


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("Registry, AB-12 345, 2019", {"AB-12 345"}),
        ("السجل، 77-123456", {"77-123456"}),
        ("Passport 1234567", {"Passport 1234567", "1234567"}),
        ("1234567", {"1234567"}),
        ("no digits here", {"no digits here"}),
    ],
)
def test_a_number_is_found_without_its_issuer(line, numbers):
    assert numbers_in(line) == numbers
