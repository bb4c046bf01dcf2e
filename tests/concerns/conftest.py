from __future__ import annotations

import os

import pytest

from amparo.rooms.concerns.tests.conftest import as_login, desks, keeper, public_door  # noqa: F401 (fixtures)
from tests.browser.conftest import axe, browser_type_launch_args  # noqa: F401 (fixtures)

# Playwright runs an event loop in the main thread; Django would then refuse plain database calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    said = "Session-scoped fixtures defined as instance"
    config.addinivalue_line("filterwarnings", f"ignore:{said}:pytest.PytestRemovedIn10Warning")
