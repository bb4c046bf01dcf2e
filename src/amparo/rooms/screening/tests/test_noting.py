"""Noting signs: kept sealed, read by the section's readers only, said in words, and asked for again with a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from amparo.foundation.errors import KeeperAway, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.keeper import seal
from amparo.rooms.screening import actions, loading, queries
from amparo.rooms.screening.definitions import Answer
from amparo.rooms.screening.engine import Outcome

pytestmark = pytest.mark.usefixtures("keeper")
REASON = "a neighbour told us more"


def noted(world, child, who="ama", **more):
    wanted = {"instrument": "begging", "version": 1, "answers": {"collects": "seen"}} | more
    return actions.note_signs(by=world.actor(who), subject_id=child, **wanted)


def test_what_was_noted_is_read_back_and_stands_in_the_log_without_a_word_of_it(world):
    child = world.child()
    row = noted(world, child, answers={"collects": "seen", "amount": "not_seen", "moved": "could_not_see"})
    found = queries.screening_opened(world.actor("ama"), row)
    assert found.document.outcome is Outcome.SIGNS_NOTED
    assert found.document.answers["collects"] is Answer.SEEN
    assert found.document.answers["amount"] is Answer.NOT_SEEN
    assert found.document.answers["watched"] is Answer.COULD_NOT_SEE  # never sent, never "not there"
    assert (found.row.name, found.row.version, found.row.paper_on) == ("begging", 1, None)
    entry = (world.ids["ama"], child, row, "", "done")
    assert entry in world.entries("OBSERVATION_NOTED")
    told = world.rows("SELECT coalesce(detail::text, '') FROM audit.entry WHERE record_id = %s", row)
    assert "begging" not in str(told)
    assert "seen" not in str(told)


def test_the_table_tells_instrument_time_and_writer_and_nothing_of_the_answers(world):
    child = world.child()
    row = noted(world, child)
    [(columns,)] = world.rows("SELECT to_jsonb(s) FROM screening_screening s WHERE id = %s", row)
    assert set(columns) == {
        "id", "subject_id", "unit_id", "section", "instrument", "instrument_version", "noted_by_id", "noted_at",
        "paper_on", "sealed",
    }  # fmt: skip
    sealed = bytes.fromhex(columns["sealed"].removeprefix("\\x"))
    assert b"collects" not in sealed
    assert b"signs" not in sealed


@pytest.mark.parametrize("who", ["zoe", "cleo"])
def test_whoever_has_no_access_finds_nothing_and_may_note_nothing(world, who):
    child = world.child()
    row = noted(world, child)
    for ask in (
        lambda: queries.screening_for(world.actor(who), row),
        lambda: queries.screenings_of(world.actor(who), child),
        lambda: noted(world, child, who),
    ):
        with pytest.raises(NotThere):
            ask()
    assert queries.screening_for(world.actor("ama"), row).id == row


def test_a_reader_of_the_section_reads_and_may_not_note(world):
    child = world.child()
    row = noted(world, child)
    world.grant(child, "ilya", ("register", "screening"), "read")
    assert queries.screening_opened(world.actor("ilya"), row).row.id == row
    with pytest.raises(Refused, match="read_only"):
        noted(world, child, "ilya")


def test_a_grant_for_notes_does_not_reach_what_was_noted_with_a_guide(world):
    child = world.child()
    row = noted(world, child)
    world.grant(child, "ilya", ("register", "note", "task"), "write")
    with pytest.raises(NotThere):
        queries.screening_for(world.actor("ilya"), row)


@pytest.mark.parametrize("who", ["dora", "hugo", "kofi", "nadia", "sol", "ines"])
def test_roles_without_the_permission_are_refused(world, who):
    child = world.child()
    world.grant(child, who, ("register", "screening"), "write")
    with pytest.raises(Refused, match="permission"):
        noted(world, child, who)
    assert noted(world, child)


def test_again_needs_a_reason_and_another_guide_does_not(world):
    child = world.child()
    noted(world, child)
    for reason in ("", "again", "         "):
        with pytest.raises(Refused, match="again_needs_reason"):
            noted(world, child, reason=reason)
    again = noted(world, child, reason=f"  {REASON} ")
    assert queries.screening_opened(world.actor("ama"), again).document.reason == REASON
    assert noted(world, child, instrument="labour", answers={"tired": "seen"})
    was, answers = queries.last_opened(world.actor("ama"), child, "begging")
    assert was
    assert answers["collects"] is Answer.SEEN
    assert queries.last_opened(world.actor("ama"), child, "online") == (False, {})


def test_the_server_keeps_to_the_skip_logic(world):
    child = world.child()
    for answers in ({"amount": "seen"}, {"collects": "not_seen", "amount": "not_seen"}, {"nowhere": "seen"}):
        with pytest.raises(Refused, match="not_asked"):
            noted(world, child, answers=answers)
    with pytest.raises(Refused, match="unknown_answer"):
        noted(world, child, answers={"collects": "perhaps"})
    assert noted(world, child, answers={"collects": "seen", "amount": "seen"})


def test_unknown_instruments_and_versions_are_refused_and_a_paper_keeps_its_own_version(world, monkeypatch):
    child = world.child()
    with pytest.raises(NotThere):
        noted(world, child, instrument="palmistry")
    with pytest.raises(Refused, match="old_version"):
        noted(world, child, version=2)
    first = loading.current("begging")
    newer = dataclasses.replace(first, version=2, groups=first.groups[1:])
    both = {**loading.instruments(), "begging": (first, newer)}
    monkeypatch.setattr(loading, "instruments", lambda: both)
    with pytest.raises(Refused, match="old_version"):
        noted(world, child, answers={"weather": "seen"})
    day = dt.date(2026, 5, 3)
    row = noted(world, child, answers={"weather": "seen"}, paper_on=day)
    found = queries.screening_opened(world.actor("ama"), row)
    assert (found.row.version, found.row.paper_on) == (1, day)
    assert "weather" in {item.id for item in found.instrument.items}  # read with the words it was made with


def test_sent_twice_it_is_noted_once(world):
    child, key = world.child(), str(new_id())
    assert noted(world, child, key=key) == noted(world, child, key=key)
    assert len(queries.screenings_of(world.actor("ama"), child).items) == 1


def test_noting_changes_nothing_else(world):
    """No task, no time limit, no notice: a screening is a condition for nothing and starts nothing."""
    child = world.child()
    tables = ("desk_task", "desk_clock", "desk_notice", "access_grant", "desk_note")
    before = [world.rows(f"SELECT count(*) FROM {t} WHERE subject_id = %s", child) for t in tables]
    subject = world.rows("SELECT to_jsonb(s) FROM access_subject s WHERE id = %s", child)
    noted(world, child)
    noted(world, child, instrument="criminal", answers={"carries": "seen"})
    assert [world.rows(f"SELECT count(*) FROM {t} WHERE subject_id = %s", child) for t in tables] == before
    assert world.rows("SELECT to_jsonb(s) FROM access_subject s WHERE id = %s", child) == subject


def test_a_keeper_that_is_away_stops_the_reading_and_not_the_noting(world, keeper):
    child = world.child()
    keeper.is_away = True
    row = noted(world, child)
    with pytest.raises(KeeperAway):
        queries.screening_opened(world.actor("ama"), row)
    assert queries.noted_about(world.actor("ama"), child).id == row
    keeper.is_away = False
    assert queries.screening_opened(world.actor("ama"), row).document.outcome is Outcome.SIGNS_NOTED


def test_erasing_a_file_forgets_that_anything_was_noted(world):
    child, other = world.child(), world.child()
    noted(world, child)
    noted(world, other)
    world.admin.execute("UPDATE access_subject SET shredded_at = now() WHERE id = %s", [child])
    count = "SELECT count(*) FROM screening_screening WHERE subject_id = %s"
    assert world.rows(count, child) == [(0,)]
    assert world.rows(count, other) == [(1,)]


def test_pages_of_a_long_list_go_by_key(world):
    child = world.child()
    noted(world, child)
    for n in range(20):
        noted(world, child, reason=f"{REASON} {n}")
    first = queries.screenings_opened(world.actor("ama"), child)
    rest = queries.screenings_opened(world.actor("ama"), child, after=first.next_key)
    assert (len(first.items), len(rest.items)) == (20, 1)
    assert {n.row.id for n in first.items}.isdisjoint({n.row.id for n in rest.items})


def test_a_sealed_document_cannot_be_read_as_another_childs(world):
    one, other = world.child(), world.child()
    row = noted(world, one)
    moved = noted(world, other)
    world.admin.execute(
        "UPDATE screening_screening SET sealed = (SELECT sealed FROM screening_screening WHERE id = %s)"
        " WHERE id = %s", [row, moved],
    )  # fmt: skip
    with pytest.raises(seal.CannotOpen):
        queries.screening_opened(world.actor("ama"), moved)
    assert queries.screening_opened(world.actor("ama"), row)
