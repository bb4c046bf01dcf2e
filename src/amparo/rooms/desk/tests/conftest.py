"""A small world of invented people for each test module, and the key service in this process."""

from __future__ import annotations

import contextlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from amparo.foundation import sealing
from amparo.rooms.desk import sending
from amparo.rooms.desk.rules import clocks

from .facts import RULES
from .keeper import InProcessKeeper
from .pages import ACTORS, MIDDLEWARE
from .world import World, build


@pytest.fixture
def as_login(database):
    """with as_login("worker"): Django's connection is that login's, as in a process of its own."""
    from psycopg.conninfo import conninfo_to_dict

    @contextlib.contextmanager
    def use(login):
        wanted, before = conninfo_to_dict(database.url(login)), dict(connection.settings_dict)
        options = {k: v for k, v in before["OPTIONS"].items() if k != "pool"}
        connection.close()
        connection.settings_dict.update(USER=wanted["user"], PASSWORD=wanted["password"], OPTIONS=options)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)

    return use


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
