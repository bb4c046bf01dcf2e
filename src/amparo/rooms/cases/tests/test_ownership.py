"""One owner at every moment: held by the database, whatever asks; responsibility moves when it is accepted."""

from __future__ import annotations

import datetime as dt
import uuid

import psycopg
import pytest

from amparo.foundation import errors
from amparo.foundation.actors import system_actor
from amparo.rooms.access import actions as access
from amparo.rooms.cases import actions, queries
from amparo.rooms.cases.opening import Taker
from amparo.rooms.desk import actions as desk

pytestmark = pytest.mark.usefixtures("people", "keeper", "sent")


@pytest.fixture
def child(world, opening):
    return actions.open_case(by=world.actor("ama"), opening=opening())


def owner(world, subject):
    return world.rows("SELECT worker_id, duty_unit_id FROM cases_case WHERE subject_id = %s", subject)[0]


def assigned(world, subject):
    return [
        a for (a,) in world.rows(
            "SELECT actor_id FROM access_grant WHERE subject_id = %s AND cause = 'assignment' AND until_at > now()", subject
        )
    ]  # fmt: skip


def to(world, name, unit="river/team"):
    return Taker(world.ids[unit], world.ids[name] if name else None)


BREAKS = {
    "no owner": "UPDATE cases_case SET worker_id = NULL WHERE subject_id = %(s)s",
    "two owners": "UPDATE cases_case SET duty_unit_id = unit_id WHERE subject_id = %(s)s",
    "another worker than the assignment says": "UPDATE cases_case SET worker_id = %(other)s WHERE subject_id = %(s)s",
    "the desk, beside a live assignment": "UPDATE cases_case SET worker_id = NULL, duty_unit_id = unit_id WHERE subject_id = %(s)s",
    "another agency than the file's": "UPDATE cases_case SET lead_agency_id = %(agency)s WHERE subject_id = %(s)s",
    "an assignment that ends": "UPDATE access_grant SET until_at = now() WHERE subject_id = %(s)s AND cause = 'assignment'",
    "a case opened beside nobody's assignment": "UPDATE access_grant SET cause = 'law' WHERE subject_id = %(s)s AND cause = 'assignment';"
                                                " UPDATE cases_case SET version = version + 1 WHERE subject_id = %(s)s",
}  # fmt: skip


@pytest.mark.parametrize("how", BREAKS)
def test_not_even_an_administrator_of_the_database_leaves_a_child_without_an_owner(world, child, how):
    before = owner(world, child), assigned(world, child)
    said = {"s": child, "other": world.ids["emil"], "agency": world.ids["lantern"]}
    with pytest.raises(psycopg.Error, match=r"one_owner"), world.admin.transaction():
        for statement in BREAKS[how].split(";"):
            world.admin.execute(statement, said)
    assert (owner(world, child), assigned(world, child)) == before


def test_staff_cannot_write_the_owner_as_sql(world, child, login):
    staff = login("staff")
    for column in ("worker_id", "duty_unit_id", "lead_agency_id", "state"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), staff.transaction():
            staff.execute("SELECT sec.enter(%s)", [world.secrets["ama"]])
            staff.execute(f"UPDATE cases_case SET {column} = {column} WHERE subject_id = %s", [child])


def test_a_direct_hand_over_by_a_supervisor_moves_the_case_too(world, child):
    access.hand_over(
        by=world.actor("ben"), subject_id=child, to=world.ids["emil"], unit_id=world.ids["river/team"]
    )
    assert owner(world, child) == (world.ids["emil"], None)
    assert assigned(world, child) == [world.ids["emil"]]


def test_nothing_moves_before_it_is_accepted_and_undo_leaves_no_trace(world, child):
    ama, emil = world.actor("ama"), world.actor("emil")
    batch = actions.hand_over(by=ama, subject_id=child, taker=to(world, "emil"), reason="workload")
    assert owner(world, child) == (ama.id, None)
    with pytest.raises(errors.NotThere):
        queries.case_for(emil, child)
    actions.withdraw_hand_over(by=ama, batch=batch)
    with pytest.raises(errors.NotThere):
        actions.accept_hand_over(by=emil, batch=batch)
    assert assigned(world, child) == [ama.id]


