"""Files that even colleagues, or a whole agency, are kept away from."""

from __future__ import annotations

import uuid

import pytest

from tests.journeys.test_first_journey import URGENT, add_note, open_file, press

pytestmark = pytest.mark.browser


def ask_in_emergency(page, code):
    page.goto("/emergency/")
    page.locator("input[name=code]").fill(code)
    page.locator("textarea[name=reason]").fill(URGENT)
    press(page)


def test_restricted_file_is_not_there_even_for_the_unit_on_duty(door):
    amina, bruno, fay = door("Amina Sefo"), door("Bruno Tal"), door("Fay Okono")
    url, _ = open_file(amina)
    add_note(amina, url, "She knows somebody in this office.")
    assert fay.goto(url).status == 200  # on duty for this team
    bruno.goto(url + "access/restrict/")
    press(bruno)
    assert amina.goto(url).status == 200
    assert fay.goto(url).status == 404
    shown = fay.locator("main").inner_html()
    assert fay.goto(f"/files/{uuid.uuid4()}/").status == 404
    assert fay.locator("main").inner_html() == shown


def test_agency_kept_away_has_no_emergency_access_either(door):
    mira, bruno, ivo = door("Мира Ковач"), door("Bruno Tal"), door("Ivo Lantern")
    allowed, its_code = open_file(mira)
    ask_in_emergency(ivo, its_code)
    assert ivo.url == allowed
    url, code = open_file(mira)
    bruno.goto(url + "access/block/")
    bruno.locator("main select").first.select_option(label="Harbour Light")
    press(bruno)
    ask_in_emergency(ivo, code)
    assert "There is no emergency access for this code" in ivo.content()
    assert ivo.goto(url).status == 404
    assert mira.goto(url).status == 200
