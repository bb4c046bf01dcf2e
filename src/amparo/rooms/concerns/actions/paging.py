"""Calling people until one of them answers for a concern. Actor: `duty`.

Each step asks anew who is on duty now, so a change of shift, somebody who left, or an hour without a worker loses
nothing. Sending stands between two short transactions; a call that fails hands over to the next person at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.clock import now
from amparo.foundation.functions import call as ask_database
from amparo.foundation.ids import new_id
from amparo.rooms.concerns import paging
from amparo.rooms.concerns.models import Call, Concern, DemoMessage, Paging
from amparo.rooms.concerns.paging_rules import PLACES, paging_rules
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.actions import tell

WAITING = "waiting"
NOTICE = "CONCERN_WAITS"


@action(None, own_steps=True)
def page_due(*, by: Actor) -> int:
    """Every minute: begin what was missed, call whoever is next, send again what was not sent."""
    with step(by):
        _begin_missed()
        due = list(
            Paging.objects.in_action()
            .filter(ended_at=None, next_at__lte=now())
            .values_list("subject_id", flat=True)
        )
        log("PAGING_LOOKED_AT", detail={"due": len(due)})
    sent = sum(_page(by, subject) for subject in due)
    sent += sum(_send(by, one) for one in _unsent(by))
    with step(by):
        ask_database("sec.sign_of_life", "worker", True)
        log("PAGING_RAN", detail={"sent": sent})
    return sent


@action(None, own_steps=True)
def page_for(*, by: Actor, subject_id: UUID) -> int:
    """At once after a concern came in. May run twice or late."""
    with step(by):
        _begin_missed(subject_id)
        log("PAGING_ASKED", subject=subject_id)
    return _page(by, subject_id)


def _begin_missed(subject: UUID | None = None) -> None:
    """A concern that waits and should call somebody, and for which nobody is called yet."""
    waiting = Concern.objects.in_action().filter(state=WAITING)
    if subject is not None:
        waiting = waiting.filter(subject_id=subject)
    for urgency, after in paging_rules().pages.items():
        known = Paging.objects.in_action().values("subject_id")
        late = waiting.filter(urgency=urgency, received_at__lte=now() - after).exclude(subject_id__in=known)
        for concern in late[:500]:
            Paging(
                subject_id=concern.subject_id, unit_id=concern.unit_id, begun_at=now(), next_at=now()
            ).save(force_insert=True)


def _page(by: Actor, subject: UUID) -> int:
    """Step after step while nobody can be reached in one; at most one round in one go."""
    sent = 0
    for _ in paging_rules().steps:
        calls = _next_calls(by, subject)
        reached = sum(_send(by, one) for one in calls)
        sent += reached
        if reached or not calls:
            break
        _hurry(by, subject)
    return sent


def _next_calls(by: Actor, subject: UUID) -> Sequence[UUID]:
    """The calls of the step whose time has come, written down before any is made."""
    with step(by):
        row = Paging.objects.in_action().select_for_update().filter(subject_id=subject, ended_at=None).first()
        if row is None or row.next_at > now():
            log("PAGING_WAITS", subject=subject)
            return ()
        if not Concern.objects.in_action().filter(subject_id=subject, state=WAITING).exists():
            Paging.objects.in_action().filter(id=row.id).update(ended_at=now())
            log("PAGING_ENDED", subject=subject, record=row.id)
            return ()
        return _step(row)


def _step(row: Paging) -> Sequence[UUID]:
    rules = paging_rules()
    while row.step < len(rules.steps):
        this = rules.steps[row.step]
        row.step += 1
        people = _people(row, row.step)
        if people:
            made = [_call(row, this.call, person) for person in people]
            _move(row, this.wait)
            log("PAGED", subject=row.subject_id, record=row.id, detail={"step": this.call, "round": row.round,
                                                                        "people": len(people)})  # fmt: skip
            return made
    pause = rules.pause_after(row.round)
    row.round, row.step = row.round + 1, 0
    _move(row, pause)
    log("PAGING_ROUND_OVER", subject=row.subject_id, record=row.id, detail={"round": row.round - 1})
    return ()


def _move(row: Paging, wait: object) -> None:
    Paging.objects.in_action().filter(id=row.id).update(
        round=row.round,
        step=row.step,
        next_at=now() + wait,  # type: ignore[operator]
    )


def _people(row: Paging, upto: int) -> list[UUID]:
    """Whoever this step calls and the round has not called yet: after a change of shift, the newcomers of earlier
    places too.
    """
    steps = paging_rules().steps[:upto]
    wanted: list[UUID] = []
    for one in steps[-1:] if steps[-1].call not in PLACES else [s for s in steps if s.call in PLACES]:
        wanted += [p for p in rota.people_for(one.call, row.unit_id, now()) if p not in wanted]
    called = set(
        Call.objects.in_action().filter(paging_id=row.id, round=row.round).values_list("person_id", flat=True)
    )
    return [person for person in wanted if person not in called]


def _call(row: Paging, group: str, person: UUID) -> UUID:
    one = Call(
        subject_id=row.subject_id, unit_id=row.unit_id, paging_id=row.id, round=row.round, step=group,
        person_id=person, at=now(),
    )  # fmt: skip
    one.save(force_insert=True)
    may_open = bool(ask_database("sec.call_in", row.subject_id, person))
    # the second way to the same person, and the line on their own page
    tell(
        [person],
        NOTICE,
        subject=row.subject_id if may_open else None,
        record=row.id,
        step=row.round,
        rings=True,
    )
    return UUID(str(one.id))


@dataclass(frozen=True)
class _Claimed:
    call: UUID
    subject: UUID
    address: paging.Address


def _unsent(by: Actor) -> list[UUID]:
    """Taken up and never sent, or failed and not yet given up, while the concern still waits."""
    rules = paging_rules()
    with step(by):
        old = Call.objects.in_action().filter(
            sent_at=None, tries__lt=rules.tries, at__lte=now() - rules.resend, paging__ended_at=None
        )
        found = list(old.order_by("at").values_list("id", flat=True)[:500])
        log("UNSENT_LOOKED_AT", detail={"calls": len(found)})
    return found


def _send(by: Actor, call_id: UUID) -> bool:
    claimed = _claim(by, call_id)
    if claimed is None:
        return False
    worked = True
    try:
        paging.pager(lambda to, text: _keep(by, to, text)).call(claimed.address)
    except (paging.PagingFailed, ValueError):
        worked = False
    with step(by):
        done = {"sent_at": now(), "failed_at": None} if worked else {"failed_at": now()}
        Call.objects.in_action().filter(id=call_id).update(**done)
        ask_database("sec.sign_of_life", "paging", worked)
        log("CALL_SENT" if worked else "CALL_FAILED", subject=claimed.subject, record=call_id,
            result="done" if worked else "failed")  # fmt: skip
    return worked


def _claim(by: Actor, call_id: UUID) -> _Claimed | None:
    """Two workers never make the same call: the first takes it, and it is free again only after a while."""
    rules = paging_rules()
    with step(by):
        one = Call.objects.in_action().select_for_update().filter(id=call_id, sent_at=None).first()
        is_free = one is not None and (one.tries == 0 or one.at <= now() - rules.resend)
        if one is None or not is_free or one.tries >= rules.tries:
            log("CALL_NOT_FREE", record=call_id)
            return None
        Call.objects.in_action().filter(id=call_id).update(tries=F("tries") + 1, at=now())
        log("CALL_TAKEN_UP", subject=one.subject_id, record=call_id)
        return _Claimed(call_id, one.subject_id, _address(one.person_id))


def _address(person: UUID) -> paging.Address:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(d.number, ''), coalesce(d.how, 'sms'), p.language FROM access_person p"
            " LEFT JOIN concerns_dutyphone d ON d.person_id = p.id WHERE p.id = %s"
            " ORDER BY d.changed_at DESC NULLS LAST LIMIT 1",
            [person],
        )
        number, how, language = cursor.fetchone()
    return paging.Address(person, number, how, language)


def _keep(by: Actor, to: paging.Address, text: str) -> None:
    with step(by):
        message = DemoMessage(id=new_id(), person_id=to.person, at=now(), how=to.how, text=text)
        message.save(force_insert=True)
        log("DEMO_CALL_KEPT", record=message.id)


def _hurry(by: Actor, subject: UUID) -> None:
    """Nobody of this step could be reached: the next is called at once."""
    with step(by):
        Paging.objects.in_action().filter(subject_id=subject, ended_at=None, step__gt=0).update(next_at=now())
        log("PAGING_HURRIED", subject=subject)
