"""What the worker runs. Each job acts as a named system actor, carries ids only, and may run twice."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from amparo.foundation.actors import system_actor

from . import actions
from .ids import NoticeId


@app.task(name="desk.send_notice", queue="default", retry=5)
def send_notice(notice_id: str) -> None:
    actions.send_notice(by=system_actor("notices"), notice_id=NoticeId(UUID(notice_id)))


# A lock keeps a slow run and the next one apart; a run that was missed is made up for by the next.
@app.periodic(cron="*/5 * * * *")
@app.task(name="desk.tell_limits", queue="default", queueing_lock="desk.tell_limits", pass_context=False)
def tell_limits(timestamp: int) -> None:
    actions.tell_limits(by=system_actor("clocks"))


@app.periodic(cron="10 4 * * *")
@app.task(name="desk.tell_ahead", queue="default", queueing_lock="desk.tell_ahead", pass_context=False)
def tell_ahead(timestamp: int) -> None:
    actions.tell_ahead(by=system_actor("clocks"))


@app.periodic(cron="40 2 * * *")
@app.task(name="desk.erase_due", queue="default", queueing_lock="desk.erase_due", pass_context=False)
def erase_due(timestamp: int) -> None:
    actions.erase_due(by=system_actor("retention"))
