"""The rule files: what ships is sound, and a broken file says where and what to write instead."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.rooms.desk.rules import calendars, clocks, retention
from amparo.rooms.desk.rules.strict import RuleError, read

CLOCK = """
version: 1
clocks:
  FIRST_CONTACT:
    title: {en: First contact, no: Første kontakt}
    starts: CASE_OPENED
    stops: [CHILD_SEEN]
    unit: hours
    limit: 24
    source: "S44"
    is_protection: true
    may_pause: false
    rings_for: missed_first_contact
    tell:
      - {when: at_due, to: [owner, supervisor], how: rings}
"""
CALENDAR = """
title: {en: Test}
weekend: [friday]
yearly:
  - {on: "02-29", name: {en: Leap}}
known_until: 2027-01-01
"""
RETENTION = """
version: 1
classes:
  CASE_FILE:
    title: {en: Case file}
    days: 10
    counted_from: closing
    basis: law
    source: "unconfirmed: counsel"
    ending: ask
"""


@pytest.fixture
def load(tmp_path):
    """Writes a text to a file and reads it with one of the three loaders."""

    def load(kind: str, text: str, name: str | None = None):
        path = tmp_path / (
            name or {"clocks": "clocks.yaml", "calendar": "QM.yaml", "retention": "retention.yaml"}[kind]
        )
        path.write_text(text, encoding="utf-8")
        if kind == "clocks":
            return clocks.load_clocks([path])
        return calendars.load_calendar(path) if kind == "calendar" else retention.load_retention(path)

    return load


def test_what_ships_is_read_whole():
    assert clocks.clock_rules()["EMERGENCY_ACCESS_REVIEW"].limit == 24
    assert set(calendars.calendars()) >= {"QM", "QN", "QO", "QP"}
    assert retention.retention_rules()["DRAFT"].ending is retention.Ending.DELETE
    assert all(rule.source and rule.steps for rule in clocks.clock_rules().values())


def test_the_sharing_protocol_warns_60_days_ahead():
    due = dt.datetime(2027, 6, 30, tzinfo=dt.UTC)
    steps = clocks.clock_rules()["SHARING_PROTOCOL_ENDS"].steps
    assert min(step.at(due, due) for step in steps) == due - dt.timedelta(days=60)


def test_every_title_stands_in_english_and_arabic():
    for rule in [
        *clocks.clock_rules().values(),
        *retention.retention_rules().values(),
        *calendars.calendars().values(),
    ]:
        assert {"en", "ar"} <= set(rule.title)


def test_a_sound_clock_file_is_read(load):
    rules = load("clocks", CLOCK)
    rule = rules["FIRST_CONTACT"]
    assert (rule.unit, rule.limit, rule.is_confirmed, rule.rings_for) == (
        "hours",
        24,
        True,
        "missed_first_contact",
    )
    assert rule.title["no"] == "Første kontakt"  # not YAML's False
    assert rules.starting_with("CASE_OPENED") == (rule,) == rules.stopping_with("CHILD_SEEN")
    assert rules.starting_with("CHILD_SEEN") == () == rules.stopping_with("CASE_OPENED")
    assert len(rules) == 1


def test_steps_fall_before_at_and_after_the_due_moment(load):
    tell = """
      - {when: at_start, to: [owner], how: morning_list}
      - {when: before_due, hours: 6, to: [owner], how: morning_list}
      - {when: at_due, to: [owner], how: rings}
      - {when: after_due, days: 2, to: [supervisor], how: morning_list}
