"""The public pages in Chromium, on the real door: with and without JavaScript, in both directions, by keyboard."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from amparo.foundation.actors import system_actor
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.actions import acknowledge, note_received, reply_fixed, send_reply, write_reply
from amparo.rooms.concerns.kinds import FixedReply
from amparo.rooms.concerns.queries import concern_for, duty_queue
from tests.browser import harness, live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SAW = "At night a girl of twelve cleans the stairs. She never goes to school."


@pytest.fixture(scope="module")
def base(database, world, real_keeper, tmp_path_factory):
    with live.door(database, "public", tmp_path_factory.mktemp("public")) as address:
        yield address


@pytest.fixture
def visit(browser, base, desks):
    """visit(javascript=False): a fresh browser at the public door; complains about scripts, policy and strangers."""
    opened, said = [], []
    desks.admin.execute("DELETE FROM concerns_gate")

    def start(**options):
        options.setdefault("java_script_enabled", options.pop("javascript", True))
        context = browser.new_context(base_url=base, **options)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(f"script: {error}"))
        page.on("console", lambda m: said.append(m.text) if "Content Security" in m.text else None)
        page.on("request", lambda r: said.append(r.url) if not r.url.startswith((base, "data:")) else None)
        opened.append(context)
        return page

    yield start
    kept = [context.cookies() for context in opened]
    for context in opened:
        context.close()
    assert said == []
    assert kept == [[] for _ in opened]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).locator("visible=true").last.click()


def report_as_neighbour(page):
    page.goto("/en/")
    page.get_by_role("link", name="Tell us about a child").click()
    press(page, "Start")
    for choice in ("Yes", "I don't know", "I don't know"):
        page.get_by_label(choice, exact=True).check()
        press(page, "Next")
    page.get_by_label("What did you see or hear?").fill(SAW)
    press(page, "Next")
    page.get_by_label("Where is the child?").select_option("QM01")
    page.get_by_label("Where there?").fill("third floor, by the pharmacy")
    press(page, "Next")
    page.get_by_label("12 to 15").check()
    press(page, "Next")
    page.get_by_label("Girl", exact=True).check()
    press(page, "Next")
    page.get_by_label("May we reach you?").fill("Send no letter")
    press(page, "Next")
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    expect(page.get_by_text(SAW)).to_be_visible()


def concern_behind(desks, code):
    found = receipts.receipt_for(receipts.parse(code))
    return desks.rows(
        "SELECT c.id, c.subject_id FROM concerns_receipt r JOIN concerns_concern c ON c.id = r.concern"
        " WHERE r.search_id = %s",
        found.search_id,
    )[0]


def read_answer(page, code):
    page.goto("/en/answer/")
    page.get_by_label("Your code").fill(code.lower())
    press(page, "Show the answer")
    return page.locator("main").inner_text()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_neighbour_reports_the_desk_reads_and_the_answer_comes_by_code(visit, desks, as_login, javascript):
    page = visit(javascript=javascript)
    report_as_neighbour(page)
    press(page, "Send")
    code = page.locator(".receipt").inner_text()
    concern, subject = concern_behind(desks, code)

    lanes = dict(desks.rows("SELECT lane, passed FROM concerns_gate"))
    assert lanes == ({"work": 1} if javascript else {"slow": 1})
    with as_login("worker"):
        note_received(by=system_actor("intake"), concern_id=concern, subject_id=SubjectId(subject))
    dina = desks.actor("dina")
    assert concern in [row.id for row in duty_queue(dina).items if row.urgency == "now"]
    assert concern_for(dina, concern)
    ((record, text),) = desks.rows("SELECT id, text FROM concerns_account WHERE concern_id = %s", concern)
    (words,) = open_sealed(
        dina, [Sealed(subject, "account", record, "text", bytes(text))], "a concern at night"
    )
    assert SAW in words.decode()
    assert str(FixedReply.RECEIVED.label) in read_answer(page, code)

    acknowledge(by=dina, concern_id=concern)
    assert str(FixedReply.READ.label) in read_answer(page, code)
    reply_fixed(by=dina, concern_id=concern, answer=FixedReply.PLEASE_CALL)
    answer = read_answer(page, code)
    assert str(FixedReply.PLEASE_CALL.label) in answer
    for told in ("found", "visit", "case", "Dina", "Harbour"):
        assert told not in answer
    page.get_by_label("What is new?").fill("A lorry came")
    press(page, "Send")
    expect(page.get_by_text("We have what you added.")).to_be_visible()
    assert desks.rows("SELECT count(*) FROM concerns_account WHERE concern_id = %s", concern) == [(2,)]


def test_a_child_by_pictures_gets_words_of_its_own_after_a_second_reader(visit, desks):
    page = visit(javascript=False, viewport={"width": 360, "height": 740})
    page.goto("/en/me/")
    press(page, "Start")
    for picture in ("No", "I don't know", "Photos, touch or my phone"):
        press(page, picture)
    page.get_by_label("Do you want to tell us more?").fill("He says he will show the photos.")
    press(page, "Next")
    press(page, "12 to 15")
    page.get_by_label("Where are you?").select_option("QM01")
    press(page, "Next")
    press(page, "Skip")
    press(page, "Send")
    code = page.locator(".receipt").inner_text()
    concern, _ = concern_behind(desks, code)
    row = desks.rows(
        "SELECT urgency, channel, about_self, danger_now FROM concerns_concern WHERE id = %s", concern
    )
    assert row == [("now", "child", True, "yes")]
    text = "You did right. Can you be at the library on Monday at four?"
    reply = write_reply(by=desks.actor("dina"), concern_id=concern, text=text)
    assert text not in read_answer(page, code)
    send_reply(by=desks.actor("omar"), reply_id=reply)
    assert text in read_answer(page, code)


def test_with_the_keyboard_alone(visit):
    page = visit()
    page.goto("/en/report/")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Yes", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # Enter in a form goes on, never back
    expect(page.get_by_role("heading", name="May the child need a doctor today?")).to_be_visible()
    for _ in range(7):
        page.get_by_role("button", name="Skip").focus()
        page.keyboard.press("Enter")
    page.locator(".actions").get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".receipt")).to_be_visible()


def test_after_leaving_back_shows_nothing(visit):
    page = visit()
    page.goto("/away/")
    report_as_neighbour(page)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url("**/away/")
    for _ in range(4):
        page.evaluate("history.back()")
        time.sleep(0.7)
        shown = page.content()  # waits where the step back is still loading
        assert "stairs" not in shown
        assert "pharmacy" not in shown
        assert "Send no letter" not in shown


def test_leaving_is_a_plain_link_without_script(visit):
    page = visit(javascript=False)
    page.goto("/en/me/")
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url("**/away/")
    assert page.title() == "New page"


def barriers(page, what):
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        try:
            harness.axe(page)
        except AssertionError as error:
            found.append(f"{what} {scheme}: {error}")
    for width in (320, 360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if (over := harness.sideways_overflow(page)) > 0:
            found.append(f"{what}: {over} px sideways at {width} px")
    if page.evaluate("localStorage.length + sessionStorage.length"):
        found.append(f"{what}: something is kept on the device")
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", ["report", "me"])
def test_every_page_is_without_barriers_in_both_directions(visit, desks, kind, language):
    page, found, seen = visit(), [], 0
    page.goto(f"/{language}/{kind}/")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")

    def look(what):
        nonlocal seen
        found.extend(barriers(page, f"{language} {kind} {what}"))
        seen += 1

    look("start")
    page.locator("form[method=post] .actions button[value=next]").click()
    while page.locator("input[name=step]").input_value() != "check":
        step = page.locator("input[name=step]").input_value()
        look(step)
        if step == "saw":
            page.locator("textarea").fill("long " * 900)
            page.locator(".actions button[value=next]").click()
            look("too long")
        if step in ("danger", "safe"):
            value = "yes" if step == "danger" else "no"
            choice = page.locator(f"[name={step}][value={value}]")
            if kind == "report":
                choice.check()
                page.locator(".actions button[value=next]").click()
            else:
                choice.click()
        else:
            page.locator(".actions button[value=skip]").click()
    look("check")
    for lane, most in (("work", 600), ("slow", 60)):
        desks.admin.execute(
            "INSERT INTO concerns_gate (id, lane, span, passed) VALUES (gen_random_uuid(), %s,"
            " date_bin('10 minutes', now(), timestamptz '2000-01-01 00:00+00'), %s)"
            " ON CONFLICT (lane, span) DO UPDATE SET passed = excluded.passed", [lane, most],
        )  # fmt: skip
    page.locator(".actions button[value=send]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    look("full")
    desks.admin.execute("DELETE FROM concerns_gate")
    page.locator(".actions button[value=send]").click()
    code = page.locator(".receipt").inner_text()
    look("received")
    page.goto(f"/{language}/answer/")
    look("code")
    page.locator("#receipt").fill("nothing")
    page.locator("main button[type=submit]").click()
    look("wrong code")
    page.locator("#receipt").fill(code)
    page.locator("main button[type=submit]").click()
    look("answer")
    page.locator("button[value=add]").click()
    look("nothing added")
    page.locator("button[value=ask-withdraw]").click()
    look("take back")
    page.locator("button[value=withdraw]").click()
    look("taken back")
    page.goto(f"/{language}/stopped/")
    look("stopped")
    assert found == []
    assert seen >= 16
