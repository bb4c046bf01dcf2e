"""The duty desk: taking up, deciding, the second reader, and what follows for the child's worker."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import SubjectId
from amparo.rooms.concerns import actions, queries
from amparo.rooms.concerns.queries import QueueFilters
from amparo.rooms.desk.tests.sql import run_as

from . import duty_world

NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)
REASON = "the family was visited and needs food only"


@pytest.fixture
def harbour(world):
    it = duty_world.build(world)
    duty_world.no_rota(it)
    return it


@pytest.fixture
def concern(harbour):
    return duty_world.id_of(
        harbour, duty_world.concern(harbour, at=NOW - HOUR, danger_now="yes", area_id="QM01")
    )


def subject_of(world, concern):
    return world.rows("SELECT subject_id FROM concerns_concern WHERE id = %s", concern)[0][0]


def state(world, concern):
    return world.rows("SELECT state, outcome, answer FROM concerns_concern WHERE id = %s", concern)[0]


def order(world, concern, outcome, reason=REASON, file=None):
    version = world.rows("SELECT version FROM concerns_concern WHERE id = %s", concern)[0][0]
    return actions.DecisionOrder(outcome, reason, version, file)


def test_the_queue_puts_danger_first_and_then_whoever_waited_longest(harbour):
    ids = {}
    for name, urgency, hours in (
        ("old", "days", 90),
        ("today", "today", 5),
        ("new", "now", 1),
        ("older", "now", 3),
    ):
        subject = duty_world.concern(harbour, at=NOW - hours * HOUR, urgency=urgency, channel="clinic")
        ids[duty_world.id_of(harbour, subject)] = name
    rows = queries.duty_queue(harbour.actor("dina"), QueueFilters(channel="clinic")).items
    assert [ids[row.id] for row in rows if row.id in ids] == ["older", "new", "today", "old"]
    only = queries.duty_queue(harbour.actor("dina"), QueueFilters(channel="clinic", urgency="today")).items
    assert [ids[row.id] for row in only] == ["today"]


def test_pages_of_the_queue_follow_each_other_over_all_urgencies(harbour):
    made = [
        duty_world.id_of(harbour, duty_world.concern(harbour, at=NOW - n * HOUR, urgency=u, channel="border"))
        for u in ("now", "today", "days") for n in range(1, 16)
    ]  # fmt: skip
    seen, after = [], ""
    for _ in range(5):
        page = queries.duty_queue(harbour.actor("omar"), QueueFilters(channel="border"), after)
        seen += [row.id for row in page.items]
        after = page.next_key
        if not after:
            break
    assert len(seen) == len(set(seen)) == len(made)
    assert set(seen) == set(made)
    assert queries.duty_queue(harbour.actor("omar"), QueueFilters(channel="border"), "spoilt").items


@pytest.mark.parametrize("who", ["tom", "oren", "ama", "pia", "tesfa", "kofi", "hadi"])
def test_nobody_but_the_desk_reads_the_queue_or_a_concern(harbour, concern, who):
    for read in (lambda a: queries.duty_queue(a), lambda a: queries.concern_for(a, concern)):
        with pytest.raises((Refused, NotThere)):
            read(harbour.actor(who))
    assert run_as(harbour, who, "SELECT count(*) FROM concerns_concern WHERE id = %s", concern) == [(0,)]


def test_a_desk_sees_only_its_own_and_hidden_is_absent(harbour, concern):
    other = duty_world.id_of(harbour, duty_world.concern(harbour, at=NOW, agency="beacon"))
    assert queries.concern_for(harbour.actor("dina"), concern).row.id == concern
    for hidden in (other, uuid.uuid4()):
        with pytest.raises(NotThere):
            queries.concern_for(harbour.actor("dina"), hidden)
        with pytest.raises(NotThere):
            actions.acknowledge(by=harbour.actor("dina"), concern_id=hidden)
    assert queries.concern_for(harbour.actor("lena"), other).row.id == other


def test_one_press_takes_it_up_and_a_second_person_changes_nothing(harbour, concern):
    for who in ("dina", "dina", "omar"):
        actions.acknowledge(by=harbour.actor(who), concern_id=concern)
    assert state(harbour, concern) == ("acknowledged", "", "read")
    assert harbour.rows("SELECT acknowledged_by_id FROM concerns_concern WHERE id = %s", concern) == [
        (harbour.ids["dina"],)
    ]


def test_no_further_action_stays_open_until_another_person_agrees(harbour, concern):
    dina, omar = harbour.actor("dina"), harbour.actor("omar")
    decision = actions.decide(by=dina, concern_id=concern, order=order(harbour, concern, "no_further_action"))
    assert state(harbour, concern)[0] == "acknowledged"
    with pytest.raises(Refused, match="second_person"):
        actions.second_read(by=dina, decision_id=decision, is_agreed=True)
    with pytest.raises(Refused, match="waits_for_second"):
        actions.decide(by=omar, concern_id=concern, order=order(harbour, concern, "other_service"))
    assert state(harbour, concern)[0] == "acknowledged"
    actions.second_read(by=omar, decision_id=decision, is_agreed=True)
    assert state(harbour, concern) == ("closed", "no_further_action", "thanks")
    kept = harbour.rows(
        "SELECT retention_class, shred_on - %s::date FROM access_subject WHERE id = %s",
        dt.datetime.now(dt.UTC).date(), subject_of(harbour, concern),
    )[0]  # fmt: skip
    assert kept[0] == "CONCERN_NOT_CONFIRMED"
    assert kept[1] in (90, 91)  # 90 days from the agency's own day
    with pytest.raises(Conflict):
        actions.second_read(by=harbour.actor("dara"), decision_id=decision, is_agreed=False)


def test_a_second_reader_who_does_not_agree_leaves_it_open(harbour, concern):
    decision = actions.decide(
        by=harbour.actor("dina"), concern_id=concern, order=order(harbour, concern, "no_further_action")
    )
    actions.second_read(by=harbour.actor("sana"), decision_id=decision, is_agreed=False)
    assert state(harbour, concern)[:2] == ("acknowledged", "")
    actions.decide(
        by=harbour.actor("dina"), concern_id=concern, order=order(harbour, concern, "other_service")
    )
    assert state(harbour, concern)[:2] == ("decided", "other_service")


def test_the_database_itself_refuses_to_put_a_concern_away_by_one_person(harbour, concern):
    import psycopg

    actions.decide(
        by=harbour.actor("dina"), concern_id=concern, order=order(harbour, concern, "no_further_action")
    )
    run_as(
        harbour,
        "dina",
        "UPDATE concerns_concern SET state = 'closed', outcome = 'no_further_action' WHERE id = %s RETURNING 1",
        concern,
    )
    with pytest.raises(psycopg.Error) as refused:
        run_as(
            harbour, "dina", "SELECT sec.end_concern(%s, 'CONCERN_NOT_CONFIRMED', current_date + 90)", concern
        )
    assert refused.value.sqlstate == "AM403"
    with pytest.raises(psycopg.Error):
        run_as(
            harbour,
            "dina",
            "UPDATE concerns_decision SET second_by_id = decided_by_id, second_at = now(), is_agreed = true WHERE concern_id = %s",
            concern,
        )


def test_a_decision_on_an_older_reading_is_a_conflict(harbour, concern):
    old = order(harbour, concern, "other_service")
    actions.acknowledge(by=harbour.actor("omar"), concern_id=concern)
    with pytest.raises(Conflict):
        actions.decide(by=harbour.actor("dina"), concern_id=concern, order=old)


def test_a_warm_hand_over_leaves_a_task_with_its_decider(harbour, concern):
    actions.decide(
        by=harbour.actor("dina"), concern_id=concern, order=order(harbour, concern, "other_protection")
    )
    tasks = harbour.rows(
        "SELECT title, owner_id, is_urgent FROM desk_task WHERE subject_id = %s", subject_of(harbour, concern)
    )
    assert tasks == [("HAND_OVER_WARMLY", harbour.ids["dina"], True)]
    assert harbour.rows(
        "SELECT retention_class FROM access_subject WHERE id = %s", subject_of(harbour, concern)
    ) == [("CONCERN_HANDED_OVER",)]


def a_file(world, keeper="tom"):
    """A child's file that Harbour keeps, with Tom as its worker."""
    return world.child(keeper)


