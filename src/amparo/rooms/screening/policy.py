"""Who may do what in this room. Row security and the keeper ask again."""

from __future__ import annotations

from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.errors import Refused
from amparo.rooms.access.policy import Permission

from .definitions import Instrument

SCREEN = Permission.SCREEN_CHILD
READ = Permission.READ_FILE
MANAGE = Permission.MANAGE_INSTRUMENTS
LOOK = Permission.USE_AMPARO
MIN_REASON = 10


@dataclass(frozen=True)
class Using:
    """Who is about to use an instrument: the role, and whether their agency gives health care."""

    role: str
    in_health: bool


def may_use(viewer: Actor, using: Using, instrument: Instrument) -> bool:
    """Clinical screens stay in the clinic: the role alone is not enough."""
    if not viewer.has(SCREEN) or using.role not in instrument.roles:
        return False
    return using.in_health or not instrument.is_clinical


def need_age(instrument: Instrument, age_years: int | None) -> None:
    """A clinical screen is only for the ages it was tested for; guides ask for no age."""
    if not instrument.is_clinical:
        return
    low, high = instrument.ages
    if age_years is None or not low <= age_years <= high:
        raise Refused("age_not_tested")


def need_reason(reason: str) -> str:
    """Noting again with the same instrument has a reason, so that nobody is gone over again and again."""
    reason = " ".join(reason.split())
    if len(reason) < MIN_REASON:
        raise Refused("again_needs_reason")
    return reason[:500]
