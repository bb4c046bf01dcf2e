"""Intake in a real browser: no barrier in either direction, with the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import harness, live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
FORMS = ("hand-over", "hotline", "agency", "school", "clinic", "border", "custody", "group")


@pytest.fixture(scope="module")
def base(database: Any, world: Any, real_keeper: Any, tmp_path_factory: Any) -> Iterator[str]:
    from tests.desks import add_desks

    add_desks(world)
    with live.door(database, "staff", tmp_path_factory.mktemp("staff")) as address:
        yield address


@pytest.fixture
def as_person(browser: Browser, base: str, world: Any) -> Iterator[Any]:
    opened = []

    def start(name: str, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(base_url=base, **options)
        opened.append(context)
        context.add_cookies([{"name": "amparo-language", "value": language, "url": base}])
        page = context.new_page()
        page.goto("/demo/sign-in/")
        page.locator(f"button[name=person][value='{world.ids[name]}']").click()
        page.wait_for_load_state()
        return page

    yield start
    for context in opened:
        context.close()


def barriers(page: Page, what: str) -> list[str]:
    found = []
    try:
        harness.axe(page)
    except AssertionError as error:
        found.append(f"{what}: {error}")
    page.set_viewport_size({"width": 360, "height": 800})
    if (over := harness.sideways_overflow(page)) > 0:
        found.append(f"{what}: {over} px sideways at 360 px")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_intake_has_a_barrier(as_person: Any, language: str) -> None:
    page, found, seen = as_person("fay", language), [], 0
    for address in ("/report/", "/report/sent/", "/report/calls/", "/report/group/from-paper/"):
        page.goto(address)
        found, seen = found + barriers(page, address), seen + 1
    for form in FORMS:
        page.goto(f"/report/{form}/")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        found += barriers(page, form)
        page.locator("main form[data-draft] button[value=check]").click()
        page.wait_for_load_state()
        assert page.locator("[data-error-summary]").count() == 1
        found, seen = found + barriers(page, f"{form} (error)"), seen + 2
    page.goto("/report/agency/")
    page.locator("#id_reach").fill("Tent 4")
    page.locator("button[value=check]").click()
    found += barriers(page, "check")
    page.locator("button[value=send]").click()
    page.wait_for_url("**/report/sent/*/**")
    found, seen = found + barriers(page, "sent"), seen + 2
    print(f"\n{language}: {seen} pages, {len(found)} barriers")
    assert found == []


def test_hand_over_with_the_keyboard_alone(as_person: Any) -> None:
    page = as_person("fay")
    page.goto("/report/hand-over/")

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to("#id_reach")
    page.keyboard.type("Tent 4")
    tab_to("#id_age")
    page.keyboard.type("9-12")
    tab_to("[name=danger_now]")
    page.keyboard.press("Space")
    tab_to("[name=needs][value=doctor]")
    page.keyboard.press("Space")
    tab_to("button[value=check]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/sent/*/**")
    assert page.get_by_role("heading", name="Now call the duty desk").is_visible()


def test_hand_over_without_javascript(as_person: Any) -> None:
    page = as_person("ama", java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Report a concern").first.click()
    page.locator("main a.button").first.click()
    page.locator("button[value=check]").click()
    assert page.title().startswith("Error: ")
    page.locator("#id_reach").fill("Tent 4")
    page.locator("[name=danger_now][value=yes]").check()
    page.locator("button[value=check]").click()
    page.wait_for_url("**/report/sent/*/**")
    number = page.locator(".big").inner_text()
    page.goto("/report/sent/")
    assert number in page.locator("main").inner_text()


def test_a_group_of_children_without_javascript(as_person: Any, world: Any) -> None:
    page = as_person("fay", java_script_enabled=False)
    page.goto("/report/group/")
    page.locator("#id_reach").fill("Bus 7")
    page.locator("#id_r1_child").fill("Boy in a red shirt")
    page.locator("button[value=more]").click()
    assert page.locator("#id_r1_child").input_value() == "Boy in a red shirt"
    for number in range(2, 11):
        page.locator(f"#id_r{number}_child").fill(f"Child with wristband {number}")
    page.locator("button[value=check]").click()
    page.locator("button[value=change]").first.click()
    assert page.locator("#id_r10_child").input_value() == "Child with wristband 10"
    page.locator("button[value=check]").click()
    before = world.rows("SELECT count(*) FROM concerns_concern")[0][0]
    page.locator("button[value=send]").click()
    page.wait_for_load_state()
    assert "/report/sent/" in page.url, page.locator("main").inner_text()[:400]
    assert world.rows("SELECT count(*) FROM concerns_concern")[0][0] == before + 10


def test_what_is_written_is_kept_as_a_draft_and_found_on_another_device(as_person: Any) -> None:
    page = as_person("fay")
    page.goto("/report/clinic/")
    page.locator("#id_child_name").fill("Girl in a blue coat")
    page.get_by_text("Draft saved. Only you can open it.").wait_for(timeout=20_000)
    other = as_person("fay")
    other.goto("/report/clinic/")
    assert other.locator("#id_child_name").input_value() == "Girl in a blue coat"
