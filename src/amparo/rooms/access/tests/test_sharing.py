"""Access given, ended, consented to, withdrawn and blocked: each refusal beside the permission it is not."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.foundation.clock import now
from amparo.foundation.errors import NeedsStrongSignIn, NotThere, Refused
from amparo.foundation.ids import new_id
from amparo.rooms.access import actions, queries

from .people import agree, appoint, found_agency, hire, open_unit, sees


def in_days(days=5):
    return now() + dt.timedelta(days=days)


def give(world, child, to, by="ama", **changes):
    asked = {"sections": ["note"], "mode": "read", "cause": "cover", "purpose": "illness of a colleague",
             "until": in_days(), **changes}  # fmt: skip
    return actions.give_access(by=world.actor(by, strong=True), subject_id=child, to=world.ids[to], **asked)


def consent(world, child, to, **changes):
    asked = {"sections": ["note"], "purpose": "a place at school", "given_by": "child_assent", "state": "given",
             "basis": "spoken", "until": in_days(), **changes}  # fmt: skip
    return actions.record_consent(
        by=world.actor("ama", strong=True), subject_id=child, to=world.ids[to], **asked
    )


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    assert caught.value.reason == code


@pytest.fixture
def child(world):
    return world.child()


@pytest.fixture
def partner(world):
    """A caseworker of an agency that no protocol names yet."""
    agency = found_agency(world)
    return agency, hire(world, agency, "caseworker")


def test_access_within_the_agency_needs_no_protocol_and_ends_when_it_is_ended(world, child):
    assert not sees(world, "cleo", child)
    grant = give(world, child, "cleo")
    assert sees(world, "cleo", child)
    (row,) = [r for r in queries.who_has_access(world.actor("ama"), child) if r.id == grant]
    assert (row.who, row.sections, row.mode, row.cause) == ("Cleo", ("note", "register"), "read", "cover")
    assert actions.end_access(by=world.actor("ama"), grant_id=grant) == child
    assert not sees(world, "cleo", child)
    with pytest.raises(NotThere):
        actions.end_access(by=world.actor("ama"), grant_id=grant)


def test_giving_access_needs_a_fresh_second_step(world, child):
    with pytest.raises(NeedsStrongSignIn):
        actions.give_access(
            by=world.actor("ama"), subject_id=child, to=world.ids["cleo"], sections=["note"], mode="read",
            cause="cover", purpose="illness of a colleague", until=in_days(),
        )  # fmt: skip


def test_no_grant_exceeds_the_protocol_between_the_agencies(world, child, partner):
    agency, name = partner
    refused("no_protocol", give, world, child, name)
    agree(world, "river", agency, sections=("register", "note"), days=10)
    refused("no_protocol", give, world, child, name, sections=["note", "place"])
    refused("no_protocol", give, world, child, name, until=in_days(12))
    give(world, child, name)
    assert sees(world, name, child)


@pytest.mark.parametrize(("days", "begins"), [(-1, -9), (20, 3)])
def test_a_protocol_that_ended_or_has_not_begun_covers_nothing(world, child, partner, days, begins):
    agree(world, "river", partner[0], days=days, begins=begins)
    refused("no_protocol", give, world, child, partner[1], until=in_days(1))


def test_nobody_gives_what_they_do_not_hold(world, child):
    agree(world, "river", "lantern")
    world.grant(child, "ilya", ["register", "note"], "read", until="3 days")
    refused("not_held", give, world, child, "zoe", by="ilya", mode="write", until=in_days(1))
    refused("not_held", give, world, child, "zoe", by="ilya", sections=["task"], until=in_days(1))
    refused("not_held", give, world, child, "zoe", by="ilya", until=in_days(5))
    give(world, child, "zoe", by="ilya", until=in_days(1))
    assert sees(world, "zoe", child)


def test_emergency_access_carries_nothing_further(world, child):
    """Cleo's own agency keeps the file: without this rule an hour would become a year by her own hand."""
    world.grant(child, "cleo", ["register", "note"], "read", "emergency", "60 minutes")
    other = hire(world, "river", "caseworker")
    refused("not_held", give, world, child, other, by="cleo", until=now() + dt.timedelta(minutes=30))
    assert not sees(world, other, child)
    chief = hire(world, found_agency(world), "supervisor")
    world.grant(child, chief, ["register", "note"], "read", "emergency", "60 minutes")
    by = world.actor(chief, strong=True)
    refused("refused", actions.block_agency, by=by, subject_id=child, agency_id=world.ids["lantern"])
    duty = hire(world, open_unit(world, "river"), "duty_officer")
    world.grant(child, duty, ["register", "note"], "read", "emergency", "60 minutes")
    by, team = world.actor(duty), world.ids["river/team"]
    refused("refused", actions.hand_over, by=by, subject_id=child, to=world.ids["cleo"], unit_id=team)
    world.grant(child, duty, ["register"], "read", "cover")
    actions.hand_over(by=by, subject_id=child, to=world.ids["cleo"], unit_id=team)


