"""The rota: empty slots as an alarm, true hours, and counting them."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.rooms.concerns import actions, queries
from amparo.rooms.concerns.paging_rules import load_paging
from amparo.rooms.concerns.queries.on_duty import merged, uncovered
from amparo.rooms.desk.rules.strict import RuleError

from . import duty_world

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
T = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@pytest.fixture
def harbour(world):
    it = duty_world.build(world)
    duty_world.no_rota(it)
    it.admin.execute("DELETE FROM desk_notice WHERE code = 'ROTA_HOLE'")
    return it


@pytest.mark.parametrize(
    ("covered", "holes"),
    [
        ([], [(0, 24)]),
        ([(0, 24)], []),
        ([(-5, 30)], []),
        ([(2, 4), (3, 9)], [(0, 2), (9, 24)]),
        ([(9, 24), (0, 8)], [(8, 9)]),
        ([(0, 12), (12, 24)], []),
        ([(30, 40)], [(0, 24)]),
        ([(-9, -2), (1, 2), (1, 6)], [(0, 1), (6, 24)]),
    ],
)
def test_stretches_in_which_nobody_stands(covered, holes):
    spans = [(T + a * HOUR, T + b * HOUR) for a, b in covered]
    found = uncovered((T, T + DAY), spans)
    assert [((a - T) / HOUR, (b - T) / HOUR) for a, b in found] == holes
    assert [(a, b) for a, b in merged(spans)] == [(a, b) for a, b in merged(list(reversed(spans)))]


def filled(world, days=8):
    """Three places, around the clock, in shifts of twelve hours."""
    start = dt.datetime.now(dt.UTC) - HOUR
    for n in range(days * 2):
        for order, name in enumerate(("dina", "omar", "dara"), start=1):
            duty_world.shift(world, name, order, start + n * 12 * HOUR, start + (n + 1) * 12 * HOUR)


def told(world):
    names = {v: k for k, v in world.ids.items()}
    rows = world.rows("SELECT person_id, record FROM desk_notice WHERE code = 'ROTA_HOLE'")
    return {names[p] for p, unit in rows if unit == world.ids["harbour/team"]}


def look(world, as_login):
    with as_login("worker"):
        return actions.watch_rota(by=world.system("duty"))


def test_a_full_week_alarms_nobody_and_an_empty_slot_the_supervisor_and_the_administrator(harbour, as_login):
    filled(harbour)
    look(harbour, as_login)
    assert told(harbour) == set()
    assert queries.rota_holes(harbour.actor("sana")) == ()
    third = harbour.rows('SELECT id FROM access_shift WHERE "order" = 3 ORDER BY from_at OFFSET 5 LIMIT 1')[
        0
    ][0]
    actions.end_shift(by=harbour.actor("sana"), shift_id=third)
    look(harbour, as_login)
    assert told(harbour) == {"sana", "hadi"}
    assert {hole.place for hole in queries.rota_holes(harbour.actor("hadi"))} == {"last"}
    assert look(harbour, as_login) == 0  # said once for each unit and day


def test_the_shift_of_somebody_who_left_is_an_empty_slot(harbour, as_login):
    filled(harbour)
    harbour.admin.execute("UPDATE access_person SET is_active = false WHERE id = %s", [harbour.ids["omar"]])
    try:
        assert {hole.place for hole in queries.rota_holes(harbour.actor("sana"))} == {"second"}
        look(harbour, as_login)
        assert told(harbour) == {"sana", "hadi"}
    finally:
        harbour.admin.execute(
            "UPDATE access_person SET is_active = true WHERE id = %s", [harbour.ids["omar"]]
        )


def test_somebody_who_may_not_answer_fills_no_slot(harbour):
    duty_world.shift(harbour, "tom", 1, dt.datetime.now(dt.UTC) - HOUR, dt.datetime.now(dt.UTC) + 9 * DAY)
    assert "first" in {hole.place for hole in queries.rota_holes(harbour.actor("sana"))}


def test_the_public_hears_the_true_hours_and_no_name(harbour, login):
    begin = dt.datetime.now(dt.UTC) + 2 * HOUR
    duty_world.shift(harbour, "dina", 1, begin, begin + 8 * HOUR)
    duty_world.shift(harbour, "omar", 2, begin + 4 * HOUR, begin + 12 * HOUR)
    (hours,) = queries.open_hours(harbour.actor("ama"), "QM0101")
    assert (hours.from_at, hours.until_at) == (begin, begin + 12 * HOUR)
    public = login("public")
    rows = public.execute("SELECT * FROM intake.hours('QM0101', 7)").fetchall()
    assert [(a, b) for a, b, _ in rows] == [(begin, begin + 8 * HOUR), (begin + 4 * HOUR, begin + 12 * HOUR)]
    assert {zone for *_, zone in rows} == {"Africa/Cairo"}
    assert (
        public.execute("SELECT * FROM intake.hours('QM02', 7)").fetchall() == []
    )  # another desk, nobody planned


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("pages: {now: 0", "pages: {later: 0"), "unknown key"),
        (("pages: {now: 0, today: 240}", "pages: {today: 240}"), "must call somebody"),
        (("call: first", "call: frist"), "frist"),
        (("pause_minutes: [5, 10, 15]", "pause_minutes: []"), "whole minutes"),
        (("today: 240", "today: soon"), "whole number"),
        (("places: [first, second, last]", "places: [fourth]"), "fourth"),
        (("version: 1", "version: 2"), "version 1"),
    ],
)
def test_a_file_that_cannot_be_understood_stops_the_start(tmp_path, change, words):
    text = (duty_world.HERE / "paging.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "paging.yaml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RuleError, match=words):
        load_paging(tmp_path / "paging.yaml")
