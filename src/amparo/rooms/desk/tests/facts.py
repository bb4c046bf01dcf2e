"""Limits of an invented room above, and its one action: something happened."""

from __future__ import annotations

import datetime as dt

from amparo.foundation.acts import action, log
from amparo.foundation.ids import new_id
from amparo.rooms.desk import actions

RULES = """
version: 1
clocks:
  TEST_ANSWER:
    title: {en: Answer to a request}
    starts: TEST_ASKED
    stops: [TEST_ANSWERED, TEST_WITHDRAWN]
    unit: working_days
    limit: 2
    source: "unconfirmed: made up for a test"
    is_protection: false
    may_pause: true
    tell:
      - {when: at_start, to: [owner], how: morning_list}
  TEST_SEEN:
    title: {en: First contact}
    starts: TEST_OPENED
    stops: [TEST_CHILD_SEEN]
    unit: hours
    limit: 24
    source: "a test"
    is_protection: true
    may_pause: false
    rings_for: missed_first_contact
    tell:
      - {when: at_due, to: [owner, supervisor], how: rings}
"""


@action("READ_FILE")
def happens(*, by, fact, subject, record, at=None, due=None):
    """What another room's action does."""
    actions.fact_happened(fact=fact, subject_id=subject, record=record, at=at, due=due)
    log("TEST_FACT", subject=subject)


def use_emergency(world, child, hours_ago):
    at, record = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours_ago), new_id()
    happens(by=world.actor("ama"), fact="EMERGENCY_ACCESS_USED", subject=child, record=record, at=at)
    return record


def told(world, record):
    names = {v: k for k, v in world.ids.items()}
    rows = world.rows(
        "SELECT person_id, code, step, rings, subject_id FROM desk_notice WHERE record = %s", record
    )
    return sorted(
        (names[p], code, step, rings, subject is not None) for p, code, step, rings, subject in rows
    )
