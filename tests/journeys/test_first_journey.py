"""The first journey, against the real processes: what a caseworker, a stranger and a reviewer live through."""

from __future__ import annotations

import re
import uuid

import pytest

pytestmark = pytest.mark.browser

REASON = "The clinic asks for the name tonight"
URGENT = "The child is at the border and nobody of the team answers"


def press(page, form="main form:not(.filter)"):
    """And wait for the answer: on a busy machine the page is empty for a moment in between."""
    with page.expect_navigation():
        page.locator(f"{form} button.button").last.click()


def open_file(page):
    page.goto("/files/open/")
    press(page)
    page.wait_for_url(re.compile(r"/files/[0-9a-f-]{36}/$"))
    return page.url, page.locator("h1").inner_text().split()[-1]


def add_note(page, url, words):
    page.goto(url + "notes/add/")
    page.locator("textarea[name=text]").fill(words)
    press(page)


def record_name(page, url, name):
    page.goto(url + "name/record/")
    page.locator("input[name=used_name]").fill(name)
    page.locator("input[name=family_name]").fill("Varga")
    press(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_first_journey(door, javascript):
    name = f"Tilly{uuid.uuid4().hex[:6]}"
    amina = door("Amina Sefo", java_script_enabled=javascript)
    url, code = open_file(amina)
    add_note(amina, url, "She likes to draw boats.")
    assert "She likes to draw boats." in amina.content()
    record_name(amina, url, name)
    assert name not in amina.content()

    amina.goto(url + "name/")
    amina.locator("textarea[name=because]").fill(REASON)
    press(amina)
    assert name in amina.content()

    ivo = door("Ivo Lantern", java_script_enabled=javascript)
    hidden = ivo.goto(url)
    shown = ivo.locator("main").inner_html()
    absent = ivo.goto(f"/files/{uuid.uuid4()}/")
    assert hidden.status == absent.status == 404
    assert ivo.locator("main").inner_html() == shown
    ivo.goto("/find/")
    ivo.locator("input[name=code]").fill(code)
    press(ivo)
    assert "None of your files." in ivo.content()
    assert "Ask the duty desk" in ivo.content()

    ivo.goto("/emergency/")
    ivo.locator("input[name=code]").fill(code)
    ivo.locator("textarea[name=reason]").fill(URGENT)
    press(ivo)
    assert ivo.url == url
    ivo.goto(url + "notes/")
    assert "She likes to draw boats." in ivo.content()
    assert ivo.goto(url + "place/").status in (403, 404)
    assert ivo.goto(url + "notes/add/").status in (403, 404)

    amina.goto("/notices/")
    assert "emergency access" in amina.locator("main").inner_text().lower()
    amina.goto(url + "log/")
    told = amina.locator("main").inner_text()
    assert "Ivo Lantern" in told
    assert URGENT in told
    assert REASON in told

    abel = door("Abel Nuru", java_script_enabled=javascript)
    abel.goto("/emergency/reviews/")
    card = abel.locator("section.card", has_text=code)
    assert URGENT in card.inner_text()
    with abel.expect_navigation():
        card.get_by_role("button").first.click()
    assert abel.locator("section.card", has_text=code).count() == 0
    assert abel.goto(url).status in (200, 404)
    assert "boats" not in abel.content()


def test_unknown_code_and_kept_away_agency_hear_the_same(door):
    ivo = door("Ivo Lantern")
    ivo.goto("/emergency/")
    ivo.locator("input[name=code]").fill("00-0000")
    ivo.locator("textarea[name=reason]").fill(URGENT)
    press(ivo)
    assert "There is no emergency access for this code" in ivo.content()
    assert URGENT in ivo.locator("textarea[name=reason]").input_value()


@pytest.mark.parametrize("path", ["/files/", "/find/", "/emergency/", "/files/open/", "/people/", "/log/"])
def test_police_liaison_finds_no_list_no_search_no_file(door, path):
    yara = door("Yara Quist")
    assert yara.goto(path).status == 403
    assert yara.goto("/me/").status == 200


def test_the_journey_in_arabic_runs_from_the_right(door):
    amina = door("Amina Sefo")
    amina.goto("/")
    with amina.expect_navigation():
        amina.get_by_role("button", name="العربية").click()
    assert amina.locator("html").get_attribute("dir") == "rtl"
    url, code = open_file(amina)
    assert len(code) == 7
    amina.goto(url)
    assert amina.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_nothing_stays_in_the_browser(door):
    amina = door("Amina Sefo")
    open_file(amina)
    assert amina.evaluate("localStorage.length") == 0
    assert amina.evaluate("Object.keys(sessionStorage).filter(k => !k.startsWith('htmx')).length") == 0