def test_nobody_gives_access_to_oneself_or_to_somebody_who_may_hold_none(world, child):
    refused("not_available", give, world, child, "ama")
    refused("not_available", give, world, child, "dora")
    refused("not_available", give, world, child, hire(world, "river"))


@pytest.mark.parametrize(
    "changes",
    [{"mode": "own"}, {"cause": "emergency"}, {"cause": "assignment"}, {"purpose": "no"}, {"until": in_days(-1)},
     {"until": in_days(400)}],
)  # fmt: skip
def test_a_grant_has_a_known_cause_a_purpose_and_a_near_end(world, child, changes):
    refused("refused", give, world, child, "cleo", **changes)
    give(world, child, "cleo")


def test_who_cannot_see_the_file_hears_not_there_for_everything(world, child):
    absent = new_id()
    chief = hire(world, "lantern", "supervisor")
    strong = world.actor(chief, strong=True)
    for subject in (child, absent):
        for act in (
            lambda s=subject: give(world, s, "cleo", by="zoe"),
            lambda s=subject: actions.block_agency(by=strong, subject_id=s, agency_id=world.ids["bridge"]),
            lambda s=subject: actions.restrict(by=strong, subject_id=s, restricted=True),
            lambda s=subject: actions.hand_over(
                by=strong, subject_id=s, to=world.ids["zoe"], unit_id=world.ids["lantern/team"]
            ),
            lambda s=subject: actions.declare_conflict(by=strong, subject_id=s),
            lambda s=subject: actions.place_hold(by=strong, subject_id=s, held=True),
            lambda s=subject: queries.who_has_access(strong, s),
            lambda s=subject: queries.who_looked(strong, s),
            lambda s=subject: queries.blocks_on(strong, s),
        ):
            with pytest.raises(NotThere):
                act()


def test_a_reader_of_another_agency_decides_nothing_about_the_file(world, child):
    world.grant(child, "rana", ["register", "note"])
    grant = give(world, child, "cleo")
    block = actions.block_agency(by=world.actor("ben"), subject_id=child, agency_id=world.ids["bridge"])
    rana = world.actor("rana", strong=True)
    team = world.ids["lantern/team"]
    refused("refused", actions.end_access, by=rana, grant_id=grant)
    refused("refused", actions.block_agency, by=rana, subject_id=child, agency_id=world.ids["river"])
    refused("refused", actions.end_block, by=rana, block_id=block)
    refused("refused", actions.restrict, by=rana, subject_id=child, restricted=True)
    refused("refused", actions.hand_over, by=rana, subject_id=child, to=world.ids["rana"], unit_id=team)
    assert queries.blocks_on(rana, child) == ()
    assert len(queries.blocks_on(world.actor("ben"), child)) == 1
    assert sees(world, "cleo", child)


