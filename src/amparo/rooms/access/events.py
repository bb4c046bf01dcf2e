"""What happened in this room, for rooms above: ids only. Published inside the action that did it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.events import Event
from amparo.foundation.ids import ActorId, SubjectId


@dataclass(frozen=True)
class EmergencyAccessUsed(Event):
    """`emergency` is the row of the use; another agency reviews it within 24 hours."""

    subject: SubjectId
    emergency: UUID


@dataclass(frozen=True)
class EmergencyAccessReviewed(Event):
    subject: SubjectId
    emergency: UUID


@dataclass(frozen=True)
class AccessGiven(Event):
    subject: SubjectId
    grant: UUID
    person: ActorId


@dataclass(frozen=True)
class AccessEnded(Event):
    """Ended by somebody, or by withdrawal of consent; not by its date, which its holder knew."""

    subject: SubjectId
    grant: UUID
    person: ActorId


@dataclass(frozen=True)
class FileHandedOver(Event):
    """`person` answers for the file from now on."""

    subject: SubjectId
    person: ActorId


@dataclass(frozen=True)
class ConflictDeclared(Event):
    """`person` knows the family and has lost access; somebody else must take over."""

    subject: SubjectId
    person: ActorId
