"""Every form on real A4, in each language: one or two pages, nothing cut, its words on it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import harness, live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NAMES = ("hand_over", "hotline", "agency", "school", "clinic", "border", "custody", "group")
#: A4 in CSS pixels, less the margins of the paper's own stylesheet.
WIDTH, HEIGHT = 794 - 2 * 45, 1123 - 2 * 42
#: What is wider than the paper, or shows less than it holds.
CUT = """() => [...document.querySelectorAll('.paper, .paper *')].filter(e => {
  const paper = document.querySelector('.paper').getBoundingClientRect(), box = e.getBoundingClientRect();
  return box.width && (box.right > paper.right + 1 || box.left < paper.left - 1 || e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).display !== 'inline');
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def base(database: Any, world: Any, real_keeper: Any, tmp_path_factory: Any) -> Iterator[str]:
    from tests.desks import add_desks

    add_desks(world)
    with live.door(database, "staff", tmp_path_factory.mktemp("staff")) as address:
        yield address


@pytest.fixture(scope="module")
def fay(browser: Browser, base: str, world: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=base)
    page = context.new_page()
    page.goto("/demo/sign-in/")
    page.locator(f"button[name=person][value='{world.ids['fay']}']").click()
    page.wait_for_load_state()
    yield page
    context.close()


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf)) or _inflated(pdf)


def _inflated(pdf: bytes) -> int:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return sum(len(re.findall(rb"/Type\s*/Page\b", zlib.decompress(s))) for s in streams if s[:1] == b"x")


def boxes_of(pdf: bytes) -> set[tuple[float, ...]]:
    found = re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", pdf)
    return {tuple(round(float(n)) for n in box.split()) for box in found}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", NAMES)
def test_a_form_prints_on_one_or_two_pages(fay: Page, name: str, language: str, tmp_path: Path) -> None:
    from amparo.rooms.concerns.forms.intake_data import intake_forms

    form = intake_forms()[name]
    fay.goto(f"/report/{form.slug}/paper/?language={language}")
    fay.get_by_role("button", name="Number a copy to print").or_(
        fay.locator("main form button")
    ).first.click()
    fay.wait_for_url("**/report/papers/*/")
    assert fay.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    fay.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    fay.emulate_media(media="print")
    told = fay.locator(".paper").inner_text()
    assert [q.name for q in form.questions() if q.label[language] not in told] == []
    assert re.search(rf"{form.code}-{form.version}", told)
    assert re.search(r"\b\d{6}\b", told)
    assert not fay.locator(".top").is_visible()
    assert not fay.locator(".paper-tools").is_visible()
    cut = fay.evaluate(CUT)
    pdf = fay.pdf(format="A4", prefer_css_page_size=True)
    (tmp_path / f"{name}-{language}.pdf").write_bytes(pdf)
    fay.emulate_media(media="screen")
    print(f"\n{name} {language}: {pages_of(pdf)} pages, {len(cut)} cut")
    assert cut == []
    assert pages_of(pdf) in (1, 2)
    assert {box[2:] for box in boxes_of(pdf)} <= {(595, 842), (594, 842), (595, 841), (596, 842)}


def test_a_paper_without_a_number_prints_nothing(fay: Page) -> None:
    fay.goto("/report/agency/paper/")
    assert fay.locator(".paper").is_visible()
    fay.emulate_media(media="print")
    assert not fay.locator(".paper").is_visible()
    fay.emulate_media(media="screen")


def test_something_cut_would_be_seen(fay: Page) -> None:
    fay.goto("/report/agency/paper/")
    fay.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    assert fay.evaluate(CUT) == []
    wide = "document.querySelector('.paper-how').style.cssText = 'inline-size: 300mm; max-inline-size: none'"
    fay.evaluate(wide)
    assert fay.evaluate(CUT)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_paper_on_a_telephone_has_no_barrier(fay: Page, base: str, language: str) -> None:
    fay.set_viewport_size({"width": 360, "height": 800})
    fay.goto(f"/report/group/paper/?language={language}")
    harness.axe(fay)
    assert harness.sideways_overflow(fay) <= 0
    fay.set_viewport_size({"width": 1280, "height": 900})