def test_the_worker_of_the_file_reads_facts_and_words_never_who_told(harbour, concern, keeper):
    subject, file = subject_of(harbour, concern), a_file(harbour)
    duty_world.sealed_words(harbour, subject, "account", "She never goes to school", kind="first")
    duty_world.sealed_words(harbour, subject, "reporter", "The neighbour upstairs")
    tom = harbour.actor("tom")
    assert queries.concerns_of(tom, file) == ()
    actions.decide(
        by=harbour.actor("dina"),
        concern_id=concern,
        order=order(harbour, concern, "existing_case", file=file),
    )
    assert [row.id for row in queries.concerns_of(tom, file)] == [concern]
    (told,) = actions.show_words(by=tom, concern_id=concern, because="I work for this child")
    assert told.text == "She never goes to school"
    assert run_as(
        harbour, "tom", "SELECT count(*) FROM concerns_reporter WHERE concern_id = %s", concern
    ) == [(0,)]
    with pytest.raises(Refused):
        actions.show_reporter(by=tom, concern_id=concern, because="I work for this child")
    assert queries.concerns_of(harbour.actor("cleo"), file) == ()
    (who,) = actions.show_reporter(by=harbour.actor("dina"), concern_id=concern, because="to call them back")
    assert who.text == "The neighbour upstairs"


