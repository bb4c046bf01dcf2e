"""Duty desks, people who send concerns, and the desk's own fixtures (a browser, the keeper, other logins)."""

from __future__ import annotations

import pytest

from amparo.rooms.desk.tests.conftest import as_login, door, keeper  # noqa: F401 (fixtures)


@pytest.fixture
def desks(world):
    from tests.desks import add_desks

    return add_desks(world)