def test_one_ends_ones_own_access_and_never_an_assignment(world, child):
    give(world, child, "cleo")
    grants = {r.who: r.id for r in queries.who_has_access(world.actor("ama"), child)}
    actions.end_access(by=world.actor("cleo"), grant_id=grants["Cleo"])
    refused("hand_over_instead", actions.end_access, by=world.actor("ama"), grant_id=grants["Ama"])
    for hidden in (grants["Ama"], new_id()):
        with pytest.raises(NotThere):
            actions.end_access(by=world.actor("zoe"), grant_id=hidden)


def test_consent_gives_access_and_its_withdrawal_ends_it_at_once(world, child, partner):
    agency, name = partner
    refused("no_protocol", consent, world, child, name)
    agree(world, "river", agency)
    given = consent(world, child, name)
    assert sees(world, name, child)
    assert actions.withdraw_consent(by=world.actor("ama"), consent_id=given) == child
    assert not sees(world, name, child)
    with pytest.raises(NotThere):
        actions.withdraw_consent(by=world.actor("ama"), consent_id=given)
    (row,) = queries.consents_of(world.actor("ama"), child)
    assert (row.state, row.given_by) == ("withdrawn", "child_assent")


def test_a_no_is_recorded_and_gives_nothing(world, child):
    consent(world, child, "cleo", state="refused")
    assert not sees(world, "cleo", child)
    assert [r.state for r in queries.consents_of(world.actor("ama"), child)] == ["refused"]


def test_a_reader_does_not_withdraw_what_the_worker_recorded(world, child):
    given = consent(world, child, "cleo")
    refused("refused", actions.withdraw_consent, by=world.actor("cleo"), consent_id=given)
    with pytest.raises(NotThere):
        actions.withdraw_consent(by=world.actor("zoe"), consent_id=given)
    assert sees(world, "cleo", child)


def test_a_block_beats_grant_emergency_and_the_register(world, child):
    agree(world, "river", "lantern")
    give(world, child, "ilya")
    world.grant(child, "zoe", ["register", "note"], "read", "emergency")
    ben = world.actor("ben", strong=True)
    refused("custodian", actions.block_agency, by=ben, subject_id=child, agency_id=world.ids["river"])
    block = actions.block_agency(by=ben, subject_id=child, agency_id=world.ids["lantern"])
    assert not sees(world, "ilya", child)
    assert not sees(world, "zoe", child)
    refused("not_available", give, world, child, "zoe")
    actions.block_agency(by=ben, subject_id=child, agency_id=world.ids["bridge"])
    assert not sees(world, "kofi", child)
    assert actions.end_block(by=ben, block_id=block) == child
    assert not sees(world, "ilya", child), "a block ends grants; letting an agency back gives none"
    give(world, child, "ilya")
    assert sees(world, "ilya", child)
    with pytest.raises(NotThere):
        actions.end_block(by=ben, block_id=block)


def test_a_block_counts_for_every_agency_somebody_works_for(world, child):
    """Whichever role they chose for this sign-in."""
    both = hire(world, "river", "caseworker")
    give(world, child, both)
    actor = world.actor(both)  # signed in while there is one role to act in
    appoint(world, both, "lantern", "caseworker")
    assert sees(world, both, child)
    actions.block_agency(by=world.actor("ben"), subject_id=child, agency_id=world.ids["lantern"])
    with pytest.raises(NotThere):
        queries.file_for(actor, child)


def test_each_act_leaves_its_entry(world, child):
    grant = give(world, child, "cleo")
    actions.end_access(by=world.actor("ama"), grant_id=grant)
    told = [
        w
        for w, s in world.rows("SELECT what, subject_id FROM audit.entry ORDER BY id DESC LIMIT 40")
        if s == child
    ]
    assert {"ACCESS_GIVEN", "ACCESS_ENDED"} <= set(told)
