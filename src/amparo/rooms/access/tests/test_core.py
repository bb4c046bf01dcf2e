"""The walls stand: context, grants, blocks, the log."""

from __future__ import annotations

import uuid

import psycopg
import pytest


def enter(connection: psycopg.Connection, secret: str) -> None:
    connection.execute("SELECT sec.enter(%s)", [secret])


def codes(connection: psycopg.Connection, subject: uuid.UUID) -> list[tuple]:
    return connection.execute("SELECT code FROM access_subject WHERE id = %s", [subject]).fetchall()


def test_subject_seen_by_its_worker_and_hidden_from_another_agency(world, login):
    child = world.child("ama")
    staff = login("staff")
    ama, zoe = world.actor("ama"), world.actor("zoe")
    with staff.transaction():
        enter(staff, ama.secret)
        assert len(codes(staff, child)) == 1
    with staff.transaction():
        enter(staff, zoe.secret)
        assert codes(staff, child) == []


def test_reading_without_context_raises_instead_of_an_empty_page(world, login):
    child = world.child("ama")
    with pytest.raises(psycopg.Error) as caught:
        codes(login("staff"), child)
    assert caught.value.sqlstate == "AM001"


def test_block_hides_the_subject_from_a_holder_of_a_grant(world, login):
    child = world.child("ama")
    world.grant(child, "ilya", ["register", "note"])
    staff, ilya = login("staff"), world.actor("ilya")
    with staff.transaction():
        enter(staff, ilya.secret)
        assert len(codes(staff, child)) == 1
    world.block(child, "lantern")
    with staff.transaction():
        enter(staff, ilya.secret)
        assert codes(staff, child) == []