def test_accepted_it_moves_tasks_and_access_with_it(world, child):
    ama, emil = world.actor("ama"), world.actor("emil")
    task = desk.add_task(by=ama, subject_id=child, order=desk.TaskOrder("SEE_CHILD", owner=ama.id))
    batch = actions.hand_over(by=ama, subject_id=child, taker=to(world, "emil"), reason="moves")
    assert actions.accept_hand_over(by=emil, batch=batch) == 1
    assert assigned(world, child) == [emil.id]
    assert world.rows("SELECT owner_id FROM desk_task WHERE id = %s", task) == [(emil.id,)]
    with pytest.raises(errors.NotThere):
        queries.case_for(ama, child)
    told = world.rows("SELECT code FROM desk_notice WHERE person_id = %s AND record = %s", ama.id, batch)
    assert told == [("HAND_OVER_ACCEPTED",)]


def test_to_another_team_its_rows_go_along(world, child):
    batch = actions.hand_over(
        by=world.actor("ama"), subject_id=child, taker=to(world, "faye", "river/second"), reason="moves"
    )
    actions.accept_hand_over(by=world.actor("faye"), batch=batch)
    units = world.rows(
        "SELECT c.unit_id, r.unit_id FROM cases_case c JOIN cases_risk r USING (subject_id) WHERE subject_id = %s",
        child,
    )
    assert units == [(world.ids["river/second"],) * 2]
    with pytest.raises(errors.NotThere):
        queries.case_for(world.actor("ben"), child)


def test_declined_the_giver_goes_on_and_is_told(world, child):
    ama = world.actor("ama")
    batch = actions.hand_over(by=ama, subject_id=child, taker=to(world, "emil"), reason="workload")
    assert world.rows(
        "SELECT count(*) FROM desk_clock WHERE subject_id = %s AND code = 'HAND_OVER_ANSWER' AND stopped_at IS NULL",
        child,
    ) == [(1,)]
    actions.decline_hand_over(by=world.actor("emil"), batch=batch)
    assert owner(world, child) == (ama.id, None)
    assert world.rows(
        "SELECT count(*) FROM desk_clock WHERE subject_id = %s AND code = 'HAND_OVER_ANSWER' AND stopped_at IS NULL",
        child,
    ) == [(0,)]
    assert world.rows("SELECT code FROM desk_notice WHERE person_id = %s AND record = %s", ama.id, batch) == [
        ("HAND_OVER_DECLINED",)
    ]


@pytest.mark.parametrize("who", ["zoe", "kofi", "pavel", "nadia", "ama"])
def test_it_is_not_offered_to_whom_it_cannot_be_given(world, child, who):
    unit = {"zoe": "lantern/team", "kofi": "bridge/team", "nadia": "bridge/team", "pavel": "guards/team"}.get(
        who, "river/team"
    )
    with pytest.raises(errors.Refused, match="not_available"):
        actions.hand_over(by=world.actor("ama"), subject_id=child, taker=to(world, who, unit), reason="other")


def test_it_is_not_offered_to_somebody_kept_away_and_why_is_not_told(world, child):
    world.admin.execute(
        "INSERT INTO access_block (id, subject_id, actor_id, from_at, by_id) VALUES (%s, %s, %s, now(), %s)",
        [uuid.uuid4(), child, world.ids["emil"], world.ids["ama"]],
    )
    with pytest.raises(errors.Refused, match="not_available"):
        actions.hand_over(by=world.actor("ama"), subject_id=child, taker=to(world, "emil"), reason="other")


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("zoe", errors.NotThere),
        ("emil", errors.NotThere),
        ("faye", errors.NotThere),
        ("kofi", errors.Refused),
    ],
)
def test_strangers_offer_accept_and_undo_nothing(world, child, who, error):
    batch = actions.hand_over(
        by=world.actor("ama"), subject_id=child, taker=to(world, "dalia"), reason="other"
    )
    actor = world.actor(who)
    for act in (
        lambda: actions.hand_over(by=actor, subject_id=child, taker=to(world, "emil"), reason="other"),
        lambda: actions.accept_hand_over(by=actor, batch=batch),
        lambda: actions.decline_hand_over(by=actor, batch=batch),
        lambda: actions.withdraw_hand_over(by=actor, batch=batch),
    ):
        with pytest.raises(error):
            act()


