"""A case is opened: six answers, one owner, a guardian asked for, a place for tonight; everything or nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from amparo.foundation import errors
from amparo.rooms.cases import actions, queries
from amparo.rooms.cases.opening import Adult, Night, Taker
from amparo.rooms.cases.queries import Filters
from amparo.rooms.concerns.queries import concerns_of
from amparo.rooms.concerns.tests.duty_world import build

pytestmark = pytest.mark.usefixtures("people", "keeper", "sent")


def case_row(world, subject):
    return world.rows(
        "SELECT worker_id, duty_unit_id, lead_agency_id, risk_level, guardian, is_place_fit FROM cases_case"
        " WHERE subject_id = %s", subject,
    )[0]  # fmt: skip


def running(world, subject):
    return {
        c
        for (c,) in world.rows(
            "SELECT code FROM desk_clock WHERE subject_id = %s AND stopped_at IS NULL", subject
        )
    }


def test_six_answers_open_a_case_with_worker_guardian_request_and_limits(world, opening):
    ama = world.actor("ama")
    subject = actions.open_case(by=ama, opening=opening())
    worker, desk, agency, risk, guardian, fit = case_row(world, subject)
    assert (worker, desk, agency) == (ama.id, None, ama.agency)
    assert (risk, guardian, fit) == ("high", "requested", True)
    assert running(world, subject) == {"FIRST_CONTACT_HIGH", "GUARDIAN_APPOINTMENT", "INTERIM_ADULT"}
    assert (ama.id, subject) in [e[:2] for e in world.entries("CASE_OPENED")]
    kept = world.rows("SELECT count(*) FROM vault_person WHERE subject_id = %s", subject)[0][0]
    placed = world.rows("SELECT kind FROM vault_place WHERE subject_id = %s", subject)
    assert (kept, placed) == (1, [("fact",)])


def test_a_description_stays_out_of_the_index_of_names(world, opening):
    subject = actions.open_case(
        by=world.actor("ama"), opening=opening(called="red cap, left arm in plaster", is_description=True)
    )
    assert world.rows("SELECT count(*) FROM vault_person WHERE subject_id = %s", subject) == [(0,)]
    sheet = queries.case_for(world.actor("ama"), subject)
    assert (
        queries.sheet_opened(world.actor("ama"), subject, sheet).description == "red cap, left arm in plaster"
    )


def test_sent_twice_opens_one(world, opening):
    ama, key = world.actor("ama"), str(uuid.uuid4())
    first = actions.open_case(by=ama, opening=opening(), key=key)
    assert actions.open_case(by=ama, opening=opening(), key=key) == first
    with pytest.raises(errors.Conflict):
        actions.open_case(by=ama, opening=opening(risk="low"), key=key)
    assert world.rows("SELECT count(*) FROM cases_case WHERE subject_id = %s", first) == [(1,)]


@pytest.mark.parametrize(
    "kind", ["adult_shelter", "hotel", "police_cell", "detention", "unrelated_adults", "not_known"]
)
def test_an_unfit_place_is_refused_as_a_plan_and_kept_as_a_fact(world, opening, kind):
    ama = world.actor("ama")
    before = world.rows("SELECT count(*) FROM access_subject")
    with pytest.raises(errors.Refused, match="unfit_plan"):
        actions.open_case(by=ama, opening=opening(night=Night(True, kind)))
    assert world.rows("SELECT count(*) FROM access_subject") == before
    subject = actions.open_case(by=ama, opening=opening(night=Night(False, kind)))
    assert "UNFIT_PLACE" in running(world, subject)
    told = world.rows(
        "SELECT person_id, rings FROM desk_notice WHERE subject_id = %s AND code = 'CHILD_IN_UNFIT_PLACE'",
        subject,
    )
    assert (world.ids["ben"], True) in told  # the supervisor, at once


def test_no_way_around_the_plan_in_the_database_either(world, opening):
    subject = actions.open_case(by=world.actor("ama"), opening=opening())
    with pytest.raises(Exception, match="case_no_unfit_plan"):
        world.admin.execute(
            "UPDATE cases_case SET night = 'plan', is_place_fit = false WHERE subject_id = %s", [subject]
        )


def test_interim_adult_does_not_stop_the_guardians_limit(world, opening):
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    subject = actions.open_case(
        by=world.actor("ama"), opening=opening(interim=Adult("Mirem", "head of the house", until))
    )
    assert {"GUARDIAN_APPOINTMENT", "INTERIM_ADULT_ENDS"} <= running(world, subject)
    assert "INTERIM_ADULT" not in running(world, subject)


def test_given_to_the_duty_desk_it_is_the_desks_at_once(world, opening):
    ama, team = world.actor("ama"), world.ids["river/team"]
    subject = actions.open_case(by=ama, opening=opening(taker=Taker(team)))
    assert case_row(world, subject)[:2] == (None, team)
    with pytest.raises(errors.NotThere):
        queries.case_for(ama, subject)  # what was given away is not one's own any more
    assert subject in [
        r.subject_id for r in queries.cases_for(world.actor("dalia"), Filters("duty")).page.items
    ]
    actions.take_case(by=world.actor("dalia"), subject_id=subject)
    assert case_row(world, subject)[:2] == (world.ids["dalia"], None)


def test_a_colleague_is_offered_it_and_the_opener_answers_until_then(world, opening):
    ama, emil = world.actor("ama"), world.actor("emil")
    subject = actions.open_case(by=ama, opening=opening(taker=Taker(world.ids["river/team"], emil.id)))
    assert case_row(world, subject)[0] == ama.id
    (offer,) = [o for o in queries.hand_overs(emil) if o.files[0].subject_id == subject]
    actions.accept_hand_over(by=emil, batch=offer.batch)
    assert case_row(world, subject)[0] == emil.id


@pytest.mark.parametrize(
    ("who", "error"),
    [("kofi", errors.Refused), ("dora", errors.Refused), ("pavel", errors.Refused), ("ines", errors.Refused)],
)
def test_roles_without_the_permission_open_nothing(world, opening, who, error):
    with pytest.raises(error):
        actions.open_case(by=world.actor(who), opening=opening())


@pytest.mark.parametrize(
    "wrong", [{"risk": "urgent"}, {"gender": "x"}, {"reasons": "short"}, {"called": "  "}]
)
def test_an_answer_that_is_none_opens_nothing(world, opening, wrong):
    before = world.rows("SELECT count(*) FROM access_subject")
    with pytest.raises(errors.Refused):
        actions.open_case(by=world.actor("ama"), opening=opening(**wrong))
    assert world.rows("SELECT count(*) FROM access_subject") == before


@pytest.fixture
def concern(world):
    """Told by Fay, answered by Harbour's desk."""
    from tests.desks import add_desks

    from amparo.rooms.concerns.actions import receive_concern
    from amparo.rooms.concerns.intake import Intake
    from amparo.rooms.concerns.kinds import Channel

    fay = add_desks(world).actor("fay")
    return receive_concern(by=fay, intake=Intake(Channel.AGENCY, area="QM01", account="Seen at the mill"))


