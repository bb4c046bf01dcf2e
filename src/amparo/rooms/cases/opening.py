"""What somebody says when a case is opened: at most six answers are needed, all else may come later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from amparo.foundation.ids import ActorId


@dataclass(frozen=True)
class Night:
    """Where the child sleeps tonight: a fact or a plan, the kind of place, and, for the vault, which."""

    is_plan: bool
    kind: str
    area: str = ""
    address: str = ""
    landmark: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.area or self.address or self.landmark)


@dataclass(frozen=True)
class Adult:
    """Who answers for the child until there is a guardian."""

    name: str
    mandate: str
    until: dt.date


@dataclass(frozen=True)
class Languages:
    """BCP 47 tags. `understands` besides the first language; None where nobody asked yet."""

    understands: tuple[str, ...] = ()
    sign_language: str = ""
    needs_interpreter: bool | None = None
    interpreter_gender: str = ""


@dataclass(frozen=True)
class Taker:
    """Who is offered the case: a colleague of a unit, or, without a person, the unit's duty desk."""

    unit_id: UUID
    person: ActorId | None = None


@dataclass(frozen=True)
class Opening:
    called: str
    is_description: bool
    age_low: int | None
    age_high: int | None
    gender: str
    language: str
    risk: str
    reasons: str
    night: Night
    taker: Taker | None = None  # None: whoever opens it
    numbers: tuple[str, ...] = ()
    birth: str = ""
    interim: Adult | None = None
    languages: Languages = field(default_factory=Languages)