def test_one_offer_waits_at_a_time(world, child):
    ama = world.actor("ama")
    actions.hand_over(by=ama, subject_id=child, taker=to(world, "emil"), reason="other")
    with pytest.raises(errors.Refused, match="hand_over_waits"):
        actions.hand_over(by=ama, subject_id=child, taker=to(world, "dalia"), reason="other")


def test_offered_to_the_desk_an_officer_accepts_for_it(world, child):
    batch = actions.hand_over(by=world.actor("ama"), subject_id=child, taker=to(world, None), reason="other")
    with pytest.raises(errors.NotThere):
        actions.accept_hand_over(by=world.actor("emil"), batch=batch)
    actions.accept_hand_over(by=world.actor("dalia"), batch=batch)
    assert owner(world, child) == (None, world.ids["river/team"])
    assert assigned(world, child) == []


def test_a_leavers_whole_caseload_moves_in_one_answer_and_only_then_may_they_leave(world, opening):
    from .conftest import join

    name = f"gita{uuid.uuid4().hex[:6]}"
    join(world, name, "river/team", "caseworker")
    gita, ben, emil, hugo = (world.actor(n) for n in (name, "ben", "emil", "hugo"))
    children = [actions.open_case(by=gita, opening=opening()) for _ in range(3)]
    with pytest.raises(errors.Refused, match="still_owns_children"):
        access.deactivate(by=hugo, person_id=gita.id)
    batch = actions.hand_over_caseload(by=ben, person=gita.id, taker=to(world, "emil"))
    (offer,) = [o for o in queries.hand_overs(emil) if o.batch == batch]
    assert {f.subject_id for f in offer.files} == set(children)
    with pytest.raises(errors.Refused, match="still_owns_children"):
        access.deactivate(by=hugo, person_id=gita.id)
    assert actions.accept_hand_over(by=emil, batch=batch) == 3
    assert all(owner(world, c) == (emil.id, None) for c in children)
    access.deactivate(by=hugo, person_id=gita.id)


def test_only_whoever_gives_out_the_work_offers_anothers_caseload(world, child):
    for who, error in (("emil", errors.Refused), ("rana", errors.Refused), ("kofi", errors.Refused)):
        with pytest.raises(error):
            actions.hand_over_caseload(by=world.actor(who), person=world.ids["ama"], taker=to(world, "emil"))


def cover(world, starts, ends, by="ama", person="ama", stand_in="emil"):
    now = dt.datetime.now(dt.UTC)
    return actions.plan_cover(
        by=world.actor(by), person=world.ids[person], stand_in=world.ids[stand_in],
        from_at=now + dt.timedelta(hours=starts), until_at=now + dt.timedelta(hours=ends),
    )  # fmt: skip


def job(as_login):
    with as_login("worker"):
        return actions.keep_covers(by=system_actor("cover"))


