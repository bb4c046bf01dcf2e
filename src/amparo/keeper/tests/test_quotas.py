from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from amparo.keeper import opening, quotas
from amparo.keeper.opening import Refusal
from amparo.keeper.protocol import Item
from amparo.keeper.server import connect
from amparo.keeper.tests.conftest import World


def granted(world: World, actor: UUID, number: int, section: str, own: bool = False) -> list[Item]:
    items = [world.sealed("x", world.holder((section,)), section) for _ in range(number)]
    for item in items:
        world.grant(actor, item.holder, section, own)
    return items


def opened(world: World, secret: str, items: list[Item]) -> Counter[str]:
    """One question for each item; how many were answered, and why the others were not."""
    results: Counter[str] = Counter()
    for item in items:
        try:
            opening.open_items(world.desk, world.ask(secret, [item]), [item])
            results["opened"] += 1
        except Refusal as no:
            results[no.reason] += 1
    return results


def test_the_shipped_numbers_are_those_of_the_promise() -> None:
    limits = quotas.shipped().limits

    assert limits["identity"]["person"] == limits["place"]["person"] == {"hour": 30, "day": 100}
    assert limits["search"]["person"]["hour"] == 60
    assert {name for section in quotas.shipped().sections.values() for name in [section]} <= set(limits)


def test_a_stolen_sign_in_opens_thirty_identities_an_hour(world: World) -> None:
    secret, actor = world.person()
    items = granted(world, actor, 33, "identity")

    assert opened(world, secret, items) == {"opened": 30, "identity.person.hour": 3}
    assert [row[2] for row in world.logged(secret)].count("QUOTA") == 3
    assert opened(world, secret, items[:5]) == {"opened": 5}  # the same children again are free


def test_identity_and_contact_count_together_and_place_apart(world: World) -> None:
    secret, actor = world.person()
    opened(world, secret, granted(world, actor, 20, "identity"))

    assert opened(world, secret, granted(world, actor, 11, "contact"))["opened"] == 10
    assert opened(world, secret, granted(world, actor, 3, "place")) == {"opened": 3}


def test_after_an_hour_there_is_room_until_a_hundred_a_day(world: World) -> None:
    secret, actor = world.person()
    earlier = """INSERT INTO keeper.opened
        VALUES ((now() AT TIME ZONE 'utc')::date - 1, %s, %s, 'identity', %s, now() - %s::interval)"""
    for _ in range(98):
        world.owner.execute(earlier, (actor, uuid4(), world.agency, "23 hours"))
    for _ in range(50):
        world.owner.execute(earlier, (actor, uuid4(), world.agency, "25 hours"))

    assert opened(world, secret, granted(world, actor, 4, "identity")) == {
        "opened": 2,
        "identity.person.day": 2,
    }


def test_ones_own_caseload_counts_apart(world: World) -> None:
    secret, actor = world.person()
    own = granted(world, actor, 32, "identity", own=True)

    assert opened(world, secret, own) == {"opened": 32}
    assert opened(world, secret, granted(world, actor, 30, "identity")) == {"opened": 30}


def test_the_agency_and_the_installation_have_limits_too(world: World) -> None:
    tight = {"agency": {"hour": 3}, "installation": {"hour": 5}}
    world.limits = replace(world.limits, limits={**world.limits.limits, "identity": tight})
    results: Counter[str] = Counter()
    for agency in (world.agency, world.agency, uuid4()):
        secret, actor = world.person(agency)
        results += opened(world, secret, granted(world, actor, 2, "identity"))
    secret, actor = world.person(uuid4())
    results += opened(world, secret, granted(world, actor, 1, "identity"))

    assert results == {"opened": 5, "identity.agency.hour": 1, "identity.installation.hour": 1}


def test_a_batch_over_the_limit_counts_nothing(world: World) -> None:
    secret, actor = world.person()
    items = [*granted(world, actor, 31, "identity"), *granted(world, actor, 2, "note")]

    with pytest.raises(Refusal, match=r"identity\.person\.hour"):
        opening.open_items(world.desk, world.ask(secret, items), items)
    assert world.counted(actor) == 0


def test_a_system_actor_has_a_class_of_its_own(world: World) -> None:
    assert world.limits.class_of("identity", own_case=False, system=True) == "system"
    assert world.limits.class_of("search", own_case=True, system=False) == "search"
    assert world.limits.class_of("concern", own_case=False, system=False) == "intake"


def test_eight_threads_open_exactly_the_limit(world: World) -> None:
    secret, actor = world.person()
    items = granted(world, actor, 80, "place")

    def some(part: list[Item]) -> Counter[str]:
        with connect(world.keeper_url) as conn:
            return opened(replace(world, conn=conn), secret, part)

    with ThreadPoolExecutor(8) as threads:
        results = sum(threads.map(some, [items[start::8] for start in range(8)]), Counter())

    assert results == {"opened": 30, "place.person.hour": 50}
    assert world.counted(actor) == 30
    log = Counter(row[2] for row in world.logged(secret))
    assert log == {"OPENED": 30, "QUOTA": 50}


def test_who_comes_second_waits_and_sees_the_first(world: World) -> None:
    _, actor = world.person()
    take = world.limits.take
    second: list[str] = []

    def one_more() -> None:
        with connect(world.keeper_url) as conn, conn.transaction():
            second.append(take(conn, actor, world.agency, {"identity": [uuid4()]}))

    with ThreadPoolExecutor(1) as threads:
        with world.conn.transaction():
            first = take(world.conn, actor, world.agency, {"identity": [uuid4() for _ in range(30)]})
            waiting = threads.submit(one_more)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)  # the first has not committed
        waiting.result(10)

    assert (first, second) == ("", ["identity.person.hour"])
