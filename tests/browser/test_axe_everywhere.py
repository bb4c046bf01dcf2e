"""Every page of both doors in a real browser: no barrier, nothing sideways, nothing kept, every form without script."""

from __future__ import annotations

import gzip
import re
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.attacks import rooms
from tests.browser import harness, live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
LANGUAGES, SCHEMES = ("en", "ar"), ("light", "dark")
PUBLIC = ("/", "/{}/", "/{}/safety/")
#: Paper is in the language of whoever fills it in, whatever the reader's is.
PRINTED = re.compile("paper|blank")
#: What a page may keep on a device: nothing.
KEPT = "localStorage.length + sessionStorage.length"
STAFF_BUDGET, PUBLIC_BUDGET = 100_000, 60_000
NOT_PAGES = {
    "web:health": "for monitors", "desk:picture": "a picture", "mfa_download_recovery_codes": "a file of text",
    "web:away": "an empty page on purpose", "account_inactive": "shown to nobody who can sign in", **rooms.mapping("NOT_PAGES"),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(database: Any, world: Any, real_keeper: Any, tmp_path_factory: Any) -> Iterator[str]:
    with live.door(database, "staff", tmp_path_factory.mktemp("staff")) as address:
        yield address


@pytest.fixture(scope="module")
def pages(world: Any, real_keeper: Any, tmp_path_factory: Any) -> Any:
    """(name, address, somebody who sees it) for every page that anybody sees."""
    from django.test.utils import override_settings

    from tests.forms.planted import plant
    from tests.forms.staff import NOBODY, Staff, address, methods_of, routes
    from tests.world import PEOPLE

    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), SECURE_SSL_REDIRECT=False):
        planted, staff, found = (
            plant(world, but=frozenset({"clock_id"})) | {"clock_id": uuid.uuid4()},
            Staff(world),
            {},
        )
        for name, (_route, view) in routes().items():
            url = address(name, planted)
            if url is None or name in NOT_PAGES or "GET" not in methods_of(view):
                continue
            for person in (NOBODY, *PEOPLE):
                answer = staff.browser(person).get(url)
                if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
                    found[name] = (url, person)
                    break
    return found


class Walk:
    """Browsers of everybody, in a language; remembers what scripts and the policy complained about."""

    def __init__(self, browser: Browser, base: str, world: Any, language: str, **options: Any) -> None:
        self.browser, self.base, self.world = browser, base, world
        self.language, self.options = language, options
        self.contexts: dict[str, BrowserContext] = {}
        self.complaints: list[str] = []
        self.loaded: list[Response] = []  # since the last look at a page began
        self.sizes: dict[str, int] = {}

    def page(self, person: str) -> Page:
        if person not in self.contexts:
            context = self.contexts[person] = self.browser.new_context(base_url=self.base, **self.options)
            context.set_default_timeout(20_000)
            context.add_cookies([{"name": "amparo-language", "value": self.language, "url": self.base}])
            page = context.new_page()
            page.on("response", lambda r: self.loaded.append(r))
            # what a browser keeps in memory is not heard of again: each page is weighed as a first visit
            context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
            page.on("pageerror", lambda error: self.complaints.append(f"{page.url} script: {error}"))
            page.on(
                "console", lambda m: self.complaints.append(m.text) if "Content Security" in m.text else None
            )
            if person != "nobody":
                page.goto("/demo/sign-in/")
                page.locator(f"button[name=person][value='{self.world.ids[person]}']").click()
                page.wait_for_load_state()
        return self.contexts[person].pages[0]

    def weight(self, *kinds: str) -> int:
        """Bytes of what was loaded since the last look began, as they would be sent (gzip)."""
        total = 0
        for response in self.loaded:
            path = urllib.parse.urlsplit(response.url).path
            if response.status == 200 and path.endswith(kinds):
                kept = path.startswith("/static/")
                size = self.sizes.get(path) or len(gzip.compress(response.body(), 6))
                self.sizes |= {path: size} if kept else {}
                total += size
        return total

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()


