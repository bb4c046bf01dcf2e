from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import harness

# Playwright runs an event loop in the main thread; Django would then refuse plain database calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    # A fixture of the browser plugin is written in a way that the next pytest drops; not ours to change.
    said = "Session-scoped fixtures defined as instance"
    config.addinivalue_line("filterwarnings", f"ignore:{said}:pytest.PytestRemovedIn10Warning")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": harness.chromium_path(),
        "args": harness.CHROMIUM_ARGS,
    }


@pytest.fixture
def axe() -> Any:
    return harness.axe


@pytest.fixture
def strict_page(page: Page) -> Iterator[Page]:
    """A page on which any breach of the content security policy or error of a script fails the test."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: said.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert said == []