def test_cover_opens_the_file_moves_tasks_and_ends_by_itself(world, child, as_login):
    ama, emil = world.actor("ama"), world.actor("emil")
    task = desk.add_task(by=ama, subject_id=child, order=desk.TaskOrder("SEE_CHILD", owner=ama.id))
    with pytest.raises(errors.NotThere):
        queries.case_for(emil, child)
    it = cover(world, -1, 5)
    assert queries.case_for(emil, child).may_write
    assert owner(world, child) == (ama.id, None)  # standing in is not answering for
    assert world.rows("SELECT owner_id FROM desk_task WHERE id = %s", task) == [(emil.id,)]
    assert child in [r.subject_id for r in queries.cases_for(emil, queries.Filters("cover")).page.items]
    world.admin.execute("UPDATE cases_cover SET until_at = now() WHERE id = %s", [it])
    world.admin.execute(
        "UPDATE access_grant SET until_at = now() WHERE id = ANY ((SELECT grants FROM cases_cover WHERE id = %s)::uuid[])",
        [it],
    )
    assert job(as_login)[0] >= 1
    with pytest.raises(errors.NotThere):
        queries.case_for(emil, child)
    assert world.rows("SELECT owner_id FROM desk_task WHERE id = %s", task) == [(ama.id,)]
    assert job(as_login)[0] == 0  # may run twice


def test_cover_begins_on_its_day_and_reaches_what_is_opened_meanwhile(world, opening, as_login):
    emil = world.actor("emil")
    it = cover(world, 24, 72)
    child = actions.open_case(by=world.actor("ama"), opening=opening())
    job(as_login)
    with pytest.raises(errors.NotThere):
        queries.case_for(emil, child)
    world.admin.execute("UPDATE cases_cover SET from_at = now() WHERE id = %s", [it])
    job(as_login)
    assert queries.case_for(emil, child)
    later = actions.open_case(by=world.actor("ama"), opening=opening())
    job(as_login)
    assert queries.case_for(emil, later)
    actions.end_cover(by=world.actor("ben"), cover_id=it)
    for subject in (child, later):
        with pytest.raises(errors.NotThere):
            queries.case_for(emil, subject)


@pytest.mark.parametrize(
    ("by", "person", "stand_in", "starts", "ends", "error"),
    [
        ("emil", "ama", "emil", 0, 5, errors.Refused),  # nobody makes themselves another's stand-in
        ("rana", "ama", "emil", 0, 5, errors.Refused),  # another agency's supervisor
        ("ama", "ama", "zoe", 0, 5, errors.Refused),  # somebody of another agency
        ("ama", "ama", "ama", 0, 5, errors.Refused),
        ("ama", "ama", "emil", 5, 5, errors.Refused),
        ("ama", "ama", "emil", -9, -5, errors.Refused),
        ("ama", "ama", "emil", 0, 24 * 93, errors.Refused),
        ("kofi", "kofi", "emil", 0, 5, errors.Refused),
    ],
)
def test_cover_is_refused(world, child, by, person, stand_in, starts, ends, error):
    with pytest.raises(error):
        cover(world, starts, ends, by, person, stand_in)


def test_cover_never_reaches_a_file_the_stand_in_is_kept_away_from(world, child):
    world.admin.execute(
        "INSERT INTO access_block (id, subject_id, actor_id, from_at, by_id) VALUES (%s, %s, %s, now(), %s)",
        [uuid.uuid4(), child, world.ids["emil"], world.ids["ama"]],
    )
    it = cover(world, -1, 5)
    with pytest.raises(errors.NotThere):
        queries.case_for(world.actor("emil"), child)
    actions.end_cover(by=world.actor("ama"), cover_id=it)


def test_an_assignment_is_renewed_before_its_date(world, child, as_login):
    world.admin.execute(
        "UPDATE access_grant SET until_at = now() + interval '3 days' WHERE subject_id = %s", [child]
    )
    assert job(as_login)[2] >= 1
    left = world.rows(
        "SELECT until_at > now() + interval '300 days' FROM access_grant WHERE subject_id = %s", child
    )
    assert left == [(True,)]


def test_only_the_job_keeps_covers(world, login):
    for name in ("staff", "public"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login(name).execute("SELECT sec.keep_covers()")
    worker = login("worker")
    with pytest.raises(psycopg.Error, match="refused"), worker.transaction():
        worker.execute("SELECT sec.enter_system('clocks')")
        worker.execute("SELECT sec.keep_covers()")
