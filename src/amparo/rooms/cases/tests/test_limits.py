"""Every time limit of a case at a frozen time: over midnight, weekends, zones and changes of the clocks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from amparo.rooms import cases
from amparo.rooms.cases import actions
from amparo.rooms.desk.due import Limit, due_at
from amparo.rooms.desk.rules.calendars import calendar_for
from amparo.rooms.desk.rules.clocks import Unit, clock_rules, load_clocks

RULES = load_clocks((Path(cases.__file__).parent / "clocks.yaml",))


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# 2026-11-20 is a Friday. QM's week ends on Saturday and Sunday; its office in Cairo is two hours east of UTC in winter.
TABLE = [
    # rule, started (UTC), zone, calendar, first instant that is too late (UTC)
    ("FIRST_CONTACT_HIGH", "2026-11-20T23:30", "Africa/Cairo", "QM", "2026-11-21T23:30"),  # over midnight
    ("FIRST_CONTACT_HIGH", "2026-11-21T10:00", "Africa/Cairo", "QM", "2026-11-22T10:00"),  # a weekend gives nothing
    ("FIRST_CONTACT_HIGH", "2026-03-28T12:00", "Europe/Berlin", "QM", "2026-03-29T12:00"),  # a day of 23 hours
    ("FIRST_CONTACT_HIGH", "2026-10-24T12:00", "Europe/Berlin", "QM", "2026-10-25T12:00"),  # a day of 25 hours
    ("FIRST_CONTACT_MEDIUM", "2026-11-20T16:00", "Africa/Cairo", "QM", "2026-11-23T16:00"),
    ("FIRST_CONTACT_MEDIUM", "2026-12-30T16:00", "Asia/Kathmandu", "QN", "2027-01-02T16:00"),  # over the year's end
    ("FIRST_CONTACT_LOW", "2026-11-20T08:00", "UTC", "QM", "2026-11-28T00:00"),  # to the end of next Friday
    ("FIRST_CONTACT_LOW", "2026-11-20T23:30", "Africa/Cairo", "QM", "2026-11-27T22:00"),  # there it is Saturday already
    ("GUARDIAN_REQUEST", "2026-11-20T23:30", "UTC", "QM", "2026-11-21T00:30"),
    ("GUARDIAN_APPOINTMENT", "2026-11-20T08:00", "Africa/Cairo", "QM", "2026-12-10T22:00"),  # last day 10 December there
    ("GUARDIAN_APPOINTMENT", "2026-03-20T08:00", "Europe/Berlin", "QM", "2026-04-09T22:00"),  # summer time began meanwhile
    ("INTERIM_ADULT", "2026-11-21T22:00", "Asia/Kathmandu", "QN", "2026-11-22T22:00"),
    ("UNFIT_PLACE", "2026-11-21T23:59", "America/La_Paz", "QO", "2026-11-22T23:59"),
    ("NIGHT_CONFIRMED", "2026-10-24T22:00", "Europe/Berlin", "QM", "2026-10-25T10:00"),  # the long night changes nothing
    ("HAND_OVER_ANSWER", "2026-11-20T15:00", "Africa/Cairo", "QM", "2026-11-23T22:00"),  # Friday: to the end of Monday
    ("HAND_OVER_ANSWER", "2026-11-23T15:00", "Pacific/Kiritimati", "QM", "2026-11-25T10:00"),  # Tuesday there
]  # fmt: skip


@pytest.mark.parametrize(("code", "start", "zone", "calendar", "due"), TABLE)
def test_limit_ends_when_it_must(code, start, zone, calendar, due):
    rule = RULES[code]
    found = due_at(utc(start), Limit(rule.limit, rule.unit), calendar_for(calendar), ZoneInfo(zone))
    assert found == utc(due)


def test_every_counted_limit_of_this_room_stands_in_the_table():
    counted = {code for code, rule in RULES.items() if rule.unit is not Unit.GIVEN}
    assert counted == {row[0] for row in TABLE}


def test_the_desk_knows_this_rooms_limits_and_none_of_them_pauses():
    assert set(RULES) <= set(clock_rules())
    assert [code for code, rule in RULES.items() if rule.may_pause or not rule.is_protection] == []


def test_response_times_grow_with_less_risk_and_only_sourced_ones_count_as_confirmed():
    assert {c for c, rule in RULES.items() if rule.is_confirmed} == {
        "FIRST_CONTACT_HIGH", "FIRST_CONTACT_MEDIUM", "FIRST_CONTACT_LOW", "INTERIM_ADULT_ENDS",
    }  # fmt: skip
    assert (RULES["FIRST_CONTACT_HIGH"].limit, RULES["FIRST_CONTACT_MEDIUM"].limit) == (24, 72)


def running(world, subject):
    return dict(
        world.rows(
            "SELECT code, started_at FROM desk_clock WHERE subject_id = %s AND stopped_at IS NULL", subject
        )
    )


@pytest.mark.usefixtures("people", "keeper", "sent")
class TestFacts:
    """What starts and stops them, in the database."""

    def test_seen_stops_the_first_contact_and_risk_later_starts_none(self, world, opening):
        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening())
        actions.child_seen(by=ama, subject_id=subject)
        assert "FIRST_CONTACT_HIGH" not in running(world, subject)
        actions.change_risk(
            by=ama, subject_id=subject, level="medium", reasons="safe for now, debt open", version=2
        )
        assert not any(code.startswith("FIRST_CONTACT") for code in running(world, subject))

    @pytest.mark.parametrize(
        ("first", "then", "counts_from_opening"), [("high", "low", True), ("low", "high", False)]
    )
    def test_changed_risk_changes_the_limit(self, world, opening, first, then, counts_from_opening):
        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening(risk=first))
        opened_at = world.rows("SELECT opened_at FROM cases_case WHERE subject_id = %s", subject)[0][0]
        actions.change_risk(
            by=ama, subject_id=subject, level=then, reasons="the employer was seen", version=1
        )
        left = {c: at for c, at in running(world, subject).items() if c.startswith("FIRST_CONTACT")}
        assert set(left) == {f"FIRST_CONTACT_{then.upper()}"}
        assert (left[f"FIRST_CONTACT_{then.upper()}"] == opened_at) is counts_from_opening

    def test_moved_to_a_fit_place_stops_the_limit_and_a_plan_does_not(self, world, opening):
        from amparo.rooms.cases.opening import Night

        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening(night=Night(False, "police_cell")))
        actions.record_night(
            by=ama, subject_id=subject, night=Night(True, "foster", address="Lime yard"), version=1
        )
        assert "UNFIT_PLACE" in running(world, subject)
        actions.record_night(by=ama, subject_id=subject, night=Night(False, "foster"), version=2)
        assert "UNFIT_PLACE" not in running(world, subject)

    def test_a_plan_waits_to_be_confirmed(self, world, opening):
        from amparo.rooms.cases.opening import Night

        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening(night=Night(True, "foster")))
        assert "NIGHT_CONFIRMED" in running(world, subject)
        actions.record_night(by=ama, subject_id=subject, night=Night(False, "foster"), version=1)
        assert "NIGHT_CONFIRMED" not in running(world, subject)

    def test_only_an_appointment_stops_the_guardians_limit(self, world, opening):
        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening())
        started = running(world, subject)["GUARDIAN_APPOINTMENT"]
        actions.request_guardian(by=ama, subject_id=subject, whom="the second chamber")
        actions.cannot_appoint(by=ama, subject_id=subject, why="the claimed uncle is no relative")
        assert running(world, subject)["GUARDIAN_APPOINTMENT"] == started  # asking twice gains no time
        actions.appoint_guardian(by=ama, subject_id=subject, who="Ms. Rivas, by the court")
        assert not {c for c in running(world, subject) if c.startswith(("GUARDIAN", "INTERIM"))}

    def test_why_somebody_cannot_be_guardian_is_nowhere_in_clear(self, world, opening):
        ama = world.actor("ama")
        subject = actions.open_case(by=ama, opening=opening())
        actions.cannot_appoint(by=ama, subject_id=subject, why="the claimed uncle is no relative")
        told = str(world.rows("SELECT * FROM cases_guardian WHERE subject_id = %s", subject))
        told += str(world.rows("SELECT * FROM audit.entry WHERE subject_id = %s", subject))
        told += str(world.rows("SELECT * FROM desk_notice WHERE subject_id = %s", subject))
        assert "uncle" not in told
