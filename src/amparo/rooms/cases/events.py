"""What happened in this room, for rooms above: ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass

from amparo.foundation.events import Event
from amparo.foundation.ids import ActorId, SubjectId


@dataclass(frozen=True)
class CaseOpened(Event):
    subject: SubjectId
    risk: str


@dataclass(frozen=True)
class CaseAccepted(Event):
    """`person` answers for the child from now on; None is the duty desk."""

    subject: SubjectId
    person: ActorId | None


@dataclass(frozen=True)
class RiskChanged(Event):
    subject: SubjectId
    level: str


@dataclass(frozen=True)
class ChildSeen(Event):
    subject: SubjectId
