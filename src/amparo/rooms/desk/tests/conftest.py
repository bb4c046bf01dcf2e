"""A small world of invented people for each test module, and the key service in this process."""

from __future__ import annotations

import pytest

from amparo.foundation import sealing
from amparo.rooms.desk import sending

from .keeper import InProcessKeeper
from .world import World, build


@pytest.fixture(scope="session")
def world(admin) -> World:
    return build(admin)


@pytest.fixture
def keeper(world, monkeypatch) -> InProcessKeeper:
    it = InProcessKeeper(world)
    monkeypatch.setattr(sealing, "keeper", lambda: it)
    return it


@pytest.fixture
def sent(monkeypatch) -> sending.Recorded:
    """What would have left the platform."""
    recorded = sending.Recorded()
    monkeypatch.setattr("amparo.rooms.desk.actions.notices.sender", lambda: recorded)
    return recorded
