"""What leaves the platform for a person: always the same few words, never a name, a place or the word
child.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from .words import SENT_TEXT

Address = tuple[str, str]  # where to write, and in which language


class Sender(Protocol):
    """Mail today; an installation adds its paging or SMS gateway behind the same call."""

    def send(self, address: Address, *, rings: bool) -> None: ...


def text_for(address: Address) -> str:
    with translation.override(address[1]):
        return str(SENT_TEXT)


class Mail:
    """Plain mail. A ringing item is marked urgent, so that a mail-to-pager gateway can tell it apart."""

    def send(self, address: Address, *, rings: bool) -> None:
        text = text_for(address)
        headers = {"Auto-Submitted": "auto-generated"} | ({"Importance": "high"} if rings else {})
        EmailMessage(subject=text, body=text, to=[address[0]], headers=headers).send()


@dataclass
class Recorded:
    """The demo's: sends nothing to anybody and keeps the last hundred."""

    sent: list[tuple[str, str, bool]] = field(default_factory=list)

    def send(self, address: Address, *, rings: bool) -> None:
        self.sent.append((address[0], text_for(address), rings))
        del self.sent[:-100]


@cache
def sender() -> Sender:
    return Recorded() if settings.AMPARO_DEMO else Mail()
