"""Writing who and where a child is, and showing it with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict
from amparo.foundation.functions import as_json, call
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.jobs import defer
from amparo.foundation.sealing import Sealed, keeper, open_sealed, seal_for
from amparo.keeper.client import Item
from amparo.rooms.desk.actions import keep_revision
from amparo.rooms.desk.actions.revisions import Before
from amparo.rooms.desk.policy import need, unit_of

from . import policy
from .models import ContactRecord, PersonRecord, PlaceRecord
from .records import Contacts, Identity, Whereabouts, from_json, to_json


@action(policy.WRITE)
def record_identity(
    *, by: Actor, subject_id: SubjectId, identity: Identity, version: int, key: str = ""
) -> UUID:
    """`version` is the one that was read, 0 for none. Raises Conflict; nothing is overwritten."""
    row = _write(PersonRecord, by, subject_id, to_json(identity), version)
    log("IDENTITY_RECORDED", subject=subject_id, record=row)
    defer("vault.index_record", table="person", record_id=row)
    return row


@action(policy.WRITE)
def record_contacts(
    *, by: Actor, subject_id: SubjectId, contacts: Contacts, version: int, key: str = ""
) -> UUID:
    row = _write(ContactRecord, by, subject_id, to_json(contacts), version)
    log("CONTACT_RECORDED", subject=subject_id, record=row)
    defer("vault.index_record", table="contact", record_id=row)
    return row


@action(policy.WRITE)
def record_place(
    *, by: Actor, subject_id: SubjectId, place: Whereabouts, version: int, key: str = ""
) -> UUID:
    """Where the child really is can always be recorded at once; a plan is a row of its own."""
    row = _write(PlaceRecord, by, subject_id, to_json(place), version, kind=place.kind)
    log("PLACE_RECORDED", subject=subject_id, record=row, detail={"kind": place.kind})
    return row


def _write(model: type[Any], by: Actor, subject_id: SubjectId, text: str, version: int, **extra: str) -> UUID:
    section = model.SECTION
    need(subject_id, section, "write")
    old = model.objects.in_action().select_for_update().filter(subject_id=subject_id, **extra).first()
    if (old.version if old else 0) != version:
        raise Conflict(current=old.version if old else 0)
    record = old.id if old else new_id()
    sealed = seal_for(subject_id, section, record, "record", text)
    if old is None:
        model(id=record, subject_id=subject_id, unit_id=unit_of(subject_id), sealed=sealed, written_by_id=by.id,
              written_at=now(), **extra).save(force_insert=True)  # fmt: skip
        return UUID(str(record))
    before = Before(
        section, record, "record", old.version, bytes(old.sealed), old.written_by_id, old.written_at
    )
    keep_revision(subject_id=subject_id, unit_id=old.unit_id, before=before)
    model.objects.in_action().filter(id=record).update(
        sealed=sealed, version=version + 1, written_by_id=by.id, written_at=now()
    )
    return UUID(str(record))


@action(policy.SHOW_NAME, strong=True, own_steps=True)
def reveal_identity(*, by: Actor, subject_id: SubjectId, because: str) -> tuple[Identity, Contacts]:
    """The name and the contacts, with a reason. The keeper counts and logs before it answers."""
    because = policy.need_reason(because)
    with step(by, may_write=True):
        rows = [
            r
            for m in (PersonRecord, ContactRecord)
            for r in m.objects.visible_to(by).filter(subject_id=subject_id)
        ]
        need(subject_id, "identity", "read")
        log("IDENTITY_SHOWN", subject=subject_id, purpose=because)
    opened = open_sealed(by, [_sealed(r) for r in rows], because)
    found = {type(r): (text, r.version) for r, text in zip(rows, opened, strict=True)}
    return (
        from_json(Identity, *found[PersonRecord]) if PersonRecord in found else Identity(),
        from_json(Contacts, *found[ContactRecord]) if ContactRecord in found else Contacts(),
    )


@action(policy.SHOW_PLACE, strong=True, own_steps=True)
def reveal_place(*, by: Actor, subject_id: SubjectId, because: str) -> tuple[Whereabouts, ...]:
    """Where the child is and is meant to be, with a reason of its own."""
    because = policy.need_reason(because)
    with step(by, may_write=True):
        rows = list(PlaceRecord.objects.visible_to(by).filter(subject_id=subject_id).order_by("kind"))
        need(subject_id, "place", "read")
        log("PLACE_SHOWN", subject=subject_id, purpose=because)
    opened = open_sealed(by, [_sealed(r) for r in rows], because)
    return tuple(from_json(Whereabouts, text, row.version) for row, text in zip(rows, opened, strict=True))


def _sealed(row: Any) -> Sealed:
    return Sealed(row.subject_id, row.section, row.id, "record", bytes(row.sealed))


@action(None, own_steps=True)
def index_record(*, by: Actor, table: str, record_id: UUID) -> None:
    """For the worker's indexer: index entries of one record, made by the keeper, never a value.

    May run twice or late: entries of a version that is no longer there are dropped by the database.
    """
    model = {"person": PersonRecord, "contact": ContactRecord}[table]
    with step(by):
        row = model.objects.in_action().filter(id=record_id).first()
        log("RECORD_READ_FOR_INDEX", record=record_id)
    if row is None:
        return
    items = [Item(row.subject_id, row.section, row.id, "record", bytes(row.sealed))]
    macs = keeper().index_sealed("system:indexer", items, new_id())
    norm_version = int(keeper().health()["norm_version"])
    with step(by):
        terms = as_json({f: [m.hex() for m in entries] for f, entries in macs.items()})
        kept = call(
            "sec.replace_terms",
            row.subject_id,
            row.id,
            row.version,
            norm_version,
            terms,
            cast=("uuid", "uuid", "int", "int", "jsonb"),
        )
        log("RECORD_INDEXED", subject=row.subject_id, record=row.id, result="done" if kept else "superseded")
