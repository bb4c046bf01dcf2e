# ruff: noqa: T201
from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest

from amparo.keeper import opening, terms
from amparo.keeper.opening import Ask, Refusal
from amparo.keeper.protocol import Item
from amparo.keeper.seal import WrappedKey, seal
from amparo.keeper.server import connect
from amparo.keeper.tests.conftest import World

CANARY = "Zuleika Canaria"


def test_a_granted_value_is_opened_and_logged(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "identity")
    item = world.sealed(CANARY, child, "identity")

    values = opening.open_items(world.desk, world.ask(secret, [item]), [item])

    assert values == [CANARY.encode()]
    assert world.logged(secret) == [(child, "identity", "OPENED", 1, "follow-up")]


def test_without_a_grant_nothing_is_opened_and_the_refusal_is_logged(world: World) -> None:
    secret, actor = world.person()
    child, other = world.holder(), world.holder()
    world.grant(actor, child, "identity")
    items = [world.sealed(CANARY, child, "identity"), world.sealed(CANARY, other, "identity")]

    with pytest.raises(Refusal) as caught:
        opening.open_items(world.desk, world.ask(secret, items), items)

    assert (caught.value.error, caught.value.reason) == ("refused", "not_allowed")
    assert world.logged(secret) == [(other, "identity", "REFUSED", 1, "follow-up")]
    assert world.counted(actor) == 0


def test_an_old_sign_in_is_told_to_sign_in_again(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "place", reason="needs_strong_sign_in")
    item = world.sealed(CANARY, child, "place")

    with pytest.raises(Refusal, match="needs_strong_sign_in"):
        opening.open_items(world.desk, world.ask(secret, [item]), [item])


def test_an_unknown_session_is_refused(world: World) -> None:
    child = world.holder()
    item = world.sealed(CANARY, child, "note")

    with pytest.raises(Refusal, match="no_session"):
        opening.open_items(world.desk, world.ask("session-unknown", [item]), [item])


def test_a_fault_of_the_database_is_not_taken_for_an_answer(world: World) -> None:
    secret, _ = world.person()
    item = world.sealed(CANARY, world.holder(), "note")
    world.owner.execute("REVOKE SELECT ON keeper.opened FROM amparo_keeper")
    try:
        secret, actor = world.person()
        world.grant(actor, item.holder, "note")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            opening.open_items(world.desk, world.ask(secret, [item]), [item])
    finally:
        world.owner.execute("GRANT SELECT ON keeper.opened TO amparo_keeper")
    assert world.logged(secret) == []


def test_a_batch_is_one_entry_for_each_child_and_section(world: World) -> None:
    secret, actor = world.person()
    children = [world.holder() for _ in range(3)]
    items = []
    for child in children:
        for section in ("note", "contact"):
            world.grant(actor, child, section)
            items += [world.sealed(f"{section} {n}", child, section) for n in range(2)]

    values = opening.open_items(world.desk, world.ask(secret, items), items)

    assert values == [f"{item.section} {n % 2}".encode() for n, item in enumerate(items)]
    assert sorted(row[3] for row in world.logged(secret)) == [2] * 6


def test_the_entry_is_committed_before_any_key_is_unwrapped(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "identity")
    item = world.sealed(CANARY, child, "identity")
    seen: list[object] = []

    class Watching:
        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def unwrap(self, holder: UUID, purpose: str, key: WrappedKey) -> bytes:
            seen.extend(world.logged(secret))  # read over another connection
            seen.append(world.counted(actor))
            raise SystemExit  # killed here: nothing has been answered

    with pytest.raises(SystemExit):
        opening.open_items(replace(world.desk, store=Watching()), world.ask(secret, [item]), [item])
    assert seen == [(child, "identity", "OPENED", 1, "follow-up"), 1]


def test_a_log_that_cannot_be_written_opens_nothing(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "identity")
    item = world.sealed(CANARY, child, "identity")
    world.owner.execute("ALTER TABLE audit.fake_entry ADD CONSTRAINT disk_full CHECK (false) NOT VALID")
    try:
        with pytest.raises(psycopg.errors.CheckViolation):
            opening.open_items(world.desk, world.ask(secret, [item]), [item])
    finally:
        world.owner.execute("ALTER TABLE audit.fake_entry DROP CONSTRAINT disk_full")
    assert world.counted(actor) == 0


