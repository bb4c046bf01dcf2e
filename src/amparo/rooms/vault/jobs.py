"""The indexer: fills the blind index after a write. Arguments are a table's name and an id."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from amparo.foundation.actors import system_actor

from . import actions

# 2, 4, 8 … seconds: together five hours, so that a keeper that is away for an evening costs no child their entry
PATIENT = RetryStrategy(max_attempts=13, exponential_wait=2)


@app.task(name="vault.index_record", queue="default", retry=PATIENT)
def index_record(table: str, record_id: str) -> None:
    actions.index_record(by=system_actor("indexer"), table=table, record_id=UUID(record_id))
