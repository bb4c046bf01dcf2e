"""A whole demo as real processes, once for all journeys."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import harness
from tests.browser.conftest import browser_type_launch_args  # noqa: F401

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from tests.runtime.live import Demo

    demo = Demo(tmp_path_factory.mktemp("journeys") / "data")
    demo.start()
    yield demo
    demo.end()


@pytest.fixture
def door(live: Any, browser: Any) -> Iterator[Callable[..., Any]]:
    """door("Amina Sefo") is a fresh browser in which she is signed in; options as Playwright's contexts take them."""
    opened = []

    def enter(name: str = "", **options: Any) -> Any:
        context = browser.new_context(base_url=f"http://localhost:{live.port}", **options)
        opened.append(context)
        page = context.new_page()
        if name:
            page.goto("/demo/sign-in/")
            with page.expect_navigation():
                page.get_by_role("button", name=re.compile(name)).first.click()
        return page

    yield enter
    for context in opened:
        context.close()


@pytest.fixture
def axe() -> Any:
    return harness.axe
