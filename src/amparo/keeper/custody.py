"""Looking after keys: making, rotating, handing over, erasing. Asked for by named system actors only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final
from uuid import UUID

from psycopg.rows import TupleRow

from amparo.keeper import opening
from amparo.keeper.keks import KekGone, KekStore
from amparo.keeper.opening import Ask, Connection, Desk, Refusal
from amparo.keeper.seal import CannotOpen, KekPublic, WrappedKey, purpose_of, section_private, wrap

BATCH: Final = 200
COUNTERS_KEPT_DAYS: Final = 30

_RETIRE: Final = """
UPDATE keeper.kek SET retired_at = clock_timestamp()
WHERE agency = %s AND purpose = %s AND generation < %s AND retired_at IS NULL"""
_PUBLISH: Final = """
INSERT INTO keeper.kek (agency, purpose, generation, public) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
_OLD: Final = """
SELECT d.holder, d.purpose, d.kek_agency, d.kek_generation, d.wrapped
FROM keeper.data_key d JOIN keeper.kek k
  ON k.agency = d.kek_agency AND k.purpose = d.purpose AND k.generation = d.kek_generation
WHERE d.kek_agency = %s AND d.wrapped IS NOT NULL AND k.retired_at IS NOT NULL AND k.destroyed_at IS NULL
ORDER BY d.holder LIMIT %s FOR UPDATE OF d"""
_OF_HOLDER: Final = """
SELECT holder, purpose, kek_agency, kek_generation, wrapped FROM keeper.data_key
WHERE holder = %s AND wrapped IS NOT NULL FOR UPDATE"""
_REWRAPPED: Final = """
UPDATE keeper.data_key SET kek_agency = %s, kek_generation = %s, wrapped = %s
WHERE holder = %s AND purpose = %s"""
_WITHOUT_SECTION: Final = """
SELECT holder, purpose, kek_agency, kek_generation, wrapped FROM keeper.data_key d
WHERE purpose = %s AND wrapped IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM keeper.section_key s WHERE s.holder = d.holder AND s.section = %s)
ORDER BY holder LIMIT %s"""
_ADD_SECTION: Final = """
INSERT INTO keeper.section_key (holder, section, public) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"""
_ERASE: Final = """
UPDATE keeper.data_key SET wrapped = NULL, destroyed_at = clock_timestamp()
WHERE holder = %s AND wrapped IS NOT NULL"""
_MAY_DESTROY: Final = """
SELECT retired_at < clock_timestamp() - interval '1 day'
   AND NOT EXISTS (SELECT 1 FROM keeper.data_key d WHERE d.kek_agency = k.agency AND d.purpose = k.purpose
                   AND d.kek_generation = k.generation AND d.wrapped IS NOT NULL)
FROM keeper.kek k WHERE agency = %s AND purpose = %s AND generation = %s FOR UPDATE"""
_DESTROYED: Final = """
UPDATE keeper.kek SET destroyed_at = clock_timestamp()
WHERE agency = %s AND purpose = %s AND generation = %s AND destroyed_at IS NULL"""


def ensure_kek(desk: Desk, agency: UUID) -> None:
    """Generation 1 where an agency has no keys; the newest public keys are published again in any case."""
    _publish(desk, desk.store.ensure(agency))


def rotate(desk: Desk, agency: UUID) -> None:
    """The next generation, published; a crash before publishing is made good by the next ensure_kek."""
    _publish(desk, desk.store.rotate(agency))


def rewrap(desk: Desk, agency: UUID) -> int:
    """Move one batch of data keys from retired generations to the current one; how many were moved.

    Sealed values stay as they are. A data key that does not unwrap stays too, and holds its generation back
    from being destroyed.
    """
    newest = desk.store.ensure(agency)
    _publish(desk, newest)
    with desk.conn.transaction():
        return _rewrap(desk, desk.conn.execute(_OLD, (agency, BATCH)).fetchall(), newest)


