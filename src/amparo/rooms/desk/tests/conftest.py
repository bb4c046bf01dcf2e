"""A small world of invented people for each test module, and the key service in this process."""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.utils import override_settings

from amparo.foundation import sealing
from amparo.rooms.desk import sending
from amparo.rooms.desk.rules import clocks

from .facts import RULES
from .keeper import InProcessKeeper
from .pages import ACTORS, MIDDLEWARE
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


@pytest.fixture
def rules(tmp_path, monkeypatch):
    (tmp_path / "clocks.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.setattr(clocks, "_files", [clocks.HERE, tmp_path / "clocks.yaml"])
    clocks.clock_rules.cache_clear()
    yield
    clocks.clock_rules.cache_clear()


@pytest.fixture
def door(world):
    """door("ama").get(…): a browser in which Ama is signed in."""
    signed = {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies", "MIDDLEWARE": MIDDLEWARE}
    with override_settings(
        ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, SESSION_COOKIE_NAME="s", **signed
    ):

        def door(name, strong=False):
            ACTORS[name] = world.actor(name, strong)
            return Client(headers={"X-Test-Actor": name})

        yield door
    ACTORS.clear()
