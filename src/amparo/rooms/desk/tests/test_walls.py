"""Row security of every table of the desk, tried on the run-time login without any of the room's Python."""

from __future__ import annotations

import threading

import psycopg
import pytest

from amparo.foundation.errors import Conflict
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions, queries

from .facts import use_emergency
from .sql import run_as
from .test_attachments import add

pytestmark = pytest.mark.usefixtures("keeper")
# table -> who sees the planted row, beside Ama, whose child it is
SEEN_BY = {
    "desk_note": {"ben", "ilya"},
    "desk_task": {"ben"},
    "desk_attachment": {"ben"},
    "desk_attachmentchunk": {"ben"},
    "desk_revision": {"ben", "ilya"},
    "desk_clock": {"ben", "ilya", "kofi"},
    "desk_clockpause": {"ben", "ilya", "kofi"},
    "desk_draft": set(),
    "desk_notice": set(),
}
EVERYBODY = ("ama", "ben", "cleo", "dora", "hugo", "ilya", "zoe", "rana", "kofi", "nadia", "sol", "ines")


@pytest.fixture(scope="module")
def planted(world):
    """One child of Ama's with a row in each table; Ilya, of another agency, may read its notes."""
    child = world.child()
    world.grant(child, "ilya", ("register", "note"), "read")
    ama = world.actor("ama")
    note = actions.add_note(by=ama, subject_id=child, text="x")
    actions.edit_note(by=ama, note_id=note, version=1, text="y")
    actions.add_task(by=ama, subject_id=child, order=actions.TaskOrder("OTHER"))
    add(world, child)
    actions.save_draft(by=ama, form="note", subject_id=child, answers={"text": "x"})
    use_emergency(world, child, hours_ago=1)
    world.admin.execute("DELETE FROM desk_notice WHERE subject_id = %s AND person_id <> %s", [child, ama.id])
    world.admin.execute(
        "INSERT INTO desk_clockpause"
        " (id, subject_id, unit_id, section, clock_id, reason, begun_at, begun_by_id, ended_at)"
        " SELECT gen_random_uuid(), subject_id, unit_id, 'register', id, 'DISASTER', now(), %s, now()"
        " FROM desk_clock WHERE subject_id = %s",
        [ama.id, child],
    )
    return child


def seen(world, name, table, child):
    return len(run_as(world, name, f"SELECT 1 FROM {table} WHERE subject_id = %s", child))


@pytest.mark.parametrize("table", SEEN_BY)
def test_each_row_is_seen_by_those_who_may_and_by_nobody_else(world, planted, table):
    readers = SEEN_BY[table] | {"ama"}
    found = {name for name in EVERYBODY if seen(world, name, table, planted)}
    assert found == readers


@pytest.mark.parametrize("table", SEEN_BY)
def test_a_blocked_agency_sees_no_row_of_any_table(world, table):
    child = world.child()
    world.grant(child, "ilya", ("register", "note", "task", "attachment"), "read")
    note = actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    assert queries.note_opened(world.actor("ilya"), note)
    world.block(child, "lantern")
    assert seen(world, "ilya", table, child) == 0


@pytest.mark.parametrize("table", SEEN_BY)
def test_without_a_context_a_table_raises_and_is_never_empty(world, planted, table):
    from django.db import connection, transaction

    with pytest.raises(Exception, match="no context"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        ("desk_note", "text, version, written_by_id, written_at", "'\\x00', 1, sec.actor(), now()"),
        (
            "desk_task",
            "title, is_urgent, owner_id, made_by_id, made_at, version",
            "'OTHER', false, sec.actor(), sec.actor(), now(), 1",
        ),
        (
            "desk_revision",
            "record, field, version, written_by_id, written_at, replaced_by_id, replaced_at",
            "gen_random_uuid(), 'text', 1, sec.actor(), now(), sec.actor(), now()",
        ),
    ],
)
def test_a_row_is_added_only_where_one_may_write(world, planted, table, columns, values):
    section = table.removeprefix("desk_").replace("revision", "note")
    sql = (
        f"INSERT INTO {table} (id, subject_id, unit_id, section, {columns})"
        f" VALUES (gen_random_uuid(), %s, %s, '{section}', {values}) RETURNING 1"
    )
    unit = world.ids["river/team"]
    for name in ("cleo", "ilya", "zoe", "kofi", "ines"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_as(world, name, sql, planted, unit)
    assert run_as(world, "ama", sql, planted, unit) == [(1,)]
    with pytest.raises(
        psycopg.errors.ForeignKeyViolation
    ):  # a row never names a unit that is not the child's
        world.admin.execute(
            sql.replace("sec.actor()", "%s").replace(" RETURNING 1", ""),
            [planted, world.ids["lantern/team"], *[world.ids["ama"]] * values.count("sec.actor()")],
        )


def test_nobody_writes_a_notice_or_a_draft_for_another(world, planted):
    other = world.ids["ben"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_as(world, "ama", "INSERT INTO desk_notice (id, person_id, code, step, rings, at)"
               " VALUES (gen_random_uuid(), %s, 'ACCESS_GIVEN', 0, false, now())", other)  # fmt: skip
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_as(world, "ama", "UPDATE desk_notice SET code = 'ACCESS_GIVEN'")
    draft = (
        "INSERT INTO desk_draft (id, person_id, form, body, version, begun_at, saved_at, expires_at)"
        " VALUES (gen_random_uuid(), %s, %s, '\\x00', 1, now(), now(), now()) RETURNING 1"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_as(world, "ama", draft, other, "walls")
    assert run_as(world, "ama", draft, world.ids["ama"], "walls") == [(1,)]


def test_many_hands_on_one_note_lose_nothing(world):
    """Twelve people-turns in four threads: each success is one version, each other one a conflict that
    says so.
    """
    from django.db import connection

    child = world.child()
    people = [world.actor("ama"), world.actor("ben")] * 2
    note = actions.add_note(by=people[0], subject_id=child, text="0")
    results: list[str] = []

    def hand(actor, number):
        for turn in range(6):
            version = queries.note_row(actor, note).version
            try:
                actions.edit_note(by=actor, note_id=note, version=version, text=f"{number}/{turn}")
                results.append("kept")
            except Conflict:
                results.append("conflict")
        connection.close()

    threads = [threading.Thread(target=hand, args=(actor, n)) for n, actor in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = results.count("kept")
    assert len(results) == 24
    assert queries.note_row(people[0], note).version == kept + 1
    versions = [row.version for row in queries.versions_opened(people[0], note)]
    assert versions == list(range(kept + 1, 0, -1))


def test_a_file_that_moves_takes_its_rows_with_it(world):
    child = world.child()
    actions.add_note(by=world.actor("ama"), subject_id=child, text="x")
    assert seen(world, "ben", "desk_note", child) == 1
    world.admin.execute(
        "UPDATE access_subject SET unit_id = %s WHERE id = %s", [world.ids["lantern/team"], child]
    )
    assert seen(world, "ben", "desk_note", child) == 0
    assert seen(world, "rana", "desk_note", child) == 1
    assert seen(world, "ama", "desk_note", child) == 1  # by her own grant


def test_an_absent_note_is_not_there_for_whoever_asks(world):
    assert run_as(world, "ama", "SELECT 1 FROM desk_note WHERE id = %s", new_id()) == []