def read_by(world, file):
    """Who of Harbour is shown a concern with this file; nobody's own grant, whoever answers at the desk reads it anyway."""
    return {
        name for name, actor in ((n, world.actor(n)) for n in ("tom", "oren")) if concerns_of(actor, file)
    }


def test_a_concern_follows_the_child_to_whoever_accepts(world, opening, concern):
    """Linked when the case is opened, read by the worker who accepts, and by nobody before or besides."""
    build(world)  # Oren, of another team
    tom = Taker(world.ids["harbour/team"], world.ids["tom"])
    file = actions.open_case(by=world.actor("dina"), opening=opening(taker=tom), concern_id=concern)
    assert read_by(world, file) == set()
    (batch,) = (row.batch for row in queries.hand_overs(world.actor("tom")) if row.may_answer)
    actions.accept_hand_over(by=world.actor("tom"), batch=batch)
    assert read_by(world, file) == {"tom"}
    oren = Taker(world.ids["quay/team"], world.ids["oren"])
    batch = actions.hand_over(by=world.actor("tom"), subject_id=file, taker=oren, reason="moves")
    assert read_by(world, file) == {"tom"}
    actions.accept_hand_over(by=world.actor("oren"), batch=batch)
    assert read_by(world, file) == {"oren"}


def test_the_worker_reads_the_words_and_never_who_told(world, opening, concern, door):
    tom = Taker(world.ids["harbour/team"], world.ids["tom"])
    file = actions.open_case(by=world.actor("dina"), opening=opening(taker=tom), concern_id=concern)
    (batch,) = (
        row.batch
        for row in queries.hand_overs(world.actor("tom"))
        if file in [f.subject_id for f in row.files]
    )
    words, reporter = f"/duty/concerns/{concern}/words/", f"/duty/concerns/{concern}/reporter/"
    assert door("tom").get(words).status_code == 404
    actions.accept_hand_over(by=world.actor("tom"), batch=batch)
    assert words in door("tom").get(f"/files/{file}/").content.decode()
    shown = door("tom").post(words, {"because": "I work for this child"}).content.decode()
    assert "Seen at the mill" in shown
    assert f"/files/{file}/" in shown
    assert (
        door("tom").get(reporter).status_code
        == door("tom").get(f"/duty/concerns/{concern}/").status_code
        == 403
    )
    assert door("zoe").get(words).status_code == 404


def test_asking_concerns_to_follow_gives_nobody_anything(world, opening, concern, login):
    file = actions.open_case(by=world.actor("dina"), opening=opening(), concern_id=concern)
    staff = login("staff")
    before = world.rows("SELECT actor_id, until_at FROM access_grant ORDER BY id")
    with staff.transaction():
        staff.execute("SELECT sec.enter(%s)", [world.actor("zoe").secret])
        assert staff.execute("SELECT sec.concerns_follow(%s)", [file]).fetchone()[0] == ""
    assert world.rows("SELECT actor_id, until_at FROM access_grant ORDER BY id") == before


def test_a_group_opens_one_file_each_found_together(world, opening):
    ama = world.actor("ama")
    subjects = actions.open_group(
        by=ama, rows=[(None, opening(called=f"number {n}", is_description=True)) for n in range(3)]
    )
    assert len(set(subjects)) == 3
    for subject in subjects:
        assert {row.subject_id for row in queries.links_of(ama, subject)} == set(subjects) - {subject}


def test_a_baby_has_a_file_of_its_own_in_one_step(world, opening):
    ama = world.actor("ama")
    mother = actions.open_case(by=ama, opening=opening())
    baby = actions.open_linked(
        by=ama, beside=mother, kind="parent_and_baby", opening=opening(called="Noor", age_low=0, age_high=0)
    )
    assert [(r.subject_id, r.words, r.is_apart) for r in queries.links_of(ama, mother)] == [
        (baby, "Baby", False)
    ]
    assert [(r.subject_id, r.words) for r in queries.links_of(ama, baby)] == [(mother, "Parent")]
