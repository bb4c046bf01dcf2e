"""Retention: what is erased and when, what only asks, and that a second run changes nothing."""

from __future__ import annotations

import pytest

from amparo.foundation.errors import NotThere
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries

from .facts import told, use_emergency
from .test_attachments import PHOTO, add

pytestmark = pytest.mark.usefixtures("keeper")


@pytest.fixture
def child(world):
    return world.child()


CONTENT = (
    "desk_note",
    "desk_task",
    "desk_attachment",
    "desk_attachmentchunk",
    "desk_revision",
    "desk_clock",
    "desk_notice",
)


def full(world, retention):
    """A file with a row of every kind."""
    child = world.child(retention=retention)
    ama = world.actor("ama")
    note = actions.add_note(by=ama, subject_id=child, text="x")
    actions.edit_note(by=ama, note_id=note, version=1, text="y")
    actions.add_task(by=ama, subject_id=child, order=actions.TaskOrder("OTHER", owner=world.ids["ben"]))
    add(world, child, PHOTO)
    actions.save_draft(by=ama, form="note", subject_id=child, answers={"text": "x"})
    use_emergency(world, child, hours_ago=1)
    world.admin.execute("UPDATE access_subject SET shred_on = current_date WHERE id = %s", [child])
    return child, note


def counts(world, child):
    return [
        world.rows(f"SELECT count(*) FROM {t} WHERE subject_id = %s", child)[0][0]
        for t in (*CONTENT, "desk_draft")
    ]


def erase(world, as_login):
    with as_login("worker"):
        return actions.erase_due(by=world.system("retention"))


def test_a_file_whose_time_is_over_is_erased_with_its_keys_once(world, as_login):
    child, _ = full(world, "CONCERN_NOT_CONFIRMED")
    kept, _ = full(world, "CONCERN_NOT_CONFIRMED")
    world.admin.execute("UPDATE access_subject SET shred_on = current_date + 1 WHERE id = %s", [kept])
    before = counts(world, kept)
    assert all(counts(world, child))
    assert erase(world, as_login) == 1
    assert not any(counts(world, child))
    assert counts(world, kept) == before
    assert world.rows("SELECT DISTINCT wrapped FROM keeper.data_key WHERE holder = %s", child) == [(None,)]
    with pytest.raises(NotThere):
        queries.notes_opened(world.actor("ama"), child)
    assert [e[3] for e in world.entries("CONTENT_ERASED") if e[1] == child] == ["retention"]
    assert erase(world, as_login) == 0


@pytest.mark.parametrize("retention", ["CASE_FILE", "NO_SUCH_CLASS"])
def test_a_class_that_asks_is_never_erased_by_the_clock(world, as_login, retention):
    child, _ = full(world, retention)
    before = counts(world, child)
    for _ in "12":
        assert erase(world, as_login) == 0
    after = counts(world, child)
    assert after[:6] == before[:6]
    asked = [row for row in told(world, child) if row[1] == "RETENTION_DECISION"]
    assert asked == [("dora", "RETENTION_DECISION", 0, False, True)]
    world.admin.execute("UPDATE access_subject SET shred_on = NULL WHERE id = %s", [child])


def test_a_hold_set_at_the_last_moment_stops_the_erasure(world, as_login, monkeypatch):
    from amparo.rooms.desk.actions import nightly

    child, _ = full(world, "CONCERN_NOT_CONFIRMED")
    real = nightly._end_retention

    def held_meanwhile(by, subject):
        world.admin.execute("UPDATE access_subject SET hold = true WHERE id = %s", [subject])
        return real(by, subject)

    with monkeypatch.context() as patch:
        patch.setattr(nightly, "_end_retention", held_meanwhile)
        assert erase(world, as_login) == 0
    assert all(counts(world, child))
    assert erase(world, as_login) == 0  # held: not even looked at
    world.admin.execute("UPDATE access_subject SET hold = false WHERE id = %s", [child])
    assert erase(world, as_login) == 1


def test_spent_rows_go_and_fresh_ones_stay(world, child, as_login):
    ama = world.actor("ama")
    old = actions.save_draft(by=ama, form="note", subject_id=child, answers={"text": "x"})
    fresh = actions.save_draft(by=ama, form="task", subject_id=child, answers={"text": "x"})
    actions.add_note(by=ama, subject_id=child, text="x", key=str(new_id()))
    use_emergency(world, child, hours_ago=1)
    world.admin.execute("UPDATE desk_draft SET expires_at = now() WHERE id = %s", [old])
    world.admin.execute(
        "UPDATE desk_notice SET at = now() - interval '91 days' WHERE person_id = %s AND subject_id = %s",
        [world.ids["dora"], child],
    )
    world.admin.execute("UPDATE sec.idempotency SET at = now() - interval '31 days'")
    actions.add_note(by=ama, subject_id=child, text="x", key=str(new_id()))
    actions.save_draft(by=ama, form="note", subject_id=None, answers={"text": "x"})
    erase(world, as_login)
    assert fresh in [d.id for d in queries.drafts_of(ama)]
    assert old not in [row[0] for row in world.rows("SELECT id FROM desk_draft")]
    assert [
        row[0] for row in world.rows("SELECT person_id FROM desk_notice WHERE subject_id = %s", child)
    ] == [world.ids["ama"]]
    assert world.rows("SELECT count(*) FROM sec.idempotency WHERE at < now() - interval '30 days'") == [(0,)]
    assert world.rows("SELECT count(*) FROM sec.idempotency")[0][0] >= 1