def test_concerns_follow_the_file_to_its_new_worker(harbour, concern):
    from amparo.rooms.access import actions as access

    subject, file = subject_of(harbour, concern), a_file(harbour)
    actions.link_to_case(by=harbour.actor("dina"), concern_id=concern, subject_id=file)
    assert [r.id for r in queries.concerns_of(harbour.actor("tom"), file)] == [concern]
    access.hand_over(
        by=harbour.actor("sana"), subject_id=file, to=harbour.ids["oren"], unit_id=harbour.ids["quay/team"]
    )
    assert [r.id for r in queries.concerns_of(harbour.actor("oren"), file)] == [concern]
    assert queries.concerns_of(harbour.actor("tom"), file) == ()
    assert harbour.rows(
        "SELECT count(*) FROM access_grant WHERE subject_id = %s AND cause = 'law' AND until_at > now()",
        subject,
    ) == [(1,)]


def test_linking_is_refused_without_sight_of_the_file_and_says_nothing(harbour, concern):
    hidden = harbour.child("ama")
    for file in (hidden, SubjectId(uuid.uuid4())):
        with pytest.raises(NotThere):
            actions.link_to_case(by=harbour.actor("dina"), concern_id=concern, subject_id=file)
    assert state(harbour, concern)[0] == "waiting"


def test_similar_concerns_stand_side_by_side_by_facts_alone(harbour):
    base = {"area_id": "QM0101", "gender": "girl", "age_low": 11, "age_high": 13}
    one = duty_world.id_of(harbour, duty_world.concern(harbour, at=NOW, **base))
    like = duty_world.id_of(
        harbour, duty_world.concern(harbour, at=NOW - 50 * HOUR, area_id="QM0101", language="ne")
    )
    for wrong in ({"gender": "boy"}, {"age_low": 2, "age_high": 3}, {"area_id": "QM01"}):
        duty_world.concern(harbour, at=NOW, **{**base, **wrong})
    duty_world.concern(harbour, at=NOW - dt.timedelta(days=60), **base)
    closed = duty_world.concern(
        harbour, at=NOW, **{**base, "state": "closed", "outcome": "no_further_action"}
    )
    found = [row.id for row in queries.similar_to(harbour.actor("dina"), one)]
    assert found == [like]
    assert closed not in found
    with pytest.raises(Refused):
        queries.similar_to(harbour.actor("tom"), one)


