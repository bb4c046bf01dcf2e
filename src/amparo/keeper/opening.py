"""Opening sealed values: ask the database who may, count, log, commit - and only then unwrap a key.

The log entry is on disk before a value leaves. An entry for something that was then not read (a crash, a lost
answer, a rolled-back act of the web) is intended; a value without an entry is not possible.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from amparo.keeper import terms
from amparo.keeper.keks import KekGone, KekStore
from amparo.keeper.protocol import Item
from amparo.keeper.quotas import Quotas
from amparo.keeper.seal import CannotOpen, WrappedKey, open_sealed, purpose_of, section_private

Connection = psycopg.Connection[Any]
Place = tuple[UUID | None, str]  # holder and section; a search has no holder
Records = dict[tuple[UUID, UUID], dict[str, Any]]  # (holder, record) -> its fields
SectionKeys = dict[tuple[UUID, str], X25519PrivateKey]  # (holder, section) -> its key

SYSTEM: Final = "system:"
MAX_CANDIDATES: Final = 2000
EVEN_SECONDS: Final = 0.1  # a search answers on these beats, so that its time does not tell hidden from none

_MAY: Final = """
SELECT w.holder, w.section, sec.may_open(%s, w.holder, w.section, 'read')
FROM unnest(%s::uuid[], %s::text[]) AS w(holder, section)"""
_MAY_SYSTEM: Final = """
SELECT w.holder, w.section, sec.may_open_system(%s, w.holder, w.section)
FROM unnest(%s::uuid[], %s::text[]) AS w(holder, section)"""
_LOG: Final = """
SELECT audit.add_opened(%s, w.holder, w.section, w.record, %s, %s, %s, w.count)
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::int[]) AS w(holder, section, record, count)"""
_KEYS: Final = """
SELECT holder, purpose, kek_agency, kek_generation, wrapped FROM keeper.data_key
JOIN unnest(%s::uuid[], %s::text[]) AS w(holder, purpose) USING (holder, purpose)
WHERE wrapped IS NOT NULL"""
_CANDIDATES: Final = (
    "SELECT subject, record, section, field, sealed FROM sec.term_candidates(%s, %s) LIMIT %s"
)

# What the functions of the database raise, as codes for the one who asked.
_REASONS: Final = {
    "AM001": "no_session",
    "AM403": "not_allowed",
    "AM404": "not_allowed",
    "AM428": "needs_strong_sign_in",
}


class Refusal(Exception):
    """A "no" with a code: error is refused, quota or unreadable; positions only for the last."""

    def __init__(self, error: str, reason: str, positions: Sequence[int] = ()) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
        self.positions = tuple(positions)


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, why, and for what; `records` holds each place's records, for the log."""

    secret: str
    because: str
    request_id: UUID
    result: str
    records: Mapping[Place, Collection[UUID]]

    @property
    def is_system(self) -> bool:
        return self.secret.startswith(SYSTEM)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every question needs: this thread's connection, the keys, the limits, the index's width."""

    conn: Connection
    store: KekStore
    quotas: Quotas
    bits: int


def ask_for(secret: str, because: str, request_id: UUID, result: str, items: Iterable[Item]) -> Ask:
    """An Ask for the places of these items."""
    records: dict[Place, list[UUID]] = {}
    for item in items:
        records.setdefault((item.holder, item.section), []).append(item.record)
    return Ask(secret, because, request_id, result, records)


def admit(desk: Desk, ask: Ask) -> None:
    """Return only when everything asked for is allowed, within quota, and logged for good. Raises Refusal."""
    try:
        with desk.conn.transaction():
            refusal = _decide(desk, ask)
    except psycopg.Error as error:
        reason = _REASONS.get(error.sqlstate or "")
        if reason is None:
            raise
        raise Refusal("refused", reason) from None
    if refusal is not None:
        raise refusal


def _decide(desk: Desk, ask: Ask) -> Refusal | None:
    permits = _permits(desk.conn, ask)
    reasons = sorted(
        permit["reason"] or "not_allowed" for permit in permits.values() if not permit["allowed"]
    )
    if reasons:
        places = [place for place in ask.records if not permits[place]["allowed"]]
        log(desk.conn, ask, "REFUSED", places)
        return Refusal("refused", reasons[0])
    exceeded = _count(desk, ask, permits)
    log(desk.conn, ask, "QUOTA" if exceeded else ask.result, ask.records)
    return Refusal("quota", exceeded) if exceeded else None


def _permits(conn: Connection, ask: Ask) -> dict[Place, dict[str, Any]]:
    holders = [holder for holder, _ in ask.records]
    sections = [section for _, section in ask.records]
    query, who = (_MAY_SYSTEM, ask.secret.removeprefix(SYSTEM)) if ask.is_system else (_MAY, ask.secret)
    rows = conn.execute(query, (who, holders, sections)).fetchall()
    return {(holder, section): permit for holder, section, permit in rows}


def _count(desk: Desk, ask: Ask, permits: Mapping[Place, Mapping[str, Any]]) -> str:
    wants: dict[str, set[UUID]] = {}
    for (holder, section), permit in permits.items():
        own = bool(permit.get("own_case"))
        name = desk.quotas.class_of(section, own_case=own, system=ask.is_system)
        wants.setdefault(name, set()).add(holder or uuid4())
    one = next(iter(permits.values()))  # one session: the same person in each
    agency = one.get("agency")
    return desk.quotas.take(desk.conn, UUID(one["actor"]), UUID(agency) if agency else None, wants)


def log(conn: Connection, ask: Ask, result: str, places: Iterable[Place]) -> None:
    """One entry for each place; the record is named when it is only one."""
    rows = [(*place, ask.records[place]) for place in places]
    holders, sections = [row[0] for row in rows], [row[1] for row in rows]
    records = [next(iter(row[2])) if len(set(row[2])) == 1 else None for row in rows]
    counts = [len(row[2]) for row in rows]
    given = (ask.secret, ask.because, result, ask.request_id, holders, sections, records, counts)
    conn.execute(_LOG, given)


def open_items(desk: Desk, ask: Ask, items: Sequence[Item]) -> list[bytes]:
    """The values of `items`, in order. Raises Refusal."""
    admit(desk, ask)
    values = _open_all(desk, items)
    missing = [position for position, value in enumerate(values) if value is None]
    if missing:
        raise Refusal("unreadable", "unreadable", missing)
    return [value for value in values if value is not None]


def _open_all(desk: Desk, items: Sequence[Item]) -> list[bytes | None]:
    keys = _section_keys(desk, {(item.holder, item.section) for item in items})
    return [_open_one(keys.get((item.holder, item.section)), item) for item in items]


def _open_one(key: X25519PrivateKey | None, item: Item) -> bytes | None:
    if key is None:
        return None
    place = {"holder": item.holder, "record": item.record}
    try:
        return open_sealed(item.sealed, key, section=item.section, field=item.field, **place)
    except CannotOpen:
        return None


def _section_keys(desk: Desk, places: Collection[tuple[UUID, str]]) -> SectionKeys:
    """The keys that can be had; erased and foreign ones are left out."""
    wanted = {(holder, purpose_of(section)) for holder, section in places}
    given = ([holder for holder, _ in wanted], [purpose for _, purpose in wanted])
    deks: dict[tuple[UUID, str], bytes] = {}
    for holder, purpose, agency, generation, wrapped in desk.conn.execute(_KEYS, given).fetchall():
        try:
            deks[holder, purpose] = desk.store.unwrap(
                holder, purpose, WrappedKey(agency, generation, wrapped)
            )
        except (CannotOpen, KekGone):
            continue
    return {
        (holder, section): section_private(deks[holder, purpose_of(section)], section)
        for holder, section in places
        if (holder, purpose_of(section)) in deks
    }


def match(desk: Desk, ask: Ask, question: Mapping[str, str]) -> list[UUID]:
    """Subjects the person may see that have any of the terms. Raises Refusal.

    Candidates are opened and compared here and filtered last, with the same queries for none as for many.
    """
    started = time.monotonic()
    asked = terms.terms_in(question)
    if asked == terms.Terms():
        raise Refusal("refused", "no_term")
    admit(desk, ask)
    found: dict[tuple[UUID, UUID, str], dict[str, bytes]] = {}
    for field, macs in _macs(desk, asked, terms.YEARS_AROUND).items():
        for subject, record, section, name, sealed in desk.conn.execute(
            _CANDIDATES, (field, macs, MAX_CANDIDATES)
        ).fetchall():
            found.setdefault((subject, record, section), {})[name] = sealed
    items = [
        Item(s, section, r, name, v) for (s, r, section), row in found.items() for name, v in row.items()
    ]
    records = _records(items, _open_all(desk, items))
    subjects = sorted(
        {holder for (holder, _), record in records.items() if asked.meet(terms.terms_in(record))}
    )
    visible = desk.conn.execute("SELECT sec.may_see(%s, %s)", (ask.secret, subjects)).fetchone()
    time.sleep(-(time.monotonic() - started) % EVEN_SECONDS)
    return sorted((visible[0] or []) if visible else [])


def index(desk: Desk, ask: Ask, items: Sequence[Item]) -> dict[str, list[bytes]]:
    """The blind-index entries of one record, by term field: entries only, never a value. Raises Refusal."""
    opened = open_items(desk, ask, items)
    merged: dict[str, Any] = {}
    for record in _records(items, opened).values():
        merged |= record
    return _macs(desk, terms.terms_in(merged), 0)


def _macs(desk: Desk, found: terms.Terms, years_around: int) -> dict[str, list[bytes]]:
    return {
        field: sorted({terms.cut(desk.store.mac(terms.message(field, key)), desk.bits) for key in keys})
        for field, keys in found.keys(years_around).items()
    }


def _records(items: Iterable[Item], values: Iterable[bytes | None]) -> Records:
    """Each record's opened fields put together: a field that is a JSON object gives its keys."""
    records: Records = {}
    for item, value in zip(items, values, strict=True):
        if value is not None:
            records.setdefault((item.holder, item.record), {}).update(_fields(item.field, value))
    return records


def _fields(name: str, value: bytes) -> dict[str, Any]:
    text = value.decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = text
    return parsed if isinstance(parsed, dict) else {name: parsed if isinstance(parsed, list) else text}
