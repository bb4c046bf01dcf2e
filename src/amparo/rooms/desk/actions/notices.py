"""Telling people: a code and ids in the act's transaction; what leaves the platform says only that
something waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, in_action, log, step
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import new_id
from amparo.foundation.jobs import defer
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import NoticeId
from amparo.rooms.desk.models import Notice
from amparo.rooms.desk.sending import sender

# These roles answer for the whole country and hold no file: they hear that a limit passed, never whose.
NATIONAL = frozenset({"national_administrator", "coordination_secretariat"})


def tell(
    people: Iterable[UUID], code: str, *, subject: UUID | None = None, record: UUID | None = None,
    step: int = 0, rings: bool = False,
) -> int:  # fmt: skip
    """Inside an action: one notice for each person who does not have it yet. Returns how many were new."""
    in_action()
    told = 0
    for person in sorted(set(people), key=str):
        notice = new_id()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sec.add_notice(%s, %s, %s, %s, %s, %s, %s)",
                [notice, person, code, subject, record, step, rings],
            )
            is_new = cursor.fetchone()[0]
        if is_new:
            defer("desk.send_notice", notice_id=notice)
            told += 1
    return told


def tell_roles(
    roles: Iterable[str], code: str, *, subject: UUID, record: UUID | None = None, step: int = 0,
    rings: bool = False,
) -> int:  # fmt: skip
    """Inside an action: tell holders of the roles in the child's agency; `owner` is the child's own worker."""
    in_action()
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for role in roles:
            if role == "owner":
                cursor.execute("SELECT sec.owners_of(%s)", [subject])
            else:
                cursor.execute("SELECT sec.holders_of_role(%s, %s)", [subject, role])
            found |= {row[0] for row in cursor.fetchall()}
    return tell(found, code, subject=subject, record=record, step=step, rings=rings)


def holders(roles: Sequence[str], agencies: Sequence[UUID] | None = None) -> set[UUID]:
    """People who hold one of the roles today, in these agencies or, without any named, anywhere."""
    where = None if agencies is None else list(agencies)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT m.actor_id FROM access_membership m JOIN access_unit u ON u.id = m.unit_id"
            " WHERE m.role = ANY (%s) AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())"
            " AND (%s::uuid[] IS NULL OR u.agency_id = ANY (%s::uuid[]))",
            [list(roles), where, where],
        )
        return {row[0] for row in cursor.fetchall()}


@action(policy.OWN_DESK)
def mark_read(*, by: Actor, notice_id: NoticeId) -> NoticeId:
    if not Notice.objects.in_action().filter(id=notice_id, person_id=by.id).exists():
        raise NotThere
    Notice.objects.in_action().filter(id=notice_id, person_id=by.id, read_at=None).update(read_at=now())
    log("NOTICE_READ", record=notice_id)
    return notice_id


@action(policy.OWN_DESK)
def mark_all_read(*, by: Actor) -> int:
    read: int = Notice.objects.in_action().filter(person_id=by.id, read_at=None).update(read_at=now())
    log("NOTICES_READ", detail={"count": read})
    return read


@action(None, own_steps=True)
def send_notice(*, by: Actor, notice_id: NoticeId) -> bool:
    """Send what waits, once. The sending itself stands between two transactions: it may take long or fail."""
    with step(by):
        notice = Notice.objects.in_action().filter(id=notice_id, sent_at=None, read_at=None).first()
        address = _address_of(notice.person_id) if notice else None
        log("NOTICE_PICKED", record=notice_id, result="done" if address else "nothing_to_send")
    if notice is None or address is None:
        return False
    sender().send(address, rings=notice.rings)
    with step(by):
        Notice.objects.in_action().filter(id=notice_id).update(sent_at=now())
        log("NOTICE_SENT", record=notice_id)
    return True


def _address_of(person: UUID) -> tuple[str, str] | None:
    """Where to write and in which language; None for somebody who has left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, language FROM access_person WHERE id = %s AND is_active", [person])
        row = cursor.fetchone()
    return (str(row[0]), str(row[1])) if row else None
