"""A concern comes in from staff: the desk that answers for the area sees it, nobody else does."""

from __future__ import annotations

import pytest

from amparo.foundation import errors
from amparo.foundation.actors import system_actor
from amparo.foundation.acts import query
from amparo.foundation.ids import SubjectId
from amparo.rooms.concerns.actions import note_received, receive_concern, receive_group
from amparo.rooms.concerns.intake import Intake
from amparo.rooms.concerns.kinds import Answer, Channel, Gender
from amparo.rooms.concerns.models import Concern
from amparo.rooms.desk.tests.sql import run_as

ACCOUNT = "A girl washes pots behind the bakery before sunrise"
REPORTER = "Neighbour, call after nine"


def hand_over(**more):
    facts = {"area": "QM0101", "danger_now": Answer.YES, "with_child": Answer.YES, "age_low": 9, "age_high": 12,
             "gender": Gender.GIRL, "language": "ar", "account": ACCOUNT, "reporter": REPORTER}  # fmt: skip
    return Intake(channel=Channel.HAND_OVER, **(facts | more))


@query("SEND_CONCERN")
def seen_by(viewer, concern_id):
    row = Concern.objects.visible_to(viewer).filter(id=concern_id).values_list("urgency", "state").first()
    return row


def test_a_concern_is_seen_by_the_desk_of_its_area_and_by_nobody_else(desks):
    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    seen = {name: seen_by(desks.actor(name), concern)
            for name in ("dina", "omar", "sana", "tom", "lena", "fay", "ama", "ben", "pia")}  # fmt: skip
    assert {name for name, row in seen.items() if row} == {"dina", "omar", "sana"}
    assert seen["dina"] == ("now", "waiting")


def test_row_security_says_the_same_without_python(desks):
    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    for table in ("concerns_concern", "concerns_account", "concerns_reporter"):
        column = "id" if table == "concerns_concern" else "concern_id"
        asked = {n: len(run_as(desks, n, f"SELECT id FROM {table} WHERE {column} = %s", concern))
                 for n in ("dina", "sana", "tom", "lena", "fay", "pia", "kofi")}  # fmt: skip
        assert asked == {"dina": 1, "sana": 1, "tom": 0, "lena": 0, "fay": 0, "pia": 0, "kofi": 0}, table


def test_words_reach_the_database_sealed_and_open_for_the_desk(desks, keeper):
    from amparo.foundation.sealing import Sealed, open_sealed

    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    ((subject, account, text),) = desks.rows(
        "SELECT subject_id, id, text FROM concerns_account WHERE concern_id = %s", concern
    )
    assert ACCOUNT.encode() not in bytes(text)
    item = Sealed(subject, "account", account, "text", bytes(text))
    assert open_sealed(desks.actor("dina"), [item], "duty desk") == [ACCOUNT.encode()]
    with pytest.raises(errors.NotThere):
        open_sealed(desks.actor("lena"), [item], "duty desk")
    with pytest.raises(errors.NotThere):
        open_sealed(desks.actor("fay"), [item], "duty desk")


def test_where_nobody_answers_the_widest_desk_does(desks):
    for area in ("QM03", None, "unheard-of"):
        concern = receive_concern(by=desks.actor("fay"), intake=hand_over(area=area))
        assert seen_by(desks.actor("lena"), concern)
        assert not seen_by(desks.actor("dina"), concern)


def test_a_form_that_asks_for_no_area_goes_to_the_desk_of_the_senders_own(desks):
    concern = receive_concern(
        by=desks.actor("pia"), intake=hand_over(area=None)
    )  # her station stands in QM01
    assert seen_by(desks.actor("dina"), concern)
    assert not seen_by(desks.actor("lena"), concern)
    ((area,),) = desks.rows("SELECT area_id FROM concerns_concern WHERE id = %s", concern)
    assert area is None, "where it was sent from is not where the child is"
    for area in ("QM02", "unheard-of"):  # an area that was named, known or not, is never the sender's own
        elsewhere = receive_concern(by=desks.actor("pia"), intake=hand_over(area=area))
        assert seen_by(desks.actor("lena"), elsewhere)


