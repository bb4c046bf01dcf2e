"""Names and places, with the real keeper: recorded, shown with a reason, found, hidden."""

from __future__ import annotations

import pytest

from amparo.foundation import errors
from amparo.foundation.ids import new_id
from amparo.rooms.vault import actions, queries
from amparo.rooms.vault.models import PersonRecord
from amparo.rooms.vault.records import Contacts, Identity, Whereabouts

REASON = "the clinic needs the name tonight"
LEYLA = Identity("Leyla", "Haddad", "ليلى حداد", "Lulu", "2011-05", documents=("QM-77 1234567",))


@pytest.fixture
def child(world, real_keeper):
    return world.child("ama")


def named(world, child, identity=LEYLA):
    return actions.record_identity(by=world.actor("ama"), subject_id=child, identity=identity, version=0)


def indexed(world, database, table, record):
    """The indexer's own work, on the worker's own login."""
    from django.db import connection
    from psycopg.conninfo import conninfo_to_dict

    from amparo.foundation.actors import system_actor

    wanted, before = conninfo_to_dict(database.url("worker")), dict(connection.settings_dict)
    pool = connection.settings_dict["OPTIONS"].pop("pool", None)
    connection.close()
    connection.settings_dict.update(USER=wanted["user"], PASSWORD=wanted["password"])
    try:
        actions.index_record(by=system_actor("indexer"), table=table, record_id=record)
    finally:
        connection.close()
        connection.settings_dict.update(before)
        if pool is not None:
            connection.settings_dict["OPTIONS"]["pool"] = pool


def test_name_is_shown_to_its_worker_with_a_reason(world, child):
    named(world, child)
    identity, contacts = actions.reveal_identity(
        by=world.actor("ama", strong=True), subject_id=child, because=REASON
    )
    assert (identity.used_name, identity.birth, identity.version) == ("Lulu", "2011-05", 1)
    assert contacts == Contacts()
    assert (world.ids["ama"], child, None, REASON, "done") in world.entries("IDENTITY_SHOWN")
    assert any(subject == child and why == REASON for _, subject, _, why, _ in world.entries("KEEPER_OPENED"))


@pytest.mark.parametrize(
    ("who", "strong", "because", "error"),
    [
        ("ama", False, REASON, errors.NeedsStrongSignIn),
        ("ama", True, "because", errors.Refused),
        ("zoe", True, REASON, errors.NotThere),
        ("kofi", True, REASON, errors.Refused),
        ("cleo", True, REASON, errors.NotThere),
    ],
)
def test_name_is_refused_without_second_step_reason_role_or_access(world, child, who, strong, because, error):
    named(world, child)
    with pytest.raises(error):
        actions.reveal_identity(by=world.actor(who, strong=strong), subject_id=child, because=because)


def test_place_lies_apart_from_the_name(world, child):
    world.grant(child, "ilya", ["register", "identity", "contact"])
    named(world, child)
    ama = world.actor("ama", strong=True)
    actions.record_place(
        by=ama, subject_id=child, place=Whereabouts("QM0101", "Blue gate", kind="fact"), version=0
    )
    assert actions.reveal_place(by=ama, subject_id=child, because=REASON)[0].address == "Blue gate"
    ilya = world.actor("ilya", strong=True)
    assert actions.reveal_identity(by=ilya, subject_id=child, because=REASON)[0].used_name == "Lulu"
    with pytest.raises(errors.NotThere):
        actions.reveal_place(by=ilya, subject_id=child, because=REASON)


def test_a_newer_record_is_never_overwritten(world, child):
    named(world, child)
    with pytest.raises(errors.Conflict):
        named(world, child)


def test_arabic_and_latin_spelling_meet_for_the_worker_and_for_nobody_else(world, child, database):
    record = named(world, child)
    indexed(world, database, "person", record)
    for terms in ({"name": "Layla Haddad", "birth_year": "2011"}, {"name": "حداد ليلى", "birth_year": "2011"},
                  {"document": "QM771234567"}):  # fmt: skip
        assert child in [h.id for h in queries.search(world.actor("ama"), terms)], terms
        assert child not in [h.id for h in queries.search(world.actor("zoe"), terms)]
    assert queries.search(world.actor("ama"), {"name": "Nobody Here", "birth_year": "2011"}) == ()


def test_phone_is_found_with_and_without_its_prefix(world, child, database):
    phones = Contacts(phones=("+998 790 555 0123",))
    record = actions.record_contacts(by=world.actor("ama"), subject_id=child, contacts=phones, version=0)
    indexed(world, database, "contact", record)
    assert child in [h.id for h in queries.search(world.actor("ama"), {"phone": "0790 555 0123"})]


def test_code_is_found_by_its_worker_and_absent_for_others(world, child):
    code = world.rows("SELECT code FROM access_subject WHERE id = %s", child)[0][0]
    assert (
        queries.find_by_code(world.actor("zoe"), code)
        == queries.find_by_code(world.actor("ama"), "not a code")
        == ()
    )


def test_destroyed_key_leaves_nothing_to_show(world, child):
    named(world, child)
    world.admin.execute(
        "UPDATE keeper.data_key SET wrapped = NULL, destroyed_at = now() WHERE holder = %s", [child]
    )
    with pytest.raises(errors.NotThere):
        actions.reveal_identity(by=world.actor("ama", strong=True), subject_id=child, because=REASON)


def test_without_the_keeper_nothing_is_lost_and_nothing_opens(world, child, real_keeper):
    real_keeper.stop(hard=True)
    try:
        named(world, child)  # sealing needs no keeper
        with pytest.raises(errors.KeeperAway):
            actions.reveal_identity(by=world.actor("ama", strong=True), subject_id=child, because=REASON)
    finally:
        real_keeper.start()
    assert (
        actions.reveal_identity(by=world.actor("ama", strong=True), subject_id=child, because=REASON)[0]
        == LEYLA
    )


def test_no_name_stands_in_clear_in_the_table(world, child):
    record = named(world, child)
    raw = bytes(world.rows("SELECT sealed FROM vault_person WHERE id = %s", record)[0][0])
    assert all(word.encode() not in raw for word in ("Leyla", "Haddad", "Lulu", "ليلى"))


def test_unknown_record_is_passed_over_by_the_indexer(world, real_keeper, database):
    indexed(world, database, "person", new_id())
    assert PersonRecord.SECTION == "identity"
