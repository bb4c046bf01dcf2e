"""The rota: swaps, ending a shift, one's own telephone, and the alarm over an empty slot."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Refused
from amparo.foundation.functions import call
from amparo.foundation.ids import ActorId, new_id
from amparo.rooms.access.policy import Permission
from amparo.rooms.concerns.models import DutyPhone
from amparo.rooms.concerns.paging_rules import paging_rules
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.actions import tell

DAY_ONE = dt.date(2020, 1, 1)


@action(Permission.USE_AMPARO)
def ask_swap(*, by: Actor, shift_id: UUID, person_id: ActorId) -> UUID:
    """Raises NotThere for a shift that is not one's own to give, Refused for a person who cannot stand it."""
    swap = new_id()
    call("sec.ask_swap", swap, shift_id, person_id)
    tell([person_id], "SWAP_ASKED", record=swap)
    log("SHIFT_SWAP_ASKED", record=shift_id)
    return swap


@action(Permission.USE_AMPARO)
def answer_swap(*, by: Actor, swap_id: UUID, is_agreed: bool) -> UUID:
    asked_by = call("sec.answer_swap", swap_id, is_agreed)
    tell([asked_by], "SWAP_AGREED" if is_agreed else "SWAP_DECLINED", record=swap_id)
    log("SHIFT_SWAPPED" if is_agreed else "SHIFT_SWAP_DECLINED", record=swap_id)
    return swap_id


@action(Permission.MANAGE_DUTY)
def end_shift(*, by: Actor, shift_id: UUID) -> UUID:
    """Takes somebody off the rota. Their access on duty ends with it; an empty slot alarms at the next look."""
    person = call("sec.end_shift", shift_id)
    if person != by.id:
        tell([person], "SHIFT_ENDED", record=shift_id)
    log("SHIFT_ENDED", record=shift_id)
    return shift_id


@action(Permission.USE_AMPARO)
def set_duty_phone(*, by: Actor, number: str, how: str) -> UUID:
    """Where I am called. Only I and the calling itself read it."""
    signs = "".join(s for s in number if s.isdigit())
    if not 5 <= len(signs) <= 15 or how not in ("sms", "call"):
        raise Refused("phone_number")
    number = ("+" if number.strip().startswith("+") else "") + signs
    known = DutyPhone.objects.in_action().filter(person_id=by.id).order_by("-changed_at").first()
    row = known or DutyPhone(id=new_id(), person_id=by.id)
    row.number, row.how, row.changed_at = number, how, now()
    row.save(force_insert=known is None)
    log("DUTY_PHONE_SET", record=row.id)
    return UUID(str(row.id))


@action(None)
def watch_rota(*, by: Actor) -> int:
    """An empty slot in the coming days is itself an alarm, said once for each unit and day. Actor: `duty`."""
    rules, told = paging_rules(), 0
    window = (now(), now() + dt.timedelta(days=rules.days_ahead))
    for unit in rota.duty_units():
        empty = [span for place in rules.places for span in rota.holes(unit.id, place, window)]
        for day in sorted({span[0].astimezone(unit.zone).date() for span in empty}):
            people = rota.alarmed(unit.id, now())
            told += tell(people, "ROTA_HOLE", record=unit.id, step=(day - DAY_ONE).days)
    log("ROTA_LOOKED_AT", detail={"notices": told})
    return told
