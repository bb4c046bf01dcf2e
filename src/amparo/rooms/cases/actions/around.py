"""People around the child, and, apart from them, who is alleged to have harmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import Allegation, PersonAround
from amparo.rooms.cases.sheets import Around, Said, to_json
from amparo.rooms.cases.words import ALLEGED, ANSWERS, RELATIONS
from amparo.rooms.desk.actions import keep_revision
from amparo.rooms.desk.actions.revisions import Before
from amparo.rooms.desk.policy import unit_of


@action(policy.WRITE)
def add_person(*, by: Actor, subject_id: SubjectId, around: Around, key: str = "") -> UUID:
    _check_person(around)
    policy.need(subject_id, "people", "write")
    if PersonAround.objects.in_action().filter(subject_id=subject_id).count() >= policy.MOST_AROUND:
        raise Refused("too_many")
    row = _add(PersonAround, by, subject_id, to_json(around))
    log("PERSON_AROUND_ADDED", subject=subject_id, record=row)
    return row


@action(policy.WRITE)
def change_person(*, by: Actor, person_id: UUID, around: Around, version: int, key: str = "") -> UUID:
    _check_person(around)
    subject = _change(PersonAround, by, person_id, to_json(around), version)
    log("PERSON_AROUND_CHANGED", subject=subject, record=person_id)
    return person_id


@action(policy.WRITE)
def add_allegation(*, by: Actor, person_id: UUID, said: Said, key: str = "") -> UUID:
    """About somebody already written down among the people around the child; read by the section's holders alone."""
    policy.need_one_of(said.status, ALLEGED)
    person = PersonAround.objects.visible_to(by).filter(id=person_id).first()
    if person is None:
        raise NotThere
    subject = SubjectId(person.subject_id)
    policy.need(subject, "allegation", "write")
    row = _add(Allegation, by, subject, to_json(said), person_id=person_id)
    log("ALLEGATION_ADDED", subject=subject, record=row)
    return row


@action(policy.WRITE)
def change_allegation(*, by: Actor, allegation_id: UUID, said: Said, version: int, key: str = "") -> UUID:
    policy.need_one_of(said.status, ALLEGED)
    subject = _change(Allegation, by, allegation_id, to_json(said), version)
    log("ALLEGATION_CHANGED", subject=subject, record=allegation_id)
    return allegation_id


def _check_person(around: Around) -> None:
    policy.need_one_of(around.relation, RELATIONS)
    for answer in (around.lives_with, around.holds_custody, around.may_contact, around.may_know):
        policy.need_one_of(answer, ANSWERS)


def _add(model: type[Any], by: Actor, subject: SubjectId, text: str, **more: object) -> UUID:
    record = new_id()
    sealed = seal_for(subject, model.SECTION, record, "sealed", text)
    model(
        id=record, subject_id=subject, unit_id=unit_of(subject), sealed=sealed, written_by_id=by.id, written_at=now(),
        **more,
    ).save(force_insert=True)  # fmt: skip
    return record


def _change(model: type[Any], by: Actor, record: UUID, text: str, version: int) -> SubjectId:
    if not model.objects.visible_to(by).filter(id=record).exists():
        raise NotThere
    row = model.objects.in_action().select_for_update().filter(id=record).first()
    if row is None:
        raise Refused("read_only")
    if row.version != version:
        raise Conflict(current=row.version, yours=version)
    before = Before(
        model.SECTION, record, "sealed", row.version, bytes(row.sealed), row.written_by_id, row.written_at
    )
    keep_revision(subject_id=row.subject_id, unit_id=row.unit_id, before=before)
    sealed = seal_for(row.subject_id, model.SECTION, record, "sealed", text)
    model.objects.in_action().filter(id=record).update(
        sealed=sealed, version=version + 1, written_by_id=by.id, written_at=now()
    )
    return SubjectId(row.subject_id)
