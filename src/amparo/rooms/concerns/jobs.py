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


@app.task(name="concerns.page", queue="default", retry=PATIENT)
def page(subject_id: str) -> None:
    actions.page_for(by=system_actor("duty"), subject_id=UUID(subject_id))


# Every minute, and a run that was missed is made up for by the next.
@app.periodic(cron="* * * * *")
@app.task(name="concerns.page_due", queue="default", queueing_lock="concerns.page_due", pass_context=False)
def page_due(timestamp: int) -> None:
    actions.page_due(by=system_actor("duty"))


@app.periodic(cron="20 * * * *")
@app.task(
    name="concerns.watch_rota", queue="default", queueing_lock="concerns.watch_rota", pass_context=False
)
def watch_rota(timestamp: int) -> None:
    actions.watch_rota(by=system_actor("duty"))


@app.task(name="concerns.added", queue="default", retry=PATIENT)
def added(concern_id: str, subject_id: str) -> None:
    actions.note_added(
        by=system_actor("intake"),
        concern_id=ConcernId(UUID(concern_id)),
        subject_id=SubjectId(UUID(subject_id)),
    )


@app.periodic(cron="50 3 * * *")
@app.task(name="concerns.tidy", queue="default", queueing_lock="concerns.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    actions.tidy_door(by=system_actor("retention"))
