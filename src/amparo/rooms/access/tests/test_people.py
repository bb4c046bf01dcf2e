"""Agencies, people, roles, partner systems and sign-ins: who may, who may not, and what excludes what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.hashers import check_password

from amparo.foundation.actors import actor_for
from amparo.foundation.clock import now
from amparo.foundation.errors import NeedsStrongSignIn, NotThere, Refused
from amparo.foundation.ids import Secret, new_id
from amparo.rooms.access import actions, queries
from amparo.rooms.access.policy import ROLES, Role, incompatible

from .people import appoint, found_agency, hire

AGENCY = {
    "names": {"en": "Harbour"},
    "kind": "ngo",
    "languages": ["en"],
    "time_zone": "UTC",
    "calendar": "QM",
}


def refused(code, act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    assert caught.value.reason == code


def give_role(world, who, role, agency="river", by="hugo", **more):
    return actions.appoint(
        by=world.actor(by), person_id=world.ids[who], unit_id=world.ids[f"{agency}/team"], role=role, **more
    )


def test_a_new_person_gets_a_password_once_and_keys_for_drafts(world):
    new = actions.add_person(
        by=world.actor("hugo"), email="Nia@Example.org", display_name="Nia", language="ar"
    )
    ((email, kept, language),) = world.rows(
        "SELECT email, password, language FROM access_person WHERE id = %s", new.id
    )
    assert (email, language) == ("nia@example.org", "ar")
    assert kept.startswith("argon2")
    assert check_password(new.first_password, kept)
    assert world.rows("SELECT section FROM keeper.section_key WHERE holder = %s", new.id) == [("draft",)]
    refused(
        "email_taken", actions.add_person, by=world.actor("hugo"), email="nia@example.org", display_name="N"
    )
    refused("permission", actions.add_person, by=world.actor("ama"), email="n2@example.org", display_name="N")


def test_a_person_without_a_password_signs_in_by_other_means_only(world):
    new = actions.add_person(
        by=world.actor("hugo"), email="ola@example.org", display_name="Ola", with_password=False
    )
    ((kept,),) = world.rows("SELECT password FROM access_person WHERE id = %s", new.id)
    assert new.first_password == ""
    assert kept.startswith("!")


def test_a_role_is_given_in_ones_own_agency_and_everywhere_by_the_national_administrator(world):
    who = hire(world, "river")
    membership = give_role(world, who, "caseworker")
    assert world.actor(who).membership == membership
    world.ids["nobody"] = new_id()
    for person, agency in ((who, "lantern"), ("nobody", "river")):
        with pytest.raises(NotThere):
            give_role(world, person, "caseworker", agency)
    other = hire(world, "lantern")
    give_role(world, other, "guardian", "lantern", by="nadia")
    assert world.actor(other).role == "guardian"


def test_nobody_gives_themselves_a_role_or_one_that_does_not_exist(world):
    who = hire(world, "river")
    with pytest.raises(Refused, match="not_for_oneself"):
        give_role(world, "hugo", "data_protection_officer")
    with pytest.raises(Refused, match="unknown_role"):
        give_role(world, who, "king")
    with pytest.raises(Refused, match="permission"):
        give_role(world, who, "caseworker", by="ama")


@pytest.mark.parametrize(
    ("one", "other"),
    [("analyst", "caseworker"), ("agency_administrator", "shelter_worker"), ("coordination_secretariat", "lawyer"),
     ("data_protection_officer", "agency_administrator")],
)  # fmt: skip
@pytest.mark.parametrize("swapped", [False, True])
def test_roles_that_exclude_each_other(world, one, other, swapped):
    first, second = (other, one) if swapped else (one, other)
    who = hire(world, "river", first)
    assert incompatible(one, other)
    with pytest.raises(Refused, match="incompatible_roles"):
        give_role(world, who, second)
    world.admin.execute("UPDATE access_membership SET until_at = now() WHERE actor_id = %s", [world.ids[who]])
    give_role(world, who, second)


def test_what_excludes_what_is_the_same_in_code_and_in_the_database(world):
    pairs = world.rows(
        "SELECT a.role, b.role FROM sec.role a, sec.role b, sec.incompatible i WHERE i.one = ANY (a.tags)"
        " AND i.other = ANY (b.tags)"
    )
    both = {frozenset(p) for p in pairs}
    assert both == {frozenset((a, b)) for a in Role for b in Role if a != b and incompatible(a, b)}
    assert len(both) >= 20


@pytest.mark.parametrize("kind", ["police", "border", "immigration_enforcement", "prosecution"])
def test_the_firewall_lets_no_role_that_reads_files_into_an_enforcement_agency(world, kind):
    agency = found_agency(world, kind)
    who = hire(world, agency)
    allowed, reasons = [], set()
    for role in Role:
        try:
            give_role(world, who, role.value, agency, by="nadia")
            allowed.append(role)
        except Refused as refusal:
            reasons.add(refusal.reason)
        world.admin.execute("DELETE FROM access_membership WHERE actor_id = %s", [world.ids[who]])
    assert reasons == {"firewall"}
    assert allowed == [r for r in Role if ROLES[r].in_enforcement]
    assert {"justice_liaison", "data_protection_officer", "agency_administrator"} == set(allowed)


def test_a_leaver_who_works_for_children_stays_until_they_are_handed_over(world):
    worker = hire(world, "river", "caseworker")
    child = actions.open_subject(by=world.actor(worker))
    ((membership,),) = world.rows("SELECT id FROM access_membership WHERE actor_id = %s", world.ids[worker])
    hugo = world.actor("hugo")
    refused("still_owns_children", actions.end_membership, by=hugo, membership_id=membership)
    refused("still_owns_children", actions.deactivate, by=hugo, person_id=world.ids[worker])
    second = appoint(world, worker, "river", "guardian")
    actions.end_membership(by=hugo, membership_id=second)
    actions.hand_over(
        by=world.actor("ben"), subject_id=child, to=world.ids["cleo"], unit_id=world.ids["river/team"]
    )
    secret = world.actor(worker).secret
    actions.deactivate(by=hugo, person_id=world.ids[worker])
    assert actor_for(secret) is None
    assert [p.is_active for p in queries.people_of_agency(hugo) if p.id == world.ids[worker]] == [False]


def test_ending_a_role_ends_the_sign_ins_that_act_in_it(world):
    worker = hire(world, "river", "caseworker")
    actor = world.actor(worker)
    actions.end_membership(by=world.actor("hugo"), membership_id=actor.membership)
    assert actor_for(actor.secret) is None
    with pytest.raises(NotThere):
        actions.end_membership(by=world.actor("hugo"), membership_id=actor.membership)


def test_people_of_other_agencies_are_not_there(world):
    hugo, zoe = world.actor("hugo"), world.actor("zoe")
    for act in (
        lambda: actions.end_membership(by=hugo, membership_id=zoe.membership),
        lambda: actions.deactivate(by=hugo, person_id=zoe.id),
        lambda: queries.person_for(hugo, zoe.id),
        lambda: queries.person_for(hugo, new_id()),
    ):
        with pytest.raises(NotThere):
            act()
    assert queries.person_for(world.actor("nadia"), zoe.id).name == "Zoe"
    mine = queries.people_of_agency(hugo)
    assert {"Ama", "Ben", "Hugo"} <= {p.name for p in mine}
    assert not {"Zoe", "Kofi"} & {p.name for p in mine}


def test_an_agency_is_added_with_its_unit_for_restricted_files_and_a_job_for_its_keys(world):
    nadia = world.actor("nadia")
    agency = actions.add_agency(by=nadia, **AGENCY, key="harbour")
    assert actions.add_agency(by=nadia, **AGENCY, key="harbour") == agency
    assert world.rows("SELECT kind FROM access_unit WHERE agency_id = %s", agency) == [("restricted",)]
    jobs = world.rows("SELECT args FROM procrastinate_jobs WHERE task_name = 'access.make_keys'")
    assert [a for (a,) in jobs if a["agency_id"] == str(agency)] == [{"agency_id": str(agency)}]
    unit = actions.add_unit(by=nadia, agency_id=agency, names={"en": "North"}, areas=[])
    choices = queries.units_of_agency(nadia, everywhere=True)
    assert "North, Harbour" in [c.label for c in choices if c.id == unit]
    assert unit not in [c.id for c in queries.units_of_agency(nadia)]
    assert "Harbour" in [c.label for c in queries.agencies(world.actor("ama"))]
    refused("permission", actions.add_agency, by=world.actor("hugo"), **AGENCY)
    refused("permission", actions.add_unit, by=world.actor("hugo"), agency_id=agency, names={})


def test_the_job_asks_the_keeper_for_an_agencys_keys(world, monkeypatch):
    from amparo.rooms.access import jobs

    asked = []
    monkeypatch.setattr(
        jobs, "keeper", lambda: type("K", (), {"ensure_kek": lambda self, a: asked.append(a)})()
    )
    agency = new_id()
    jobs.make_keys(str(agency))
    assert asked == [agency]


def test_a_partners_system_gets_a_secret_once_and_acts_in_one_unit(world):
    team, until = world.ids["river/team"], now() + dt.timedelta(days=7)
    order = {"name": "Hotline", "unit_id": team, "role": "hotline_operator", "until": until}
    with pytest.raises(NeedsStrongSignIn):
        actions.add_api_client(by=world.actor("hugo"), **order)
    new = actions.add_api_client(by=world.actor("hugo", strong=True), **order)
    client = actor_for(Secret(new.secret))
    assert (client.kind, client.name, client.role, client.unit) == (
        "client",
        "Hotline",
        "hotline_operator",
        team,
    )
    assert not world.rows("SELECT 1 FROM sec.session WHERE secret_hash = %s", new.secret.encode())
    assert not client.is_strong
    elsewhere = order | {"unit_id": world.ids["lantern/team"]}
    with pytest.raises(NotThere):
        actions.add_api_client(by=world.actor("hugo", strong=True), **elsewhere)
    world.admin.execute("UPDATE access_apiclient SET is_active = false WHERE id = %s", [new.id])
    assert actor_for(Secret(new.secret)) is None


def test_one_acts_in_one_of_ones_own_roles(world):
    who = hire(world, "river", "caseworker", "guardian")
    actor = world.actor(who)
    assert actor.membership is None
    rows = queries.my_memberships(actor)
    assert [r.role for r in rows] == ["caseworker", "guardian"]
    refused("permission", queries.files_for, viewer=actor)
    actions.act_as(by=actor, membership_id=rows[1].id)
    assert world.actor(who).role == "guardian"
    for membership in (world.actor("ama").membership, new_id()):
        with pytest.raises(NotThere):
            actions.act_as(by=actor, membership_id=membership)


def test_one_ends_ones_own_sign_ins_and_no_others(world):
    actor = world.actor(hire(world, "river", "caseworker"))
    (row,) = queries.my_sign_ins(actor)
    assert (row.label, row.role_label) == ("test", "Caseworker")
    with pytest.raises(NotThere):
        actions.end_sign_in(by=world.actor("ben"), sign_in_id=row.id)
    actions.end_sign_in(by=actor, sign_in_id=row.id)
    assert actor_for(actor.secret) is None


def test_only_people_who_may_hold_access_are_offered_for_it(world):
    names = [c.label.split(",")[0] for c in queries.colleagues(world.actor("ama"))]
    assert {"Ben", "Cleo", "Ilya", "Zoe"} <= set(names)
    assert not {"Ama", "Dora", "Hugo", "Kofi", "Nadia", "Ines"} & set(names)
    own = {c.label.split(",")[0] for c in queries.colleagues(world.actor("ama"), own_agency=True)}
    assert "Cleo" in own
    assert not {"Ilya", "Zoe"} & own


def test_the_agencys_log_is_the_data_protection_officers(world):
    queries.file_for(world.actor("ama"), world.child())
    page = queries.agency_log(world.actor("dora"))
    assert "Opened the file" in [x.what for x in page.items]
    assert {x.subject_id for x in page.items} == {None}
    assert {x.who for x in page.items} <= {
        x.who for x in queries.agency_log(world.actor("dora"), "spoilt").items
    }
    if page.next_key:
        assert queries.agency_log(world.actor("dora"), page.next_key).items[0].id < page.items[-1].id
    refused("permission", queries.agency_log, viewer=world.actor("ama"))


def test_each_night_the_keeper_forgets_counters_past_every_limit(world, real_keeper):
    from amparo.rooms.access import jobs

    old, new = new_id(), new_id()
    for actor, days in ((old, 40), (new, 5)):
        world.admin.execute(
            "INSERT INTO keeper.opened (day, actor, holder, class) VALUES (current_date - %s::int, %s, %s, 'content')",
            [days, actor, new_id()],
        )

    jobs.tidy_counters(timestamp=0)

    assert world.rows("SELECT actor FROM keeper.opened WHERE actor = ANY (%s)", [old, new]) == [(new,)]
    assert jobs.app.periodic_registry.periodic_tasks[("access.tidy_counters", "")].cron == "20 3 * * *"
