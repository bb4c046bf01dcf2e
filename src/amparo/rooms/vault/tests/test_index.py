"""The index: made by the worker after each write, never older than the record, gone with the file."""

from __future__ import annotations

import pytest

from amparo.rooms.desk.actions import erase_due
from amparo.rooms.desk.tests.test_worker import work_off
from amparo.rooms.vault import actions, queries
from amparo.rooms.vault.records import Contacts, Identity, Whereabouts

AMAL = Identity("Amal", "Zeidan", "", "Amal", "2012", documents=("Registry of births, B-40 771 902, 2012",))
PHONE = {"phone": "0771 240 9912"}


@pytest.fixture
def child(world, real_keeper):
    return world.child("ama")


def found(world, terms, who="ama"):
    return [hit.id for hit in queries.search(world.actor(who), terms)]


def recorded(world, child):
    ama = world.actor("ama")
    actions.record_identity(by=ama, subject_id=child, identity=AMAL, version=0)
    actions.record_contacts(by=ama, subject_id=child, contacts=Contacts(("+20 771 240 9912",)), version=0)
    actions.record_place(by=ama, subject_id=child, place=Whereabouts("QM01", "Red door"), version=0)


def test_the_worker_makes_what_was_written_findable(world, child, database):
    recorded(world, child)
    assert child not in found(world, PHONE)
    done = work_off(database)
    assert done.returncode == 0, done.stderr[-2000:]
    for terms in (PHONE, {"document": "b40771902"}, {"name": "أمل زيدان", "birth_year": "2012"}):
        assert child in found(world, terms), terms


def test_a_changed_name_is_found_and_the_old_one_is_not(world, child, as_login):
    ama = world.actor("ama")
    record = actions.record_identity(by=ama, subject_id=child, identity=AMAL, version=0)
    changed = Identity("Rima", "Khalil", "", "Rima", "2012")
    actions.record_identity(by=ama, subject_id=child, identity=changed, version=1)
    with as_login("worker"):
        actions.index_record(by=world.system("indexer"), table="person", record_id=record)
    assert child in found(world, {"name": "Rima Khalil", "birth_year": "2012"})
    assert child not in found(world, {"name": "Amal Zeidan", "birth_year": "2012"})


def test_entries_of_an_older_version_are_dropped(world, child, login):
    ama = world.actor("ama")
    record = actions.record_identity(by=ama, subject_id=child, identity=AMAL, version=0)
    actions.record_identity(by=ama, subject_id=child, identity=AMAL, version=1)
    with login("worker") as late, late.transaction():
        late.execute("SELECT sec.enter_system('indexer')")
        ask = 'SELECT sec.replace_terms(%s, %s, %s, 118, \'{"phone": ["aabb"]}\')'
        assert late.execute(ask, [child, record, 1]).fetchone() == (False,)
        assert late.execute(ask, [child, record, 2]).fetchone() == (True,)
    assert world.rows("SELECT mac FROM vault_term WHERE record = %s", record) == [(b"\xaa\xbb",)]


@pytest.mark.parametrize("name", ["retention", "clocks", "notices"])
def test_no_other_system_actor_writes_the_index(world, child, login, name):
    import psycopg

    with login("worker") as other, other.transaction(force_rollback=True):
        other.execute("SELECT sec.enter_system(%s)", [name])
        with pytest.raises(psycopg.Error) as refused:
            other.execute("SELECT sec.replace_terms(%s, %s, 1, 118, '{}')", [child, child])
        assert refused.value.sqlstate == "AM403"


@pytest.mark.parametrize("login_name", ["staff", "public", "worker", "stats"])
def test_candidates_are_for_the_keeper_alone(login, login_name):
    import psycopg

    with login(login_name) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute("SELECT * FROM sec.term_candidates('phone', ARRAY['\\xaabb'::bytea])")


def test_erasing_a_file_leaves_no_record_and_no_index_entry(world, child, database, as_login):
    recorded(world, child)
    work_off(database)
    tables = ("vault_person", "vault_contact", "vault_place", "vault_term")

    def rows():
        return [world.rows(f"SELECT count(*) FROM {t} WHERE subject_id = %s", child)[0][0] for t in tables]

    assert all(rows())
    world.admin.execute(
        "UPDATE access_subject SET shred_on = current_date, retention_class = 'CONCERN_NOT_CONFIRMED'"
        " WHERE id = %s",
        [child],
    )
    with as_login("worker"):
        erase_due(by=world.system("retention"))
    assert rows() == [0, 0, 0, 0]
    assert child not in found(world, PHONE)
