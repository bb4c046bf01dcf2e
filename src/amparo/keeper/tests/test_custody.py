from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from amparo.keeper import custody, opening
from amparo.keeper.keks import EnvironmentKeks, FileKeks
from amparo.keeper.opening import Ask, Refusal
from amparo.keeper.protocol import Item
from amparo.keeper.tests.conftest import World


@pytest.fixture
def filed(world: World, tmp_path: Path) -> Iterator[World]:
    """The same world with keys in a file, which can be rotated."""
    tmp_path.chmod(0o700)
    world.store = FileKeks(tmp_path / "keks.json", may_create=True)
    world.agency = uuid4()
    custody.ensure_kek(world.desk, world.agency)
    return world


def reads(world: World, item: Item) -> bool:
    secret, actor = world.person()
    world.grant(actor, item.holder, item.section)
    try:
        return opening.open_items(world.desk, world.ask(secret, [item]), [item]) == [b"value"]
    except Refusal:
        return False


def keys_of(world: World, holder: UUID) -> list[tuple[UUID, int]]:
    query = "SELECT kek_agency, kek_generation FROM keeper.data_key WHERE holder = %s"
    return world.owner.execute(query, [holder]).fetchall()


def retired_long_ago(world: World) -> None:
    world.owner.execute("UPDATE keeper.kek SET retired_at = retired_at - interval '2 days'")


def test_rotation_wraps_again_and_touches_no_sealed_value(
    filed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody, "BATCH", 4)
    items = [filed.sealed("value", filed.holder(("note", "place")), "note") for _ in range(5)]

    custody.rotate(filed.desk, filed.agency)
    moved = [custody.rewrap(filed.desk, filed.agency) for _ in range(4)]

    assert moved == [4, 4, 2, 0]
    assert {key for item in items for key in keys_of(filed, item.holder)} == {(filed.agency, 2)}
    assert all(reads(filed, item) for item in items)


def test_values_open_while_half_of_the_keys_are_moved(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "BATCH", 1)
    items = [filed.sealed("value", filed.holder(("note",)), "note") for _ in range(2)]
    custody.rotate(filed.desk, filed.agency)

    custody.rewrap(filed.desk, filed.agency)

    assert sorted(keys_of(filed, item.holder)[0][1] for item in items) == [1, 2]
    assert all(reads(filed, item) for item in items)


def test_new_holders_are_wrapped_to_the_new_generation(filed: World) -> None:
    custody.rotate(filed.desk, filed.agency)

    assert set(keys_of(filed, filed.holder())) == {(filed.agency, 2)}


def test_a_crash_before_publishing_is_made_good(filed: World) -> None:
    filed.store.rotate(filed.agency)  # and then killed

    custody.ensure_kek(filed.desk, filed.agency)

    assert {kek.generation for kek in filed.published(filed.agency).values()} == {2}


def test_a_generation_in_use_or_fresh_is_not_destroyed(filed: World) -> None:
    item = filed.sealed("value", filed.holder(), "note")
    custody.rotate(filed.desk, filed.agency)
    retired_long_ago(filed)

    with pytest.raises(Refusal, match="kek_in_use"):
        custody.destroy_kek(filed.desk, filed.agency, "content", 1)
    with pytest.raises(Refusal, match="kek_in_use"):
        custody.destroy_kek(filed.desk, filed.agency, "content", 2)
    with pytest.raises(Refusal, match="kek_in_use"):
        custody.destroy_kek(filed.desk, filed.agency, "content", 9)
    assert reads(filed, item)


