"""A browser at the public door, in this process: its addresses, its middleware, its database login."""

from __future__ import annotations

import hashlib
import re
from html import unescape

MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware", "csp.middleware.CSPMiddleware",
    "django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware",
    "amparo.web.answers.AnswerPages",
)  # fmt: skip
SETTINGS = {
    "ROOT_URLCONF": "amparo.config.doors.public.urls", "MIDDLEWARE": MIDDLEWARE, "ALLOWED_HOSTS": ["testserver"],
    "SECURE_SSL_REDIRECT": False, "AMPARO_DOOR": "public", "SECURE_REFERRER_POLICY": "no-referrer",
}  # fmt: skip
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
RECEIPT = re.compile(r'<p class="receipt"[^>]*><bdi>([0-9A-Z ]+)</bdi>')


def carried(html: str) -> dict[str, str]:
    """What the page's form brings back by itself."""
    return {name: unescape(value) for name, value in HIDDEN.findall(html)}


def receipt_in(html: str) -> str:
    found = RECEIPT.search(html)
    assert found, html[-3000:]
    return found[1]


class Visitor:
    """Somebody without JavaScript: sends back what the page carries, and what they chose."""

    def __init__(self, client, kind="report", language="en", **headers):
        self.client, self.at, self.headers = client, f"/{language}/{kind}/", headers
        self.page = client.get(self.at, headers=headers)
        self.html = self.page.content.decode()

    def send(self, **fields):
        self.page = self.client.post(self.at, {**carried(self.html), **fields}, headers=self.headers)
        self.html = self.page.content.decode()
        return self

    def walk(self, **answers):
        """From the first page to the one that asks whether it is right."""
        self.send(go="next")
        while (step := carried(self.html).get("step")) not in ("check", None):
            self.send(**{name: answers[name] for name in (step, "spot") if name in answers}, go="next")
        return self


def work_out(challenge: str) -> str:
    """The number a browser would find."""
    work, _, bits, _ = challenge.split(".")
    for nonce in range(1 << 24):
        hashed = int.from_bytes(hashlib.sha256(f"{work}:{nonce}".encode()).digest(), "big")
        if hashed >> (256 - int(bits)) == 0:
            return str(nonce)
    raise AssertionError("no number found")