def test_before_any_conversation_not_now_makes_a_task(harbour, concern):
    checks = dict.fromkeys(
        ("safe_now", "body_cared_for", "can_speak_alone", "language_known", "nobody_listens"), "yes"
    )
    checks["interpreter_safe"] = "no"
    actions.check_before_talking(by=harbour.actor("dina"), concern_id=concern, checks=checks, is_now=False)
    titles = harbour.rows(
        "SELECT title FROM desk_task WHERE subject_id = %s ORDER BY title", subject_of(harbour, concern)
    )
    assert titles == [("ASK_INTERPRETER",), ("TALK_LATER",)]
    with pytest.raises(Refused):
        actions.check_before_talking(
            by=harbour.actor("dina"), concern_id=concern, checks={"safe_now": "yes"}, is_now=True
        )


def test_health_today_counts_from_the_event_and_a_doctor_ends_it(harbour, concern):
    actions.health_today(by=harbour.actor("dina"), concern_id=concern, when="yesterday", is_self_harm=True)
    subject = subject_of(harbour, concern)
    clocks = dict(
        harbour.rows(
            "SELECT code, due_at - now() FROM desk_clock WHERE subject_id = %s AND stopped_at IS NULL",
            subject,
        )
    )
    near = dt.timedelta(minutes=5)
    assert abs(clocks["HEALTH_WINDOW_72"] - 24 * HOUR) < near
    assert abs(clocks["HEALTH_WINDOW_120"] - 72 * HOUR) < near
    assert abs(clocks["HEALTH_REFERRAL"] - HOUR) < near
    titles = {
        t for (t,) in harbour.rows("SELECT title FROM desk_task WHERE subject_id = %s AND is_urgent", subject)
    }
    assert titles == {"HEALTH_TODAY", "SAFETY_CALL"}
    actions.help_given(by=harbour.actor("omar"), concern_id=concern, fact="DOCTOR_SAW_CHILD")
    left = {
        c
        for (c,) in harbour.rows(
            "SELECT code FROM desk_clock WHERE subject_id = %s AND stopped_at IS NULL", subject
        )
    }
    assert left == {"SAFETY_CALL"}
    with pytest.raises(Refused):
        actions.help_given(by=harbour.actor("omar"), concern_id=concern, fact="CONCERN_DECIDED")


def test_fixed_answers_never_say_that_a_child_was_found():
    from amparo.rooms.concerns.kinds import FixedReply

    for text in FixedReply.labels:
        assert not any(
            word in str(text).lower() for word in ("child", "found", "case", "visit", "police", "file")
        )


def test_free_words_wait_for_a_second_reader_and_open_with_the_receipt_alone(harbour, concern):
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from amparo.keeper import seal

    with pytest.raises(Refused, match="no_receipt"):
        actions.write_reply(by=harbour.actor("dina"), concern_id=concern, text="Please call us tonight.")
    key = X25519PrivateKey.generate()
    harbour.admin.execute(
        "INSERT INTO concerns_receipt (search_id, public_key, concern, made_at) VALUES (%s, %s, %s, now())",
        [uuid.uuid4().bytes * 2, key.public_key().public_bytes_raw(), concern],
    )
    reply = actions.write_reply(by=harbour.actor("dina"), concern_id=concern, text="Please call us tonight.")
    with pytest.raises(Refused, match="second_person"):
        actions.send_reply(by=harbour.actor("dina"), reply_id=reply)
    assert harbour.rows("SELECT sent_at FROM concerns_reply WHERE id = %s", reply) == [(None,)]
    actions.send_reply(by=harbour.actor("omar"), reply_id=reply)
    value, sent = harbour.rows("SELECT to_receipt, sent_at FROM concerns_reply WHERE id = %s", reply)[0]
    assert sent is not None
    opened = seal.open_sealed(bytes(value), key, holder=concern, section="reply", record=reply, field="text")
    assert opened == b"Please call us tonight."