def test_a_destroyed_generation_makes_old_copies_unreadable(filed: World) -> None:
    holder = filed.holder(("note",))
    item = filed.sealed("value", holder, "note")
    backup = filed.owner.execute("SELECT * FROM keeper.data_key WHERE holder = %s", [holder]).fetchone()
    custody.rotate(filed.desk, filed.agency)
    custody.rewrap(filed.desk, filed.agency)
    retired_long_ago(filed)

    custody.destroy_kek(filed.desk, filed.agency, "content", 1)
    custody.destroy_kek(filed.desk, filed.agency, "content", 1)  # asked again after a lost answer

    assert reads(filed, item)
    assert custody.missing_keks(filed.conn, filed.store) >= 0
    filed.owner.execute("DELETE FROM keeper.data_key WHERE holder = %s", [holder])
    filed.owner.execute("INSERT INTO keeper.data_key VALUES (%s, %s, %s, %s, %s, %s)", backup)
    assert not reads(filed, item)
    assert custody.rewrap(filed.desk, filed.agency) == 0


def test_a_damaged_key_is_passed_over_and_holds_its_generation(filed: World) -> None:
    holder = filed.holder(("note",))
    filed.owner.execute("UPDATE keeper.data_key SET wrapped = 'rubbish' WHERE holder = %s", [holder])
    good = filed.sealed("value", filed.holder(("note",)), "note")
    custody.rotate(filed.desk, filed.agency)

    assert custody.rewrap(filed.desk, filed.agency) == 1
    assert reads(filed, good)
    assert keys_of(filed, holder) == [(filed.agency, 1)]
    retired_long_ago(filed)
    with pytest.raises(Refusal, match="kek_in_use"):
        custody.destroy_kek(filed.desk, filed.agency, "content", 1)


def test_transfer_wraps_to_the_new_custodian(filed: World) -> None:
    item = filed.sealed("value", filed.holder(), "note")
    other = uuid4()

    assert custody.transfer(filed.desk, item.holder, other) == 3
    assert set(keys_of(filed, item.holder)) == {(other, 1)}
    assert reads(filed, item)


def erase(world: World, holder: UUID) -> None:
    custody.erase(
        world.desk, Ask("system:retention", "erase", uuid4(), "ERASED", {(holder, "erase"): [holder]}), holder
    )


def test_erasing_makes_unreadable_for_ever_and_is_logged(world: World) -> None:
    item, other = (world.sealed("value", world.holder(), "note") for _ in range(2))
    world.allow_system("retention", "erase")

    erase(world, item.holder)
    erase(world, item.holder)

    assert not reads(world, item)
    assert reads(world, other)
    assert [row[2] for row in world.logged("system:retention")] == ["ERASED", "ERASED"]


def test_erasing_what_is_not_due_is_refused(world: World) -> None:
    item = world.sealed("value", world.holder(), "note")

    with pytest.raises(Refusal, match="not_allowed"):
        erase(world, item.holder)
    assert reads(world, item)


def test_a_section_that_came_later_gets_its_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.owner.execute(
        "UPDATE keeper.data_key SET wrapped = NULL, destroyed_at = now() WHERE wrapped IS NOT NULL"
    )
    monkeypatch.setattr(custody, "BATCH", 2)
    holders = [world.holder(("note",)) for _ in range(3)]

    assert [custody.add_section(world.desk, "legal") for _ in range(3)] == [2, 1, 0]
    assert reads(world, world.sealed("value", holders[0], "legal"))


def test_keys_of_another_database_are_noticed(world: World) -> None:
    world.store = EnvironmentKeks("00" * 32)

    assert custody.missing_keks(world.conn, world.store) > 0
    with pytest.raises(Refusal, match="foreign_keks"):
        custody.ensure_kek(world.desk, world.agency)


def test_counters_are_dropped_when_no_limit_looks_at_them(world: World) -> None:
    for days in (0, 29, 31, 400):
        row = (days, uuid4(), uuid4(), "content")
        world.owner.execute(
            "INSERT INTO keeper.opened VALUES ((now() AT TIME ZONE 'utc')::date - %s::int, %s, %s, %s)", row
        )

    assert custody.tidy(world.desk) == 2
    assert custody.tidy(world.desk) == 0
