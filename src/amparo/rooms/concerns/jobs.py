"""What the worker runs. Each job acts as a named system actor, carries ids only, and may run twice."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from amparo.foundation.actors import system_actor
from amparo.foundation.ids import SubjectId

from . import actions
from .ids import ConcernId

# 2, 4, 8 … seconds: nobody is left unpaged because the database was away for a minute
PATIENT = RetryStrategy(max_attempts=13, exponential_wait=2)


@app.task(name="concerns.received", queue="default", retry=PATIENT)
def received(concern_id: str, subject_id: str) -> None:
    actions.note_received(
        by=system_actor("intake"),
        concern_id=ConcernId(UUID(concern_id)),
        subject_id=SubjectId(UUID(subject_id)),
    )
