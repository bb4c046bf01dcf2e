"""The duty desk in a browser: no barrier in either direction, and a whole concern with the keyboard and without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.attacks.rooms import duty
from tests.browser import live
from tests.browser.test_axe_everywhere import Walk, barriers, send_empty

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
CONCERN = ("", "words/", "reporter/", "before-talking/", "health/", "decide/", "reply/", "reply/words/")


@pytest.fixture(scope="module")
def base(database: Any, world: Any, real_keeper: Any, tmp_path_factory: Any) -> Iterator[str]:
    with live.door(database, "staff", tmp_path_factory.mktemp("staff")) as address:
        yield address


@pytest.fixture
def planted(world: Any, real_keeper: Any) -> dict[str, Any]:
    return duty._at_the_desk(world, world.child())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_desk_has_a_barrier(
    browser: Browser, base: str, world: Any, planted: dict[str, Any], language: str
) -> None:
    walk = Walk(browser, base, world, language)
    page, found, errors = walk.page("ben"), [], 0
    of_concern = [f"/duty/concerns/{planted['concern_id']}/{part}" for part in CONCERN]
    rest = ["/duty/", "/duty/week/", "/duty/phone/", "/duty/plan/", f"/duty/decisions/{planted['decision_id']}/",
            f"/duty/shifts/{planted['shift_id']}/swap/", "/duty/?urgency=now&channel=custody"]  # fmt: skip
    for url in (*of_concern, *rest):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        found += barriers(page, url)
        if send_empty(page):
            errors += 1
            found += barriers(page, f"{url} (error)")
    walk.close()
    print(
        f"\n{language}: {len(of_concern) + len(rest)} pages, {errors} with an error, {len(found)} violations"
    )
    assert errors >= 3
    assert found == []
    assert walk.complaints == []


@pytest.mark.parametrize("with_script", [True, False])
def test_a_concern_is_taken_up_and_read_with_the_keyboard_alone(
    browser: Browser, base: str, world: Any, planted: dict[str, Any], with_script: bool
) -> None:
    walk = Walk(browser, base, world, "en", java_script_enabled=with_script)
    page = walk.page("ben")

    def press(words: str, role: str = "button") -> None:
        target = page.get_by_role(role, name=words, exact=True).first  # type: ignore[arg-type]
        target.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

    page.goto("/duty/")
    row = page.locator(f"a[href='/duty/concerns/{planted['concern_id']}/']").first
    row.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press("I am on it")
    assert "You are on it" in page.content()
    press("Show the words", "link")
    assert "An invented concern." not in page.content()
    press("Show")
    assert "An invented concern." in page.content()
    press("Hide", "link")
    press("Before any conversation", "link")
    page.get_by_label("Not now: look again later").focus()
    page.keyboard.press("Space")
    press("Write it down")
    assert "That is a full answer" in page.content()
    walk.close()