"""
    rule = load("clocks", CLOCK[: CLOCK.index("      - ")] + tell[1:])["FIRST_CONTACT"]
    start, due = dt.datetime(2026, 5, 1, tzinfo=dt.UTC), dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    hours = [(step.at(start, due) - due) / dt.timedelta(hours=1) for step in rule.steps]
    assert hours == [-72, -6, 0, 48]


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("limit: 24", "limitt: 24", "clocks.FIRST_CONTACT.limitt", "Did you mean 'limit'?"),
        ("limit: 24", "zebra: 24", "clocks.FIRST_CONTACT.zebra", "Known keys: title, starts"),
        ("limit: 24", "", "clocks.FIRST_CONTACT.limit", "missing. Add it"),
        ("limit: 24", "limit: ten", "clocks.FIRST_CONTACT.limit", "whole number of at least 1, found 'ten'"),
        ("limit: 24", "limit: 0", "clocks.FIRST_CONTACT.limit", "at least 1, found 0"),
        ("limit: 24", "limit: 24\n    limit: 48", "", "'limit' stands twice (line 10)"),
        ("unit: hours", "unit: weeks", "clocks.FIRST_CONTACT.unit", "hours, days, working_days, given"),
        ("unit: hours", "unit: given", "clocks.FIRST_CONTACT.limit", "Drop the limit"),
        ("starts: CASE_OPENED", "starts: opened", "clocks.FIRST_CONTACT.starts", "is no code"),
        ("FIRST_CONTACT:", "first:", "clocks.first", "is no code"),
        ("stops: [CHILD_SEEN]", "stops: []", "clocks.FIRST_CONTACT.stops", "at least one entry"),
        ("stops: [CHILD_SEEN]", "stops: [4]", "clocks.FIRST_CONTACT.stops", "list of words, found 4"),
        ("may_pause: false", "may_pause: true", "clocks.FIRST_CONTACT.may_pause", "never pauses"),
        ("may_pause: false", "may_pause: 0", "clocks.FIRST_CONTACT.may_pause", "true or false, found 0"),
        ('source: "S44"', 'source: "Unconfirmed"', "clocks.FIRST_CONTACT.source", "unconfirmed: where"),
        ('source: "S44"', 'source: ""', "clocks.FIRST_CONTACT.source", "expected a text"),
        ("missed_first_contact", "boredom", "clocks.FIRST_CONTACT.rings_for", "danger, missing"),
        (
            "    rings_for: missed_first_contact\n",
            "",
            "clocks.FIRST_CONTACT.tell[0].how",
            "write morning_list",
        ),
        ("how: rings", "how: morning_list", "clocks.FIRST_CONTACT.rings_for", "no entry under 'tell' rings"),
        (
            "when: at_due,",
            "when: at_due, hours: 3,",
            "clocks.FIRST_CONTACT.tell[0].hours",
            "moment of its own",
        ),
        ("when: at_due,", "when: after_due,", "clocks.FIRST_CONTACT.tell[0].hours", "found none"),
        (
            "when: at_due,",
            "when: after_due, hours: 3, days: 1,",
            "clocks.FIRST_CONTACT.tell[0].hours",
            "hours and days",
        ),
        ("en: First contact, ", "", "clocks.FIRST_CONTACT.title.en", "Give the English text"),
        (
            "title: {en: First contact, no: Første kontakt}",
            "title: First",
            "clocks.FIRST_CONTACT.title",
            "keys and values",
        ),
        ("version: 1", "version: 2", "version", "reads version 1"),
        ("version: 1", "version: [", "", "line "),
    ],
)
def test_a_broken_clock_file_names_file_key_and_remedy(load, old, new, key, says):
    assert old in CLOCK
    with pytest.raises(RuleError) as error:
        load("clocks", CLOCK.replace(old, new, 1))
    assert (error.value.file, error.value.key) == ("clocks.yaml", key)
    assert says in str(error.value)


def test_two_rooms_cannot_claim_the_same_clock(load, tmp_path):
    load("clocks", CLOCK, "one.yaml"), load("clocks", CLOCK, "two.yaml")
    with pytest.raises(RuleError, match=r"two\.yaml: clocks\.FIRST_CONTACT: already stands in another"):
        clocks.load_clocks([tmp_path / "one.yaml", tmp_path / "two.yaml"])


def test_a_room_above_adds_its_own_clocks(tmp_path, monkeypatch):
    monkeypatch.setattr(clocks, "_files", [clocks.HERE])
    (tmp_path / "clocks.yaml").write_text(CLOCK, encoding="utf-8")
    try:
        clocks.add_clock_file(tmp_path / "clocks.yaml")
        clocks.add_clock_file(tmp_path / "clocks.yaml")  # start-up may run twice
        assert {"FIRST_CONTACT", "EMERGENCY_ACCESS_REVIEW"} <= set(clocks.clock_rules())
    finally:
        clocks.clock_rules.cache_clear()


def test_a_sound_calendar_is_read(load):
    calendar = load("calendar", CALENDAR)
    assert not calendar.is_working(dt.date(2028, 2, 29))
    assert not calendar.is_working(dt.date(2026, 11, 27))
    assert calendar.is_working(dt.date(2026, 11, 28))


def test_a_calendar_says_when_it_runs_out(load):
    calendar = load("calendar", CALENDAR)
    assert calendar.runs_out(dt.date(2026, 11, 1))
    assert not calendar.runs_out(dt.date(2026, 9, 1))


def test_a_country_without_a_calendar_counts_every_day():
    assert calendars.calendar_for("QM").code == "QM"
    assert calendars.calendar_for("QZ").is_working(dt.date(2026, 12, 26))


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("[friday]", "[freitag]", "weekend", "'freitag' is no weekday"),
        ("[friday]", "[monday, tuesday, friday, sunday]", "weekend", "more than three"),
        ('"02-29"', '"02-30"', "yearly[0].on", "month and day"),
        ('"02-29"', '"soon"', "yearly[0].on", "month and day"),
        ("2027-01-01", "2027-02-30", "", "impossible value"),
        ("2027-01-01", "later", "known_until", "expected a date"),
        ("2027-01-01", "2027-01-01T10:00:00", "known_until", "expected a date"),
    ],
)
def test_a_broken_calendar_names_file_key_and_remedy(load, old, new, key, says):
    assert old in CALENDAR
    with pytest.raises(RuleError) as error:
        load("calendar", CALENDAR.replace(old, new, 1))
    assert (error.value.file, error.value.key) == ("QM.yaml", key)
    assert says in str(error.value)


def test_a_calendar_is_named_after_its_country(load):
    with pytest.raises(RuleError, match="two capital letters"):
        load("calendar", CALENDAR, "home.yaml")


def test_retention_counts_whole_days(load):
    rule = load("retention", RETENTION)["CASE_FILE"]
    assert rule.last_day(dt.date(2026, 12, 25)) == dt.date(2027, 1, 4)
    assert not rule.is_confirmed


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("ending: ask", "ending: burn", "classes.CASE_FILE.ending", "shred, ask, delete"),
        ("CASE_FILE", "case file", "classes.case file", "is no code"),
        ("version: 1", "version: 3", "version", "reads version 1"),
    ],
)
def test_a_broken_retention_file_names_file_key_and_remedy(load, old, new, key, says):
    with pytest.raises(RuleError) as error:
        load("retention", RETENTION.replace(old, new, 1))
    assert (error.value.file, error.value.key) == ("retention.yaml", key)
    assert says in str(error.value)


def test_a_file_that_is_not_there_or_not_text_says_so(tmp_path):
    with pytest.raises(RuleError, match="cannot be opened"):
        read(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9")
    with pytest.raises(RuleError, match="not UTF-8"):
        read(tmp_path / "latin.yaml")
    (tmp_path / "list.yaml").write_text("- 1")
    with pytest.raises(RuleError, match="keys and values"):
        read(tmp_path / "list.yaml")
