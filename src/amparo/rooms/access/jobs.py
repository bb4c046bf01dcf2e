"""Jobs of this room, as named system actors. Arguments are ids."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from amparo.foundation.sealing import keeper


@app.task(name="access.make_keys", retry=5)
def make_keys(agency_id: str) -> None:
    """The keeper makes and publishes an agency's keys; asking twice changes nothing."""
    keeper().ensure_kek(UUID(agency_id))