@pytest.fixture
def walk(browser: Browser, base: str, world: Any) -> Iterator[Any]:
    opened: list[Walk] = []

    def start(language: str, **options: Any) -> Walk:
        opened.append(Walk(browser, base, world, language, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def barriers(page: Page, what: str) -> list[str]:
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        try:
            harness.axe(page)
        except AssertionError as error:
            found.append(f"{what} {scheme} {error}")
    page.set_viewport_size({"width": 360, "height": 800})
    if (over := harness.sideways_overflow(page)) > 0:
        found.append(f"{what}: {over} px sideways at 360 px")
    page.set_viewport_size({"width": 1280, "height": 900})
    if page.evaluate(KEPT):
        found.append(f"{what}: something is kept on the device")
    return found


def send_empty(page: Page) -> bool:
    """Press the button of the page's own form with nothing typed; False where it has none that can be wrong."""
    form = (
        page.locator("main form[method=post]")
        .filter(has=page.locator("input[type=text], textarea, select"))
        .first
    )
    if not form.count():
        return False
    for control in form.locator("input[type=text], textarea").all():
        control.fill("")
    button = form.locator("button:not([type=button])").first
    if not button.count():
        return False  # a passkey's form is sent by its ceremony
    button.click()
    page.wait_for_load_state()
    return bool(page.locator("[data-error-summary]").count())


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_pages(walk: Any, pages: Any, language: str) -> None:
    going, found, errors, weights = walk(language), [], 0, {}
    for name, (url, person) in pages.items():
        page = going.page(person)
        going.loaded.clear()
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{name}: {answer.status}"
        if not PRINTED.search(name):
            assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr"), name
        found += barriers(page, name)
        weights[name] = going.weight(".js", ".css")
        if send_empty(page):
            errors += 1
            found += barriers(page, f"{name} (error)")
    print(f"\n{language}: {len(pages)} pages, {errors} with an error, {len(found)} violations,"
          f" scripts and styles at most {max(weights.values())} bytes")  # fmt: skip
    assert not found, "\n".join(found)
    assert going.complaints == []
    assert len(pages) >= 40
    assert errors >= 12
    assert max(weights.values()) > 5_000
    assert {n: w for n, w in weights.items() if w > STAFF_BUDGET} == {}


@pytest.fixture(scope="module")
def public_base(database: Any, tmp_path_factory: Any) -> Iterator[str]:
    with live.door(database, "public", tmp_path_factory.mktemp("public")) as address:
        yield address


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(browser: Browser, public_base: str, world: Any, language: str) -> None:
    going, found, weights = Walk(browser, public_base, world, language), [], {}
    page = going.page("nobody")
    for pattern in PUBLIC:
        going.loaded.clear()
        page.goto(pattern.format(language), wait_until="networkidle")
        weights[pattern] = going.weight("")
        if page.locator("body *").count():
            found += barriers(page, pattern)
        assert not [c for c in page.context.cookies() if c["name"] != "amparo-language"]
    going.close()
    print(f"\npublic {language}: {weights} bytes in all")
    assert found == []
    assert going.complaints == []
    assert {p: w for p, w in weights.items() if not 0 < w <= PUBLIC_BUDGET} == {}


def test_every_form_is_sent_without_script(walk: Any, pages: Any) -> None:
    """What a page offers works with JavaScript off: each address that a form leads to gets one sending."""
    going, sent, wrong = walk("en", java_script_enabled=False), set(), []
    for name, (url, person) in pages.items():
        page = going.page(person)
        page.goto(url)
        for index in range(page.locator("main form[method=post]:not([hidden])").count()):
            page.goto(url)
            form = page.locator("main form[method=post]:not([hidden])").nth(index)
            if not form.count():
                break  # an earlier sending used up its row
            button = form.locator("button:not([type=button])").first
            target = urllib.parse.urljoin(url, form.get_attribute("action") or url)
            kind = re.sub(r"[0-9a-f-]{36}", "ID", target)
            if kind in sent or "sign-in" in kind or "logout" in kind or not button.count():
                continue
            sent.add(kind)
            with page.expect_response(lambda r: r.request.method == "POST") as posted:
                button.click()
            page.wait_for_load_state()
            if posted.value.status >= 500 or posted.value.status in (403, 405):
                wrong.append(f"{name} -> {kind}: {posted.value.status}")
    print(f"\n{len(sent)} forms sent without script")
    assert wrong == []
    assert len(sent) >= 25


FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e);
  if (!e || e === document.body) return '';
  if (s.outlineStyle === 'none' && s.boxShadow === 'none') return '!' + e.outerHTML.slice(0, 80);
  e.dataset.reached = 'yes'; return 'ok'; }"""
MISSED = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.offsetParent && !e.disabled && !e.dataset.reached && e.tabIndex >= 0 &&
    !(e.type === 'radio' && document.querySelector(`input[name="${CSS.escape(e.name)}"][data-reached]`)))
  .map(e => e.outerHTML.slice(0, 90))"""


def test_every_control_is_reached_by_keyboard(walk: Any, pages: Any) -> None:
    going, missed = walk("en"), []
    for name, (url, person) in pages.items():
        page = going.page(person)
        page.goto(url)
        rounds = 0  # the end of the page twice: where there is a summary of errors, the walk starts at it
        for _ in range(400):
            page.keyboard.press("Tab")
            state = page.evaluate(FOCUS)
            if state.startswith("!"):
                missed.append(f"{name}: no visible focus on {state}")
            rounds += not state
            if rounds == 2:
                break
        missed += [f"{name}: not reached {html}" for html in page.evaluate(MISSED)]
    assert not missed, "\n".join(missed)


def test_enter_sends_a_form(walk: Any, pages: Any) -> None:
    page = walk("en").page("ama")
    page.goto("/find/")
    page.locator("main input[type=text]").first.focus()
    with page.expect_response(lambda r: r.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Error: "))
