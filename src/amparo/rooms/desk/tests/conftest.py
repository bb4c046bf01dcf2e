"""A small world of invented people, the key service in this process, and a browser for somebody signed in.

Nothing of the room is imported up here: this file is read before Django is set up.
"""

from __future__ import annotations

import contextlib

import pytest


@pytest.fixture
def as_login(database):
    """with as_login("worker"): Django's connection is that login's, as in a process of its own."""
    from django.db import connection
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


@pytest.fixture
def keeper(world, monkeypatch):
    from amparo.foundation import sealing

    from .keeper import InProcessKeeper

    it = InProcessKeeper(world)
    monkeypatch.setattr(sealing, "keeper", lambda: it)
    return it


@pytest.fixture
def sent(monkeypatch):
    """What would have left the platform."""
    from amparo.rooms.desk import sending

    recorded = sending.Recorded()
    monkeypatch.setattr("amparo.rooms.desk.actions.notices.sender", lambda: recorded)
    return recorded


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """The limits of an invented room above, beside our own."""
    from amparo.rooms.desk.rules import clocks

    from .facts import RULES

    (tmp_path / "clocks.yaml").write_text(RULES, encoding="utf-8")
    monkeypatch.setattr(clocks, "_files", [clocks.HERE, tmp_path / "clocks.yaml"])
    clocks.clock_rules.cache_clear()
    yield
    clocks.clock_rules.cache_clear()


@pytest.fixture
def door(world):
    """door("ama").get(…): a browser in which Ama is signed in."""
    from django.test import Client
    from django.test.utils import override_settings

    from .pages import ACTORS, MIDDLEWARE

    signed = {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies", "MIDDLEWARE": MIDDLEWARE}
    with override_settings(
        ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False, SESSION_COOKIE_NAME="s", **signed
    ):

        def door(name, strong=False):
            ACTORS[name] = world.actor(name, strong)
            return Client(headers={"X-Test-Actor": name})

        yield door
    ACTORS.clear()
