"""What the worker runs: covers begin, reach what was added meanwhile, and end by themselves."""

from __future__ import annotations

from procrastinate.contrib.django import app

from amparo.foundation.actors import system_actor

from . import actions


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.keep_covers", queue="default", queueing_lock="cases.keep_covers", pass_context=False)
def keep_covers(timestamp: int) -> None:
    actions.keep_covers(by=system_actor("cover"))