def moved(item: Item, other: Item) -> list[Item]:
    return [
        replace(item, sealed=other.sealed),  # another row's value
        replace(item, field="name"),
        replace(item, record=uuid4()),
        replace(item, holder=other.holder),
        replace(item, section="contact"),
        replace(item, sealed=item.sealed[:-1]),
    ]


def test_moved_values_are_refused_and_named_by_position(world: World) -> None:
    secret, actor = world.person()
    items = [world.sealed(CANARY, world.holder(), "identity") for _ in range(2)]
    for item in items:
        for section in ("identity", "contact"):
            world.grant(actor, item.holder, section)
    for wrong in moved(*items):
        asked = [items[0], wrong, items[1]]
        with pytest.raises(Refusal) as caught:
            opening.open_items(world.desk, world.ask(secret, asked), asked)
        assert (caught.value.error, caught.value.positions) == ("unreadable", (1,))
        assert CANARY not in str(caught.value)


def test_swapped_data_keys_in_the_database_open_nothing(world: World) -> None:
    secret, actor = world.person()
    one, other = world.holder(), world.holder()
    world.grant(actor, one, "identity")
    item = world.sealed(CANARY, one, "identity")
    query = "SELECT wrapped FROM keeper.data_key WHERE holder = %s AND purpose = 'identity'"
    foreign = world.owner.execute(query, [other]).fetchone()[0]
    world.owner.execute("UPDATE keeper.data_key SET wrapped = %s WHERE holder = %s", (foreign, one))

    with pytest.raises(Refusal, match="unreadable"):
        opening.open_items(world.desk, world.ask(secret, [item]), [item])


