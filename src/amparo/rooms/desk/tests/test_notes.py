"""Notes: who may write, read and change them; what a conflict shows; what stood there before."""

from __future__ import annotations

import pytest

from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries

from .sql import run_as

pytestmark = pytest.mark.usefixtures("keeper")
WORDS = "She slept here and asked for her sister. ملاحظة"


@pytest.fixture
def child(world):
    child = world.child()
    world.grant(child, "ilya", ("register", "note"), "read")
    return child


def test_a_note_is_read_by_its_team_and_by_who_holds_access_and_by_nobody_else(world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text=WORDS)
    for name in ("ama", "ben", "ilya"):
        assert [n.text for n in queries.notes_opened(world.actor(name), child).items] == [WORDS]
        assert queries.note_opened(world.actor(name), note).text == WORDS
    for name in ("cleo", "zoe", "rana"):
        with pytest.raises(NotThere):
            queries.notes_opened(world.actor(name), child)
        with pytest.raises(NotThere):
            queries.note_opened(world.actor(name), note)


def test_a_hidden_child_and_an_absent_one_answer_alike(world, child):
    zoe = world.actor("zoe")
    for subject in (child, new_id()):
        with pytest.raises(NotThere):
            actions.add_note(by=zoe, subject_id=subject, text="x")
        with pytest.raises(NotThere):
            queries.notes_opened(zoe, subject)


def test_writing_needs_access_to_write(world, child):
    ilya = world.actor("ilya")
    with pytest.raises(Refused):
        actions.add_note(by=ilya, subject_id=child, text="x")
    world.grant(child, "ilya", ("register", "note"), "write")
    assert actions.add_note(by=ilya, subject_id=child, text="x")


def test_access_to_a_section_without_the_register_opens_nothing(world, child):
    world.grant(child, "zoe", ("note",), "write")
    zoe = world.actor("zoe")
    with pytest.raises(NotThere):
        actions.add_note(by=zoe, subject_id=child, text="x")
    with pytest.raises(NotThere):
        queries.subject_for(zoe, child, "note")
    world.grant(child, "zoe", ("register", "note"), "write")
    assert actions.add_note(by=zoe, subject_id=child, text="x")
    assert queries.subject_for(zoe, child, "note").may_write


def test_a_role_without_the_permission_is_refused_before_the_database(world, child):
    with pytest.raises(Refused):
        actions.add_note(by=world.actor("kofi"), subject_id=child, text="x")
    assert actions.add_note(by=world.actor("ben"), subject_id=child, text="x")


def test_a_blocked_agency_finds_nothing_though_it_held_access(world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    assert queries.note_opened(world.actor("ilya"), note)
    world.block(child, "lantern")
    with pytest.raises(NotThere):
        queries.note_opened(world.actor("ilya"), note)


def test_the_words_stand_nowhere_in_clear(world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="CANARY-WORDS")
    (row,) = world.rows("SELECT to_jsonb(n)::text, n.text FROM desk_note n WHERE id = %s", note)
    assert "CANARY" not in row[0]
    assert b"CANARY" not in bytes(row[1])
    assert not world.rows("SELECT 1 FROM audit.entry e WHERE to_jsonb(e)::text LIKE '%%CANARY%%'")


def test_each_reading_and_writing_is_logged(world, child, keeper):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    queries.notes_opened(world.actor("ben"), child)
    assert (world.ids["ama"], child, note, "", "done") in world.entries("NOTE_ADDED")
    assert (world.ids["ben"], child, None, "reads the notes", "done") in world.entries("KEEPER_OPENED")


def test_a_page_of_notes_is_opened_in_one_call_and_pages_do_not_overlap(world, child, keeper):
    for number in range(23):
        actions.add_note(by=world.actor("ama"), subject_id=child, text=str(number))
    first = queries.notes_opened(world.actor("ama"), child)
    assert keeper.calls == [20]
    assert (first.next_key != "", first.previous_key) == (True, "")
    second = queries.notes_opened(world.actor("ama"), child, after=first.next_key)
    assert [n.text for n in (*first.items, *second.items)] == [str(n) for n in range(22, -1, -1)]
    assert second.next_key == ""
    back = queries.notes_opened(world.actor("ama"), child, before=second.previous_key)
    assert back.items == first.items
    assert back.previous_key == ""
    for broken in ("rubbish", "1e400_x", "nan_" + str(new_id()), f"9e18_{new_id()}"):
        assert queries.notes_opened(world.actor("ama"), child, after=broken).items == first.items


def test_an_empty_page_asks_the_keeper_nothing(world, child, keeper):
    assert queries.notes_opened(world.actor("ama"), child).items == ()
    assert keeper.calls == []


def test_a_change_keeps_the_words_before_and_who_wrote_them(world, child):
    ama, ben = world.actor("ama"), world.actor("ben")
    note = actions.add_note(by=ama, subject_id=child, text="first")
    actions.edit_note(by=ben, note_id=note, version=1, text="second")
    actions.edit_note(by=ama, note_id=note, version=2, text="third")
    rows = queries.versions_opened(ama, note)
    assert [(r.version, r.text, r.changed_by or r.by) for r in rows] == [
        (3, "third", "Ama"), (2, "second", "Ben"), (1, "first", "Ama"),
    ]  # fmt: skip


def test_who_was_slower_sees_both_and_loses_nothing(world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="first")
    actions.edit_note(by=world.actor("ben"), note_id=note, version=1, text="theirs")
    with pytest.raises(Conflict) as conflict:
        actions.edit_note(by=world.actor("ama"), note_id=note, version=1, text="mine")
    assert (conflict.value.current, conflict.value.yours) == (2, "mine")
    assert queries.note_opened(world.actor("ama"), note).text == "theirs"
    actions.edit_note(by=world.actor("ama"), note_id=note, version=2, text="both")
    assert len(queries.versions_opened(world.actor("ama"), note)) == 3


def test_changing_needs_access_to_write_and_hides_what_is_hidden(world, child):
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="first")
    with pytest.raises(NotThere):
        actions.edit_note(by=world.actor("zoe"), note_id=note, version=1, text="x")
    with pytest.raises(Refused):
        actions.edit_note(by=world.actor("ilya"), note_id=note, version=1, text="x")
    assert actions.edit_note(by=world.actor("ama"), note_id=note, version=1, text="x") == note


def test_versions_are_only_ever_added(world, child, database):
    import psycopg

    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="first")
    actions.edit_note(by=world.actor("ama"), note_id=note, version=1, text="second")
    for sql in (
        "UPDATE desk_revision SET version = 9",
        "DELETE FROM desk_revision",
        "UPDATE desk_note SET subject_id = subject_id",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_as(world, "ama", sql)
    assert len(run_as(world, "ama", "SELECT 1 FROM desk_revision WHERE record = %s", note)) == 1


def test_a_repeated_sending_adds_one_note(world, child):
    key = str(new_id())
    first, again = (
        actions.add_note(by=world.actor("ama"), subject_id=child, text="x", key=key) for _ in "12"
    )
    assert first == again
    with pytest.raises(Conflict):
        actions.add_note(by=world.actor("ama"), subject_id=child, text="other", key=key)
    assert len(queries.notes_opened(world.actor("ama"), child).items) == 1


def test_a_panel_counts_without_opening(world, child, keeper):
    assert queries.notes_about(world.actor("ilya"), child).count == 0
    actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    about = queries.notes_about(world.actor("ilya"), child)
    assert (about.count, about.last_by) == (1, "Ama")
    assert queries.notes_about(world.actor("zoe"), child).count == 0
    assert keeper.calls == []
