"""Every limit of `clocks.yaml`, tried at fixed instants: midnight, weekend, time zones, and the nights the clock jumps."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from amparo.foundation.acts import action, log
from amparo.rooms.desk import actions as desk
from amparo.rooms.desk.due import Limit, due_at
from amparo.rooms.desk.rules.calendars import calendar_for
from amparo.rooms.desk.rules.clocks import Unit, load_clocks

from . import duty_world

RULES = load_clocks((duty_world.HERE / "clocks.yaml",))
CAIRO, KATHMANDU, SAO_PAULO = (
    ZoneInfo("Africa/Cairo"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("America/Sao_Paulo"),
)
LENGTHS = {
    "CONCERN_TAKEN_UP_NOW": ("minutes", 10), "CONCERN_TAKEN_UP_TODAY": ("hours", 4),
    "CONCERN_TAKEN_UP_DAYS": ("working_days", 2), "CONCERN_DECIDED_NOW": ("hours", 24),
    "CONCERN_DECIDED_TODAY": ("hours", 72), "CONCERN_DECIDED_DAYS": ("days", 7), "HEALTH_REFERRAL": ("hours", 1),
    "HEALTH_WINDOW_72": ("hours", 72), "HEALTH_WINDOW_120": ("hours", 120), "SAFETY_CALL": ("minutes", 15),
}  # fmt: skip
# Cairo in 2026: the clock jumps from 00:00 to 01:00 on Friday 24 April, and back at the end of Thursday 29 October.
# code, zone, calendar, when it came in (local), when it is too late (local)
TABLE = [
    ("CONCERN_TAKEN_UP_NOW", CAIRO, "QM", "2026-11-24 23:55", "2026-11-25 00:05"),  # over midnight
    ("CONCERN_TAKEN_UP_NOW", CAIRO, "QM", "2026-04-23 23:55", "2026-04-24 01:05"),  # 00:00 does not exist
    ("CONCERN_TAKEN_UP_NOW", KATHMANDU, "QN", "2026-12-31 23:59", "2027-01-01 00:09"),  # over the year
    ("CONCERN_TAKEN_UP_TODAY", CAIRO, "QM", "2026-04-23 22:00", "2026-04-24 03:00"),  # a night of 23 hours
    ("CONCERN_TAKEN_UP_TODAY", CAIRO, "QM", "2026-11-28 23:00", "2026-11-29 03:00"),  # a Saturday counts
    ("CONCERN_TAKEN_UP_DAYS", CAIRO, "QM", "2026-11-27 23:30", "2026-12-02 00:00"),  # Friday: Monday, Tuesday
    ("CONCERN_TAKEN_UP_DAYS", CAIRO, "QM", "2026-11-28 10:00", "2026-12-02 00:00"),  # Saturday is not counted
    ("CONCERN_TAKEN_UP_DAYS", CAIRO, "QM", "2026-11-24 00:00", "2026-11-27 00:00"),  # at midnight, the day that begins
    ("CONCERN_TAKEN_UP_DAYS", KATHMANDU, "QN", "2026-11-27 10:00", "2026-12-01 00:00"),  # Saturday off, Sunday works
    ("CONCERN_DECIDED_NOW", CAIRO, "QM", "2026-04-23 12:00", "2026-04-24 13:00"),  # 24 hours, not the next noon
    ("CONCERN_DECIDED_NOW", CAIRO, "QM", "2026-10-29 12:00", "2026-10-30 11:00"),  # a night of 25 hours
    ("CONCERN_DECIDED_TODAY", CAIRO, "QM", "2026-10-28 09:00", "2026-10-31 08:00"),
    ("CONCERN_DECIDED_TODAY", SAO_PAULO, "QO", "2026-11-27 18:00", "2026-11-30 18:00"),  # over a weekend
    ("CONCERN_DECIDED_DAYS", CAIRO, "QM", "2026-04-20 15:00", "2026-04-28 00:00"),  # days end where people live
    ("CONCERN_DECIDED_DAYS", CAIRO, "QM", "2026-10-29 23:59", "2026-11-06 00:00"),
    ("CONCERN_DECIDED_DAYS", KATHMANDU, "QN", "2026-12-28 08:00", "2027-01-05 00:00"),
    ("HEALTH_REFERRAL", CAIRO, "QM", "2026-04-23 23:30", "2026-04-24 01:30"),
    ("HEALTH_WINDOW_72", CAIRO, "QM", "2026-04-22 20:00", "2026-04-25 21:00"),
    ("HEALTH_WINDOW_72", KATHMANDU, "QN", "2026-12-30 12:00", "2027-01-02 12:00"),
    ("HEALTH_WINDOW_120", CAIRO, "QM", "2026-10-27 20:00", "2026-11-01 19:00"),
    ("SAFETY_CALL", CAIRO, "QM", "2026-11-28 23:50", "2026-11-29 00:05"),
]  # fmt: skip


def local(text: str, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


def test_the_table_tries_every_limit_and_each_has_the_length_that_was_agreed():
    assert {code for code, *_ in TABLE} == set(RULES) == set(LENGTHS)
    assert {code: (rule.unit.value, rule.limit) for code, rule in RULES.items()} == LENGTHS


def test_every_limit_protects_never_pauses_and_says_that_its_figure_is_unconfirmed():
    assert [code for code, rule in RULES.items() if rule.may_pause or not rule.is_protection] == []
    assert [code for code, rule in RULES.items() if rule.is_confirmed] == []


@pytest.mark.parametrize(("code", "zone", "calendar", "came", "late"), TABLE)
def test_it_is_too_late_at(code, zone, calendar, came, late):
    rule = RULES[code]
    found = due_at(local(came, zone), Limit(rule.limit or 0, rule.unit), calendar_for(calendar), zone)
    assert found.astimezone(zone).strftime("%Y-%m-%d %H:%M") == late
    assert found == local(late, zone)


def test_the_nights_of_the_table_do_jump():
    """Should a country change its mind, the table says so here and not somewhere in the middle."""
    assert _noon_to_noon("2026-04-23") == dt.timedelta(hours=23)
    assert _noon_to_noon("2026-10-29") == dt.timedelta(hours=25)
    assert _noon_to_noon("2026-11-24") == dt.timedelta(hours=24)


def _noon_to_noon(day: str) -> dt.timedelta:
    noon = dt.datetime.fromisoformat(f"{day} 12:00")
    start, end = (x.replace(tzinfo=CAIRO).astimezone(dt.UTC) for x in (noon, noon + dt.timedelta(days=1)))
    return end - start


@action(None)
def happens(*, by, fact, subject, record, at):
    desk.fact_happened(fact=fact, subject_id=subject, record=record, at=at)
    log("TEST_FACT", subject=subject)


@pytest.mark.parametrize("urgency", ["now", "today", "days"])
def test_limits_run_from_receipt_in_the_zone_of_the_answering_desk(world, as_login, urgency):
    """A paper of Friday night, typed in on Monday: the time that has gone has gone."""
    from amparo.rooms.concerns.actions import note_received

    harbour = duty_world.build(world)
    friday = local("2026-11-20 23:30", CAIRO)
    subject = duty_world.concern(harbour, at=friday, urgency=urgency, entered_at=dt.datetime.now(dt.UTC))
    with as_login("worker"):
        note_received(
            by=harbour.system("intake"), concern_id=duty_world.id_of(harbour, subject), subject_id=subject
        )
    rows = dict(harbour.rows("SELECT code, due_at FROM desk_clock WHERE subject_id = %s", subject))
    assert set(rows) == {f"CONCERN_TAKEN_UP_{urgency.upper()}", f"CONCERN_DECIDED_{urgency.upper()}"}
    for code, due in rows.items():
        rule = RULES[code]
        assert due == due_at(friday, Limit(rule.limit or 0, rule.unit), calendar_for("QM"), CAIRO)


def test_each_limit_stops_with_its_fact_and_no_other(world):
    harbour = duty_world.build(world)
    dina = harbour.actor("dina")
    for rule in RULES.values():
        subject = duty_world.concern(harbour, at=dt.datetime.now(dt.UTC), urgency="days")
        record = duty_world.id_of(harbour, subject)
        now = dt.datetime.now(dt.UTC)
        happens(by=dina, fact=rule.starts, subject=subject, record=record, at=now)
        others = {f for other in RULES.values() for f in other.stops} - set(rule.stops)
        for fact in others:
            happens(by=dina, fact=fact, subject=subject, record=record, at=now)
        running = "SELECT count(*) FROM desk_clock WHERE subject_id = %s AND code = %s AND stopped_at IS NULL"
        assert harbour.rows(running, subject, rule.code) == [(1,)], rule.code
        for fact in rule.stops[:1]:
            happens(by=dina, fact=fact, subject=subject, record=record, at=now)
        assert harbour.rows(running, subject, rule.code) == [(0,)], rule.code


def test_minutes_are_elapsed_time_and_days_are_no_length():
    assert RULES["SAFETY_CALL"].elapsed == dt.timedelta(minutes=15)
    assert RULES["HEALTH_REFERRAL"].elapsed == dt.timedelta(hours=1)
    with pytest.raises(ValueError, match="ask due_at"):
        _ = RULES["CONCERN_DECIDED_DAYS"].elapsed
    assert Unit("minutes") is Unit.MINUTES