def test_the_web_reads_no_key(world: World) -> None:
    with (
        connect(world.cluster.url("amparo_staff", world.database)) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute("SELECT wrapped FROM keeper.data_key")


def test_fifty_values_of_fifty_children(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.limits = replace(world.limits, limits={**world.limits.limits, "content": {}})
    secret, actor = world.person()
    items = [world.sealed(f"note {n}", world.holder(), "note") for n in range(50)]
    for item in items:
        world.grant(actor, item.holder, "note")
    opening.open_items(world.desk, world.ask(secret, items), items)
    times = []
    for _ in range(10):
        started = time.perf_counter()
        values = opening.open_items(world.desk, world.ask(secret, items), items)
        times.append((time.perf_counter() - started) * 1000)
    with capsys.disabled():
        print(
            f"\nopen: 50 values of 50 children, median {sorted(times)[5]:.1f} ms, worst {max(times):.1f} ms"
        )
    assert len(values) == 50


# ---- search


def indexed(world: World, child: UUID, record: str) -> None:
    """What the worker does after a write: entries from sealed values alone."""
    item = world.sealed(record, child, "identity", "sealed")
    world.allow_system("index", "identity")
    macs = opening.index(world.desk, world.ask("system:index", [item], "index", "INDEXED"), [item])
    for term, some in macs.items():
        for mac in some:
            row = (term, mac, child, item.record, item.section, item.field, item.sealed)
            world.owner.execute("INSERT INTO sec.fake_term VALUES (%s, %s, %s, %s, %s, %s, %s)", row)


def search(world: World, secret: str, **question: str) -> list[UUID]:
    request_id = uuid4()
    ask = Ask(secret, "search", request_id, "SEARCHED", {(None, "search"): [request_id]})
    return opening.match(world.desk, ask, question)


AMAL = (
    '{"given_name": "أمل", "family_name": "الحداد", "birth_date": "2011-03-04", "phones": ["+962790123456"]}'
)


def test_a_child_is_found_in_another_script_by_who_may_see_it(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "register")
    indexed(world, child, AMAL)

    assert search(world, secret, name="Haddad Amal", birth_year="2011") == [child]
    assert search(world, secret, phone="0790 123 456") == [child]
    assert search(world, secret, name="Amal Haddad", birth_year="2016") == []
    assert [row[2] for row in world.logged(secret)] == ["SEARCHED"] * 3


def test_a_hidden_child_and_no_child_look_and_last_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, actor = world.person()
    child = world.holder()
    indexed(world, child, AMAL)
    clock = iter([10.0, 10.031, 20.0, 20.007])  # the hidden child cost 31 ms of work, nobody 7
    slept: list[float] = []
    monkeypatch.setattr(opening, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=slept.append))

    answers = [search(world, secret, name="Amal Haddad", birth_year=year) for year in ("2011", "1999")]

    assert answers == [[], []]
    assert [0.031 + slept[0], 0.007 + slept[1]] == pytest.approx([opening.EVEN_SECONDS] * 2)
    assert len({row[2:] for row in world.logged(secret)}) == 1
    world.grant(actor, child, "register")
    monkeypatch.undo()
    assert search(world, secret, name="Amal Haddad", birth_year="2011") == [child]


def test_wrong_candidates_of_a_short_index_are_sorted_out(world: World) -> None:
    secret, actor = world.person()
    children = [world.holder(("identity",)) for _ in range(12)]
    short = replace(world.desk, bits=8)
    world.owner.execute("DELETE FROM sec.fake_term")
    for number, child in enumerate(children):
        world.grant(actor, child, "register")
        item = world.sealed(f'{{"document": "DOC{number:04}"}}', child, "identity", "sealed")
        mac = terms.cut(short.store.mac(terms.message("document", "DOC0003")), 8)  # all collide
        row = ("document", mac, child, item.record, item.section, item.field, item.sealed)
        world.owner.execute("INSERT INTO sec.fake_term VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
    ask = Ask(secret, "search", uuid4(), "SEARCHED", {(None, "search"): [uuid4()]})

    assert opening.match(short, ask, {"document": "doc 0003"}) == [children[3]]


def test_fields_of_one_record_sealed_apart_are_put_together(world: World) -> None:
    secret, actor = world.person()
    child = world.holder()
    world.grant(actor, child, "register")
    name, year = world.sealed("Amal Haddad", child, "identity", "name"), "2011"
    other = replace(world.sealed(year, child, "identity", "birth_year"), record=name.record)
    public = "SELECT public FROM keeper.section_key WHERE holder = %s AND section = 'identity'"
    sealed = opening_seal(year, world.owner.execute(public, [child]).fetchone()[0], other)
    world.allow_system("index", "identity")
    items = [name, replace(other, sealed=sealed)]
    macs = opening.index(world.desk, world.ask("system:index", items), items)["name"]
    for item in items:
        row = ("name", macs[0], child, item.record, "identity", item.field, item.sealed)
        world.owner.execute("INSERT INTO sec.fake_term VALUES (%s, %s, %s, %s, %s, %s, %s)", row)

    assert search(world, secret, name="Haddad Amal", birth_year="2011") == [child]


def opening_seal(value: str, public: bytes, item: Item) -> bytes:
    where = {"holder": item.holder, "section": item.section, "record": item.record, "field": item.field}
    return seal(value.encode(), public, **where)


def test_an_erased_child_is_not_found_and_stops_nobody(world: World) -> None:
    secret, actor = world.person()
    erased, child = world.holder(), world.holder()
    for holder in (erased, child):
        world.grant(actor, holder, "register")
        indexed(world, holder, AMAL)
    world.owner.execute(
        "UPDATE keeper.data_key SET wrapped = NULL, destroyed_at = now() WHERE holder = %s", [erased]
    )

    assert search(world, secret, name="Amal Haddad", birth_year="2011") == [child]


def test_a_question_without_a_term_is_refused(world: World) -> None:
    secret, _ = world.person()

    with pytest.raises(Refusal, match="no_term"):
        search(world, secret, name="Amal")


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (b"plain", {"x": "plain"}),
        (b'["a", "b"]', {"x": ["a", "b"]}),
        (b'{"name": "a"}', {"name": "a"}),
        (b"2011", {"x": "2011"}),
        (b"\xff", {"x": "\ufffd"}),
        (b"[" * 100_000, {"x": "[" * 100_000}),
    ],
)
def test_what_a_sealed_value_may_hold(value: bytes, fields: dict[str, object]) -> None:
    assert opening._fields("x", value) == fields


def test_the_index_never_holds_a_value(world: World) -> None:
    child = world.holder()
    item = world.sealed(AMAL, child, "identity", "sealed")
    world.allow_system("index", "identity")

    macs = opening.index(world.desk, world.ask("system:index", [item], "index", "INDEXED"), [item])

    assert {term: len(some) for term, some in macs.items()} == {"name": 1, "phone": 1, "document": 0}
    assert all(len(mac) == 3 for some in macs.values() for mac in some)
    assert world.logged("system:index")[0][2] == "INDEXED"
