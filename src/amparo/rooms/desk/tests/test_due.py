"""Time limits against a slow reference that lives through every minute."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amparo.rooms.desk.due import Limit, Pause, due_at, last_day_of
from amparo.rooms.desk.rules.calendars import EVERY_DAY, Calendar, calendars
from amparo.rooms.desk.rules.clocks import Unit

MINUTE = dt.timedelta(minutes=1)
# Clocks that change at midnight (Beirut, Havana, Asunción, Nuuk), by half an hour (Lord Howe), at odd offsets
# (Kathmandu, Chatham), for Ramadan (Casablanca, El Aaiún), or never (Algiers).
ZONES = [
    "Asia/Beirut",
    "America/Havana",
    "America/Asuncion",
    "America/Nuuk",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Algiers",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Gaza",
    "America/Scoresbysund",
    "Antarctica/Troll",
]
starts = st.integers(1_546_300_800, 2_051_222_400).map(
    lambda t: dt.datetime.fromtimestamp(t, dt.UTC)
)  # 2019-34
units = st.sampled_from([Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS])
zones = st.sampled_from(ZONES).map(ZoneInfo)
calendar = st.sampled_from([*calendars().values(), EVERY_DAY])


def slowly(start: dt.datetime, limit: Limit, calendar: Calendar, zone: ZoneInfo) -> dt.datetime:
    """Looks at the wall clock once a minute, as a person would, and strikes off each day that has passed."""
    if limit.unit is Unit.HOURS:
        now, left = start, limit.amount * 60
        while left:
            now, left = now + MINUTE, left - 1
        return now
    now = start.replace(second=0, microsecond=0)
    today, left = now.astimezone(zone).date(), limit.amount
    counting_today = False  # the day of the event itself is not counted
    while True:
        now += MINUTE
        if now.astimezone(zone).date() <= today:
            continue
        left -= counting_today
        if not left:
            return now
        today = now.astimezone(zone).date()
        counting_today = limit.unit is Unit.DAYS or calendar.is_working(today)


@settings(max_examples=150, deadline=None)
@given(starts, st.integers(1, 6), units, calendar, zones)
@example(dt.datetime(2027, 3, 26, 10, tzinfo=dt.UTC), 1, Unit.DAYS, EVERY_DAY, ZoneInfo("Asia/Beirut"))
@example(dt.datetime(2026, 10, 31, 3, tzinfo=dt.UTC), 1, Unit.DAYS, EVERY_DAY, ZoneInfo("America/Havana"))
@example(dt.datetime(2023, 9, 2, 3, tzinfo=dt.UTC), 1, Unit.DAYS, EVERY_DAY, ZoneInfo("America/Asuncion"))
def test_due_at_agrees_with_a_clock_read_every_minute(start, amount, unit, calendar, zone):
    limit = Limit(amount, unit)
    assert due_at(start, limit, calendar, zone) == slowly(start, limit, calendar, zone)


@settings(max_examples=300, deadline=None)
@given(starts, st.integers(1, 60), units, calendar, zones)
def test_a_longer_limit_and_a_later_start_never_fall_due_earlier(start, amount, unit, calendar, zone):
    due = due_at(start, Limit(amount, unit), calendar, zone)
    assert due > start
    assert due_at(start, Limit(amount + 1, unit), calendar, zone) > due
    assert due_at(start + dt.timedelta(hours=5), Limit(amount, unit), calendar, zone) >= due


@settings(max_examples=200, deadline=None)
@given(starts, st.integers(1, 20), calendar, zones)
def test_working_days_end_with_a_working_day_and_are_counted_to_the_day(start, amount, calendar, zone):
    due = due_at(start, Limit(amount, Unit.WORKING_DAYS), calendar, zone)
    first, last = start.astimezone(zone).date(), last_day_of(due, zone)
    between = [first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert calendar.is_working(last)
    assert sum(map(calendar.is_working, between)) == amount


def at(text: str, zone: str = "UTC") -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("country", "start", "days", "last"),
    [
        ("QM", "2026-11-27T23:59", 1, "2026-11-30"),  # a Friday night; Saturday and Sunday do not count
        ("QN", "2026-11-26T09:00", 1, "2026-11-29"),  # Thursday; Friday and Saturday are off
        ("QO", "2026-11-28T09:00", 1, "2026-11-30"),  # Saturday is worked there, Sunday is not
        ("QP", "2026-11-25T09:00", 1, "2026-11-28"),  # Thursday and Friday are off
        ("QM", "2026-12-18T09:00", 1, "2026-12-19"),  # a Saturday worked in exchange
        ("QM", "2026-12-23T09:00", 1, "2026-12-25"),  # for the bridge day after it
        ("QN", "2026-03-19T09:00", 1, "2026-03-23"),  # three days of feast
    ],
)
def test_working_days_by_country(country, start, days, last):
    zone = ZoneInfo("Africa/Cairo")
    due = due_at(at(start, "Africa/Cairo"), Limit(days, Unit.WORKING_DAYS), calendars()[country], zone)
    assert last_day_of(due, zone) == dt.date.fromisoformat(last)


def test_24_clock_hours_are_24_hours_in_a_night_of_25():
    berlin = ZoneInfo("Europe/Berlin")
    due = due_at(at("2026-10-24T20:00", "Europe/Berlin"), Limit(24, Unit.HOURS), EVERY_DAY, berlin)
    assert due.astimezone(berlin) == at("2026-10-25T19:00", "Europe/Berlin")


def test_a_pause_gives_its_hours_back():
    pause = Pause(at("2026-05-04T10:00"), at("2026-05-05T16:00"))
    due = due_at(at("2026-05-04T08:00"), Limit(24, Unit.HOURS), EVERY_DAY, ZoneInfo("UTC"), [pause])
    assert due == at("2026-05-06T14:00")


@pytest.mark.parametrize(
    ("begun", "ended", "last"),
    [
        ("2026-05-05T10:00", "2026-05-05T16:00", "2026-05-06"),  # within one day: nothing is given back
        ("2026-05-05T10:00", "2026-05-06T09:00", "2026-05-07"),  # over one night: that day
        ("2026-05-08T10:00", "2026-05-11T09:00", "2026-05-06"),  # after the end: nothing
        ("2026-05-05T10:00", "2026-05-11T09:00", "2026-05-12"),  # over a weekend: only the days that count
    ],
)
def test_a_pause_gives_back_the_days_whose_end_it_covered(begun, ended, last):
    zone = ZoneInfo("UTC")
    pause = Pause(at(begun), at(ended))
    due = due_at(at("2026-05-04T08:00"), Limit(2, Unit.WORKING_DAYS), calendars()["QM"], zone, [pause])
    assert last_day_of(due, zone) == dt.date.fromisoformat(last)


def test_a_start_without_a_zone_is_refused_and_one_with_a_zone_is_taken():
    naive = dt.datetime(2026, 5, 4, 8)  # noqa: DTZ001 – what is tested
    with pytest.raises(ValueError, match="without a time zone"):
        due_at(naive, Limit(1, Unit.HOURS), EVERY_DAY, ZoneInfo("UTC"))
    assert due_at(naive.replace(tzinfo=dt.UTC), Limit(1, Unit.HOURS), EVERY_DAY, ZoneInfo("UTC"))


@pytest.mark.parametrize(("amount", "unit"), [(0, Unit.HOURS), (-1, Unit.DAYS), (3, Unit.GIVEN)])
def test_a_limit_that_cannot_be_counted_is_refused(amount, unit):
    with pytest.raises(ValueError, match="no limit"):
        Limit(amount, unit)
