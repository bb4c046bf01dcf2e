from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import drawn, harness

pytestmark = pytest.mark.browser
BOTH = ["en", "ar"]


@pytest.fixture(scope="module")
def base():
    with drawn.served() as address:
        yield address


@pytest.fixture(autouse=True)
def no_posts():
    drawn.posts.clear()


@pytest.fixture(autouse=True)
def nothing_fails(context):
    """An error page is a page too, and passes much of what is asked below."""
    said = []
    context.on("response", lambda r: said.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    yield
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize("name", sorted(drawn.PAGES))
def test_page_has_no_barrier_and_fits(strict_page, base, name, language, scheme, axe):
    strict_page.emulate_media(color_scheme=scheme)
    for width in (1280, 360):
        strict_page.set_viewport_size({"width": width, "height": 900})
        strict_page.goto(f"{base}/show/{language}/{name}/?as=ama")
        assert harness.sideways_overflow(strict_page) == 0
        axe(strict_page)


def test_axe_is_not_blind(page, base, axe):
    page.goto(f"{base}/show/en/question/")
    page.evaluate("document.querySelector('label[for=id_called]').remove()")
    with pytest.raises(AssertionError, match="label"):
        axe(page)


def test_buttons_and_links_are_large_enough_to_touch(page, base):
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(f"{base}/show/en/gallery/?as=ama")
    small = page.evaluate(
        """[...document.querySelectorAll('button, .button, select, input:not([type=hidden]), summary, nav a')]
        .filter(e => e.offsetParent).map(e => [e, e.getBoundingClientRect()])
        .filter(([e, r]) => r.height < (e.matches('[type=radio], [type=checkbox]') ? 24 : 44))
        .map(([e]) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


# --- leaving -----------------------------------------------------------------------------------------


def test_leave_button_hides_everything_in_a_tenth_of_a_second_and_ends_the_sign_in(page, base):
    page.goto(f"{base}/show/en/question/?as=ama")
    page.fill("#id_called", "a name")
    took, shown, title, kept = page.evaluate(
        """() => { const at = performance.now(); document.querySelector('.leave-button').click();
        return [performance.now() - at, document.documentElement.innerText.trim(), document.title.trim(),
        document.querySelector('#id_called').value]; }"""
    )
    assert took < 100
    assert (shown, title, kept) == ("", "", "")
    page.wait_for_url("**/away/")
    deadline = time.monotonic() + 5
    left: list[dict[str, str]] = []  # a draft may be on its way before it
    while not left and time.monotonic() < deadline:
        page.wait_for_timeout(20)
        left = [post for post in drawn.posts if post["path"] == "/leave/"]
    assert len(left) == 1
    assert left[0]["csrfmiddlewaretoken"]


def test_shift_three_times_leaves_and_escape_does_not(page, base):
    page.goto(f"{base}/show/en/front/")
    expect(page.locator("html")).to_have_attribute("data-leave-ready", "yes")
    for _ in range(4):
        page.keyboard.press("Escape")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("a")  # ordinary typing of capitals starts the count anew
    page.keyboard.press("Shift")
    assert "front" in page.url
    expect(page.locator("main")).to_be_visible()
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url("**/away/")
    assert page.inner_text("body").strip() == ""


def test_back_after_leaving_does_not_bring_the_page_back(page, base):
    page.goto("about:blank")
    page.goto(f"{base}/show/en/front/")
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url("**/away/")
    page.go_back()
    assert page.url == "about:blank"


def test_leaving_works_without_javascript(browser, base):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/show/en/front/")
    page.get_by_role("link", name="Leave this page").click()
    assert page.url.endswith("/away/")
    page.goto(f"{base}/show/en/question/?as=ama")
    page.get_by_role("button", name="Leave this page").click()
    assert drawn.posts[-1]["path"] == "/leave/"
    context.close()


# --- forms -------------------------------------------------------------------------------------------


def test_error_summary_takes_focus_and_leads_to_the_field(page, base):
    page.goto(f"{base}/show/en/question-wrong/?as=ama")
    assert page.title().startswith("Error: ")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Answer “What does the child want to be called?”.").click()
    expect(page.locator("#id_called")).to_be_focused()
    page.get_by_role("link", name="Enter a date.").click()
    expect(page.locator("#id_born_day")).to_be_focused()


def test_characters_left_are_counted_as_the_server_counts(page, base):
    page.goto(f"{base}/show/en/question/?as=ama")
    page.fill("#id_words", "👩‍👧 two\nlines")
    expect(page.locator("#id_words_count")).to_have_text(
        f"Characters left: {500 - len('👩‍👧 two' + chr(10) + 'lines')}"
    )
    page.fill("#id_words", "x" * 503)
    expect(page.locator("#id_words_count")).to_have_text("Characters too many: 3")


def test_a_second_press_sends_nothing(page, base):
    page.goto(f"{base}/show/en/question/?as=ama")
    page.evaluate("document.querySelector('form[data-once]').action = '/draft/'")
    page.route("**/draft/", lambda route: None)
    submits = page.evaluate(
        """() => { let sent = 0; const form = document.querySelector('form[data-once]');
        form.addEventListener('submit', e => { if (!e.defaultPrevented) sent += 1; });
        const b = form.querySelector('[type=submit]'); b.click(); b.click(); b.click(); return sent; }"""
    )
    assert submits == 1


def test_draft_is_saved_while_writing_and_nothing_stays_on_the_device(page, base):
    page.goto(f"{base}/show/en/question/?as=ama")
    page.fill("#id_words", "She wants to go to school.")
    expect(page.get_by_role("status")).to_have_text("Draft saved. Only you can open it.", timeout=10_000)
    saved = drawn.posts[-1]
    assert saved["words"] == "She wants to go to school."
    assert "key" not in saved
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_everything_can_be_reached_by_keyboard_and_shows_where_one_is(page, base):
    page.goto(f"{base}/show/en/question/?as=ama")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement;
                return [e.tagName, e.name || e.id || '', getComputedStyle(e).outlineStyle].join('|'); }"""
            )
        )
    assert all(mark.split("|")[2] != "none" for mark in reached if not mark.startswith("BODY"))
    assert {"INPUT|called|solid", "TEXTAREA|words|solid", "SELECT|role|solid"} <= reached


def test_public_page_loads_nothing_from_elsewhere_and_keeps_nothing(page, base):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/show/ar/front/", wait_until="networkidle")
    assert asked
    assert all(re.match(re.escape(base), url) for url in asked)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_print_shows_the_words_and_no_navigation(page, base):
    page.goto(f"{base}/show/en/gallery/?as=ama")
    page.emulate_media(media="print")
    assert not page.locator(".main-nav, .leave-button, .button").first.is_visible()
    expect(page.locator("h1")).to_be_visible()


def test_forty_percent_longer_words_break_no_layout(page, base):
    page.set_viewport_size({"width": 360, "height": 900})
    for name in ("gallery", "question-wrong", "front"):
        page.goto(f"{base}/show/en/{name}/?as=ama")
        page.evaluate(
            """() => { const w = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let n;
            const longer = s => s + 'x'.repeat(Math.ceil(s.length * 0.4));
            while (n = w.nextNode()) if (n.data.trim()) n.data = n.data.replace(/\\w+/g, longer); }"""
        )
        assert harness.sideways_overflow(page) == 0, name
