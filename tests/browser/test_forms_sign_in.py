"""Signing in outside the demo, in a real browser: a second step is demanded, and each kind of it works."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import harness, live

pytestmark = pytest.mark.browser
PASSWORD = "invented-and-long-enough"


@pytest.fixture(scope="module")
def base(database: Any, world: Any, real_keeper: Any, tmp_path_factory: Any) -> Iterator[str]:
    from django.contrib.auth.hashers import make_password

    world.admin.execute("UPDATE access_person SET password = %s", [make_password(PASSWORD)])
    with live.door(database, "staff", tmp_path_factory.mktemp("staff"), demo=False) as address:
        yield address
    world.admin.execute("TRUNCATE mfa_authenticator, axes_accessattempt CASCADE")


@pytest.fixture(scope="module")
def trusting(browser_type: Any) -> Iterator[Browser]:
    """Chromium offers no passkeys on a page whose certificate it does not trust."""
    it = browser_type.launch(
        executable_path=harness.chromium_path(), args=[*harness.CHROMIUM_ARGS, "--ignore-certificate-errors"]
    )
    yield it
    it.close()


@pytest.fixture
def fresh(trusting: Browser, base: str) -> Iterator[Page]:
    context = trusting.new_context(base_url=base, ignore_https_errors=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def password(page: Page, name: str, word: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", f"{name}@example.org")
    page.fill("input[name=password]", word)
    page.locator("form:has(input[name=password]) button").click()
    page.wait_for_load_state()


def again(page: Page) -> None:
    """The password once more, before a first second step is set up."""
    if path(page) == "/account/reauthenticate/":
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button").click()
        page.wait_for_load_state()


def code_of(secret: str, at: float | None = None) -> str:
    """RFC 6238, written out here so that the test does not ask the library it tests."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    at_byte = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at_byte : at_byte + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def path(page: Page) -> str:
    return urllib.parse.urlsplit(page.url).path


def test_app_with_codes_and_recovery_codes(fresh: Page, world: Any) -> None:
    password(fresh, "cleo")
    assert path(fresh) == "/account/2fa/", "somebody without a second step is sent to set one up"
    for elsewhere in ("/files/", "/tasks/", "/me/"):
        fresh.goto(elsewhere)
        assert path(fresh) == "/account/2fa/"
    fresh.get_by_role("link", name="Set up an app").click()
    fresh.wait_for_load_state()
    again(fresh)
    secret = fresh.locator(".secret").inner_text().strip()
    fresh.fill("input[name=code]", "000000")
    fresh.get_by_role("button", name="Set up").click()
    assert fresh.title().startswith("Error: ")
    secret = fresh.locator(".secret").inner_text().strip()
    fresh.fill("input[name=code]", code_of(secret))
    fresh.get_by_role("button", name="Set up").click()
    fresh.wait_for_load_state()
    stored = world.rows("SELECT data::text FROM mfa_authenticator")
    assert stored
    assert all(secret not in text for (text,) in stored), "the secret stands open in the database"
    fresh.goto("/account/2fa/recovery-codes/")
    codes = [c.strip() for c in fresh.locator(".codes li").all_inner_texts()]
    assert len(codes) >= 8
    fresh.goto("/files/")
    assert path(fresh) == "/files/"

    sign_out(fresh)
    password(fresh, "cleo")
    assert path(fresh) == "/account/2fa/authenticate/"
    fresh.goto("/files/")
    assert path(fresh) != "/files/", "a password alone opened a page"
    sign_out(fresh)
    password(fresh, "cleo")
    fresh.fill("input[name=code]", codes[0])
    fresh.locator("form:has(input[name=code]) button").first.click()
    fresh.wait_for_load_state()
    assert path(fresh) == "/"

    sign_out(fresh)
    password(fresh, "cleo")
    fresh.fill("input[name=code]", codes[0])
    fresh.locator("form:has(input[name=code]) button").first.click()
    fresh.wait_for_load_state()
    assert path(fresh) == "/account/2fa/authenticate/", "a recovery code worked twice"
    fresh.fill("input[name=code]", code_of(secret, time.time() + 30))
    fresh.locator("form:has(input[name=code]) button").first.click()
    fresh.wait_for_load_state()
    assert path(fresh) == "/"


def test_passkey(fresh: Page) -> None:
    devtools = fresh.context.new_cdp_session(fresh)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    password(fresh, "zoe")
    assert path(fresh) == "/account/2fa/"
    fresh.get_by_role("link", name="Add a key or passkey").click()
    fresh.wait_for_load_state()
    again(fresh)
    fresh.fill("input[name=name]", "My telephone")
    if fresh.locator("input[name=passwordless]").count():
        fresh.check("input[name=passwordless]")
    fresh.locator("#mfa_webauthn_add").click()
    fresh.wait_for_url(re.compile(r"/account/2fa/(webauthn/|recovery-codes/)?(?!add)[^/]*$"))
    fresh.goto("/files/")
    assert path(fresh) == "/files/"

    sign_out(fresh)
    fresh.goto("/account/login/")
    fresh.locator("#passkey_login").click()
    fresh.wait_for_url(re.compile(r"localhost:\d+/$"))
    fresh.goto("/files/")
    assert path(fresh) == "/files/"

    sign_out(fresh)
    password(fresh, "zoe")
    fresh.locator("#mfa_webauthn_authenticate").click()
    fresh.wait_for_url(re.compile(r"localhost:\d+/$"))


def test_guessing_is_slowed_for_one_person_and_one_address_only(fresh: Page, base: str) -> None:
    for number in range(5):
        password(fresh, "rana", f"wrong-{number}")
    answer = fresh.goto("/account/login/")
    assert answer
    with fresh.expect_response(lambda r: r.request.method == "POST") as posted:
        password(fresh, "rana")
    assert posted.value.status == 429
    assert "Please wait a little" in fresh.content()
    assert "wrong-" not in fresh.content()
    password(fresh, "kofi")
    assert path(fresh) == "/account/2fa/", "somebody else on the same address was slowed too"


def test_the_same_person_on_another_address_is_not_slowed(world: Any, settings: Any, tmp_path: Any) -> None:
    from django.contrib.auth.hashers import make_password
    from django.test import Client

    settings.STATIC_ROOT = tmp_path
    world.admin.execute(
        "UPDATE access_person SET password = %s WHERE email LIKE 'nadia@%%'", [make_password(PASSWORD)]
    )

    def tried(word: str, address: str) -> int:
        sent = {"login": "nadia@example.org", "password": word}
        return Client().post("/account/login/", sent, REMOTE_ADDR=address).status_code

    assert [tried(f"wrong-{n}", "192.0.2.1") for n in range(6)][-1] == 429
    assert tried(PASSWORD, "192.0.2.1") == 429
    assert tried(PASSWORD, "192.0.2.2") == 302
    world.admin.execute("TRUNCATE axes_accessattempt CASCADE")


def test_nothing_of_the_demo_is_there(fresh: Page) -> None:
    for address in ("/demo/sign-in/", "/demo/confirm/"):
        answer = fresh.goto(address)
        assert answer
        assert answer.status == 404
    cookies = {c["name"]: c for c in fresh.context.cookies()}
    assert all(name.startswith("__Host-") or name == "amparo-language" for name in cookies)
    assert all(c["secure"] and c["httpOnly"] for n, c in cookies.items() if n.startswith("__Host-"))
