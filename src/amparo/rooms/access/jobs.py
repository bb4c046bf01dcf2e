"""Jobs of this room, as named system actors. Arguments are ids."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from amparo.foundation.sealing import keeper


@app.task(name="access.make_keys", retry=5)
def make_keys(agency_id: str) -> None:
    """The keeper makes and publishes an agency's keys; asking twice changes nothing."""
    keeper().ensure_kek(UUID(agency_id))


@app.periodic(cron="20 3 * * *")
@app.task(
    name="access.tidy_counters", queue="default", queueing_lock="access.tidy_counters", pass_context=False
)
def tidy_counters(timestamp: int) -> None:
    """The keeper forgets counters that no limit looks at any more; the log keeps what happened."""
    keeper().tidy()