def test_the_sender_keeps_a_number_and_a_state(desks):
    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    columns = "number, state, answer"
    sql = f"SELECT {columns} FROM concerns_sentconcern WHERE concern = %s"
    ((number, state, answer),) = run_as(desks, "fay", sql, concern)
    assert (len(number), state, answer) == (8, "received", "received")
    assert run_as(desks, "dina", sql, concern) == []


def test_a_retry_with_the_same_key_sends_once(desks):
    by, intake = desks.actor("fay"), hand_over()
    first = receive_concern(by=by, intake=intake, key="k-1")
    assert receive_concern(by=by, intake=intake, key="k-1") == first
    with pytest.raises(errors.Conflict):
        receive_concern(by=by, intake=hand_over(age_low=3, age_high=4), key="k-1")


def test_police_may_send_and_an_interpreter_may_not(desks):
    concern = receive_concern(by=desks.actor("pia"), intake=hand_over())
    assert seen_by(desks.actor("dina"), concern)
    with pytest.raises(errors.Refused):
        receive_concern(by=desks.actor("ines"), intake=hand_over())


def test_staff_cannot_pretend_to_be_the_public(desks):
    with pytest.raises(errors.Refused):
        receive_concern(by=desks.actor("fay"), intake=Intake(channel=Channel.PUBLIC))


def test_a_group_is_a_concern_for_each_child_with_the_shared_words_copied(desks):
    shared = Intake(channel=Channel.GROUP, area="QM01", account="Nine boys in a brick kiln")
    rows = tuple(
        Intake(channel=Channel.GROUP, age_low=n, age_high=n + 1, account=f"Boy {n}") for n in (8, 9, 10)
    )
    made = receive_group(by=desks.actor("fay"), shared=shared, children=rows)
    found = desks.rows(
        "SELECT count(DISTINCT subject_id), count(DISTINCT event), array_agg(number_in_event ORDER BY number_in_event)"
        " FROM concerns_concern WHERE id = ANY (%s)",
        list(made),
    )
    assert found == [(3, 1, [1, 2, 3])]
    with pytest.raises(errors.Refused):
        receive_group(by=desks.actor("fay"), shared=shared, children=())


def test_the_worker_starts_the_limits_from_receipt_and_running_twice_changes_nothing(desks, as_login):
    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    ((subject,),) = desks.rows("SELECT subject_id FROM concerns_concern WHERE id = %s", concern)
    queued = desks.rows("SELECT args FROM procrastinate_jobs WHERE task_name = 'concerns.received'"
                        " AND args->>'concern_id' = %s", str(concern))  # fmt: skip
    assert queued == [({"concern_id": str(concern), "subject_id": str(subject)},)]
    with as_login("worker"):
        for _ in range(2):
            note_received(by=system_actor("intake"), concern_id=concern, subject_id=SubjectId(subject))
    limits = desks.rows(
        "SELECT code, due_at - started_at FROM desk_clock WHERE record = %s ORDER BY code", concern
    )
    assert [code for code, _ in limits] == [
        "CONCERN_DECIDED_NOW", "CONCERN_TAKEN_UP_NOW",
    ]  # fmt: skip


def test_a_concern_is_no_file(desks):
    """It stands in no list of files, and no search finds it."""
    concern = receive_concern(by=desks.actor("fay"), intake=hand_over())
    ((code,),) = desks.rows("SELECT s.code FROM access_subject s JOIN concerns_concern c ON c.subject_id = s.id"
                            " WHERE c.id = %s", concern)  # fmt: skip
    assert run_as(desks, "dina", "SELECT sec.find(%s)", code) == [(None,)]
