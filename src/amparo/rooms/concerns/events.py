"""What this room tells rooms above: ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass

from amparo.foundation.events import Event
from amparo.foundation.ids import SubjectId

from .ids import ConcernId


@dataclass(frozen=True)
class ConcernReceived(Event):
    """Published by the worker's job, with its limits started; whoever pages the desk listens here."""

    concern_id: ConcernId
    subject_id: SubjectId
    urgency: str
