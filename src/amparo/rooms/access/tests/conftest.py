"""What every test of this room leaves behind: the small world as it was."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _everybody_leaves(world):
    from .people import all_leave

    yield
    all_leave(world)
