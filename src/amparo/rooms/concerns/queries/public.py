"""What the public door asks the database, all of it through `intake.*`: its login may name no table.

Nobody is signed in here, so there is no viewer and no context. Each statement is a transaction of its own; nothing
slow runs inside one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError

from amparo.foundation import errors
from amparo.foundation.clock import now
from amparo.foundation.functions import as_json, call, rows
from amparo.foundation.ids import new_id
from amparo.rooms.concerns.intake import Intake, keks_from, seal_words, sealed
from amparo.rooms.concerns.receipts import Receipt

TRIES = 3  # the answering desk may change while we seal
HOURS_DAYS = 7


@dataclass(frozen=True)
class Challenge:
    work: UUID
    expires: int
    bits: int
    mac: str

    def __str__(self) -> str:
        return f"{self.work}.{self.expires}.{self.bits}.{self.mac}"


@dataclass(frozen=True)
class Told:
    """What may be told to whoever has the code."""

    concern: UUID
    subject: UUID
    answer: str
    channel: str
    is_withdrawn: bool
    key: bytes
    replies: tuple[tuple[UUID, bytes], ...]


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns our own database errors into those a page explains."""
    try:
        yield
    except DatabaseError as error:
        ours = errors.from_database(error)
        if ours is None:
            raise
        raise ours from error


def challenge() -> Challenge:
    with in_our_words():
        return Challenge(*rows("intake.challenge")[0])


def done_work(text: str, nonce: str) -> dict[str, Any] | None:
    """The work as the form brings it back; None when it is none."""
    parts = text.split(".")
    if len(parts) != 4 or not nonce or len(nonce) > 32 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    try:
        work = UUID(parts[0])
    except ValueError:
        return None
    return {"work": work, "expires": int(parts[1]), "bits": int(parts[2]), "mac": parts[3], "nonce": nonce}


def areas(language: str) -> tuple[tuple[str, str], ...]:
    """Provinces by name in the reader's language."""
    with in_our_words():
        found = rows("intake.areas")
    names_of = [(code, json.loads(names)) for code, names, _ in found]  # the driver hands JSON over as text
    named = [(code, names.get(language) or names.get("en") or code) for code, names in names_of]
    return tuple(sorted(named, key=lambda pair: pair[1]))


def submit(intake: Intake, receipt: Receipt, work: dict[str, Any] | None) -> None:
    """Seal and send. Sending again with the same receipt changes nothing.

    Raises Refused("nobody_answers"), Refused("work") or Quota.
    """
    for tried in range(TRIES):
        with in_our_words():
            keks = keks_from(rows("intake.keys", intake.area, cast=("text",)))
        if not keks:
            raise errors.Refused("nobody_answers")
        made = sealed(intake, keks)
        try:
            with in_our_words():
                call(
                    "intake.submit", made.body, receipt.search_id, receipt.public,
                    None if work is None else as_json(work), cast=("jsonb", "bytea", "bytea", "jsonb"),
                )  # fmt: skip
            return
        except errors.Conflict:
            if tried + 1 == TRIES:
                raise


def knock() -> None:
    """Raises Quota when too many read at this moment."""
    with in_our_words():
        call("intake.knock")


def told(receipt: Receipt) -> Told | None:
    with in_our_words():
        found = call("intake.read", receipt.search_id, cast=("bytea",))
    if found is None:
        return None
    it = json.loads(found)
    replies = tuple((UUID(reply), bytes.fromhex(text)) for reply, text in it["replies"])
    return Told(
        UUID(it["concern"]), UUID(it["subject"]), it["answer"], it["channel"], it["is_withdrawn"],
        bytes.fromhex(it["key"]), replies,
    )  # fmt: skip


def add(receipt: Receipt, about: Told, words: str, *, danger: bool, record: UUID) -> None:
    """Raises NotThere when it was taken back, Quota when too much was added. The same record again adds nothing."""
    text = seal_words(words, about.key, holder=about.subject, section="account", record=record)
    with in_our_words():
        call(
            "intake.add", receipt.search_id, record, text, danger, cast=("bytea", "uuid", "bytea", "boolean")
        )


def withdraw(receipt: Receipt, about: Told, words: str) -> None:
    record = new_id()
    text = seal_words(words, about.key, holder=about.subject, section="account", record=record)
    with in_our_words():
        call("intake.withdraw", receipt.search_id, record, text, cast=("bytea", "uuid", "bytea"))


def hours(area: str | None) -> dict[str, Any]:
    """{is_now, at, zone}: on duty now until `at`, or again from `at`; empty when the rota says nothing."""
    with in_our_words():
        found = rows("intake.hours", area, HOURS_DAYS, cast=("text", "int"))
    if not found:
        return {}
    first, until, zone = found[0]
    is_now = first <= now()
    for start, end, _ in found[1:]:
        if is_now and start <= until:
            until = max(until, end)
    return {"is_now": is_now, "at": (until if is_now else first).astimezone(ZoneInfo(zone)), "zone": zone}