def transfer(desk: Desk, holder: UUID, agency: UUID) -> int:
    """Wrap the keys of a holder to its new custodian; how many (0 to 3)."""
    newest = desk.store.ensure(agency)
    _publish(desk, newest)
    with desk.conn.transaction():
        return _rewrap(desk, desk.conn.execute(_OF_HOLDER, (holder,)).fetchall(), newest)


def add_section(desk: Desk, section: str) -> int:
    """Publish the public key of a section that came later, for one batch of holders; how many."""
    done = 0
    with desk.conn.transaction():
        rows = desk.conn.execute(_WITHOUT_SECTION, (purpose_of(section), section, BATCH)).fetchall()
        for holder, _, dek in _deks(desk.store, rows):
            public = section_private(dek, section).public_key().public_bytes_raw()
            done += desk.conn.execute(_ADD_SECTION, (holder, section, public)).rowcount
    return done


def erase(desk: Desk, ask: Ask, holder: UUID) -> None:
    """Forget the data keys of a holder, for ever. Raises Refusal when the database does not agree.

    The dead row version goes with the next VACUUM, copies in backups when that generation of the KEK goes.
    """
    opening.admit(desk, ask)
    desk.conn.execute(_ERASE, (holder,))


def destroy_kek(desk: Desk, agency: UUID, purpose: str, generation: int) -> None:
    """Forget a generation that was retired a day ago or more and that no data key needs. Raises Refusal."""
    which = (agency, purpose, generation)
    with desk.conn.transaction():
        row = desk.conn.execute(_MAY_DESTROY, which).fetchone()
        if not (row and row[0]):
            raise Refusal("refused", "kek_in_use")
        with suppress(KekGone):  # destroyed before, and the commit was lost
            desk.store.destroy(*which)
        desk.conn.execute(_DESTROYED, which)


def tidy(desk: Desk) -> int:
    """Drop counters older than any limit; the log keeps what happened."""
    older = "DELETE FROM keeper.opened WHERE day < (clock_timestamp() AT TIME ZONE 'utc')::date - %s"
    return desk.conn.execute(older, (COUNTERS_KEPT_DAYS,)).rowcount


def missing_keks(conn: Connection, store: KekStore) -> int:
    """How many published keys the store does not have, or has otherwise: not 0 = the wrong key file."""
    rows = conn.execute(
        "SELECT agency, purpose, generation, public FROM keeper.kek WHERE destroyed_at IS NULL"
    )
    return sum(store.public(agency, purpose, gen) != public for agency, purpose, gen, public in rows)


def _publish(desk: Desk, newest: Mapping[str, KekPublic]) -> None:
    with desk.conn.transaction():
        for purpose, kek in newest.items():
            desk.conn.execute(_RETIRE, (kek.agency, purpose, kek.generation))
            desk.conn.execute(_PUBLISH, (kek.agency, purpose, kek.generation, kek.public))
        # A store that is not the one of this database would make keys that it cannot use.
        for purpose, kek in newest.items():
            which = (kek.agency, purpose, kek.generation, kek.public)
            stored = "SELECT 1 FROM keeper.kek WHERE (agency, purpose, generation, public) = (%s, %s, %s, %s)"
            if desk.conn.execute(stored, which).fetchone() is None:
                raise Refusal("refused", "foreign_keks")


def _rewrap(desk: Desk, rows: Iterable[TupleRow], newest: Mapping[str, KekPublic]) -> int:
    done = 0
    for holder, purpose, dek in _deks(desk.store, rows):
        new = wrap(dek, newest[purpose], holder=holder, purpose=purpose)
        done += desk.conn.execute(_REWRAPPED, (*new, holder, purpose)).rowcount
    return done


def _deks(store: KekStore, rows: Iterable[TupleRow]) -> Iterable[tuple[UUID, str, bytes]]:
    for holder, purpose, agency, generation, wrapped in rows:
        try:
            yield holder, purpose, store.unwrap(holder, purpose, WrappedKey(agency, generation, wrapped))
        except (CannotOpen, KekGone):
            continue
