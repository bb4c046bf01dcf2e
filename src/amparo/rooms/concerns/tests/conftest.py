"""Duty desks, people who send concerns, and the desk's own fixtures (a browser, the keeper, other logins)."""

from __future__ import annotations

import pytest

from amparo.rooms.desk.tests.conftest import as_login, door, keeper  # noqa: F401 (fixtures)


@pytest.fixture
def desks(world):
    from tests.desks import add_desks

    return add_desks(world)


@pytest.fixture
def public_door(desks, as_login):  # noqa: F811
    """A browser at the public door; every statement of it runs as amparo_public."""
    from django.test import Client
    from django.test.utils import override_settings

    from .public_door import SETTINGS

    desks.admin.execute("DELETE FROM concerns_gate")
    with override_settings(**SETTINGS), as_login("public"):
        yield Client()


@pytest.fixture
def as_desk(desks, as_login):  # noqa: F811
    """with as_desk(): Django speaks as the staff door again, inside a test at the public door."""
    return lambda: as_login("staff")
