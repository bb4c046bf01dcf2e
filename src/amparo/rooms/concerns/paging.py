"""What leaves the platform to call somebody: one address and always the same words.

Never a name, a place or the word child: the telephone may lie on a table. An installation names its gateway in
`AMPARO_PAGING`: `file:/path` writes one line of JSON for each call into a file that a gateway program reads;
`https://…` posts the same line, signed with `AMPARO_PAGING_SECRET`. The demo has telephones of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from amparo.foundation.clock import now

TEXT = _("Item waiting. Sign in.")
TIMEOUT_SECONDS = 10
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class PagingFailed(Exception):
    """This call did not leave the platform. The message is a code."""


@dataclass(frozen=True)
class Address:
    """Where one person is called, and in which language."""

    person: UUID
    number: str
    how: str
    language: str


class Pager(Protocol):
    """Raises PagingFailed when the call did not leave."""

    def call(self, to: Address) -> None: ...


def text_for(language: str) -> str:
    with translation.override(language):
        return str(TEXT)


def _line(to: Address) -> bytes:
    if not to.number:
        raise PagingFailed("no_number")
    words = {"to": to.number, "how": to.how, "text": text_for(to.language), "at": now().isoformat()}
    return json.dumps(words, ensure_ascii=False).encode()


@dataclass(frozen=True)
class FilePager:
    """Adds a line to a file only its owner reads; whatever sends it empties it."""

    path: Path

    def call(self, to: Address) -> None:
        line = _line(to) + b"\n"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError:
            raise PagingFailed("file") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A number goes to the address that was set and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True)
class WebhookPager:
    """Posts the line over https. The signature is HMAC-SHA256 over the body, in hexadecimal."""

    url: str
    secret: bytes

    def call(self, to: Address) -> None:
        body = _line(to)
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Amparo-Signature": signature}
        # which schemes are allowed stands in pager()
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
                if answer.status >= 300:
                    raise PagingFailed("gateway")
        except OSError:
            raise PagingFailed("gateway") from None


@dataclass(frozen=True)
class DemoPager:
    """Shows the call on the page of that person's invented telephone."""

    keep: Callable[[Address, str], None]

    def call(self, to: Address) -> None:
        self.keep(to, text_for(to.language))


class NoPager:
    """Nothing is set up: every call fails, and the duty page says so."""

    def call(self, to: Address) -> None:
        raise PagingFailed("not_set_up")


def pager(keep: Callable[[Address, str], None]) -> Pager:
    """The one this installation uses. Raises ValueError for an address that cannot be one."""
    where, secret = settings.AMPARO_PAGING, settings.AMPARO_PAGING_SECRET
    if not where:
        return DemoPager(keep) if settings.AMPARO_DEMO else NoPager()
    parts = urlsplit(where)
    if parts.scheme == "file" and parts.path.startswith("/"):
        return FilePager(Path(parts.path))
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        if len(secret) < 32:
            raise ValueError("AMPARO_PAGING_SECRET needs at least 32 signs: the gateway checks it.")
        return WebhookPager(where, secret.encode())
    raise ValueError("AMPARO_PAGING must begin with file:/ or https://.")
