"""What comes in: the same few facts whichever door they came through, and the form in which they are sent.

Everything a person wrote is sealed here, before it reaches the database, to keys made for this concern alone.
Their private halves are wrapped to the answering agency and forgotten when `sealed` returns.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from amparo.foundation.codes import new_code
from amparo.foundation.ids import new_id
from amparo.foundation.sealing import CONCERN_SECTIONS
from amparo.keeper import seal
from amparo.rooms.desk.rules.retention import retention_rules

from .ids import ConcernId
from .kinds import Answer, Channel, Gender, Urgency
from .urgency import ASKED, urgency_rules

CODES_TRIED = 8  # candidates for the concern's code: the first free one is taken
MOST_CHILDREN = 60
MOST_WORDS = 8000  # signs; more does not help a reader at two in the morning


@dataclass(frozen=True)
class Intake:
    """One concern about one child, as it was told. Clear answers first, then words that are sealed.

    Attributes:
        received_at: when it was told, if not now: a paper form typed in later.
        event, number_in_event: the group this child was met in, and the number on wristband or paper.
    """

    channel: Channel
    area: str | None = None
    danger_now: Answer = Answer.UNKNOWN
    with_child: Answer = Answer.UNKNOWN
    health_today: Answer = Answer.UNKNOWN
    moved_soon: Answer = Answer.UNKNOWN
    in_custody: Answer = Answer.UNKNOWN
    age_low: int | None = None
    age_high: int | None = None
    gender: Gender = Gender.UNKNOWN
    language: str = ""
    about_self: bool = False
    needs: tuple[str, ...] = ()
    call_type: str = ""
    children: int = 1
    account: str = ""
    reporter: str = ""
    received_at: dt.datetime | None = None
    event: UUID | None = None
    number_in_event: int | None = None

    def answers(self) -> dict[str, str | int | None]:
        """What urgency may look at: clear answers, nothing about who or where."""
        clear = {name: str(getattr(self, name)) for name in ASKED if name != "about_self"}
        return {
            **clear,
            "about_self": Answer.YES.value if self.about_self else Answer.NO.value,
            "age_high": self.age_high,
        }

    def urgency(self) -> tuple[Urgency, tuple[str, ...]]:
        return urgency_rules().judge(self.answers())


@dataclass(frozen=True)
class SealedIntake:
    """What is sent to the database: `body` is the argument of `intake._receive`."""

    concern: ConcernId
    subject: UUID
    body: str


def sealed(intake: Intake, keks: Mapping[str, seal.KekPublic], concern: UUID | None = None) -> SealedIntake:
    """Make keys for a new concern and seal its words. `keks` are the answering agency's public keys by purpose."""
    subject, made_id = new_id(), ConcernId(concern or new_id())
    keys = seal.new_keys(subject, keks, CONCERN_SECTIONS)
    urgency, rules = intake.urgency()
    body = {
        "concern": made_id, "subject": subject, "codes": [new_code() for _ in range(CODES_TRIED)],
        "keys": {
            "wrapped": {p: [w.agency, w.generation, w.wrapped.hex()] for p, w in keys.wrapped.items()},
            "public": {s: public.hex() for s, public in keys.public.items()},
        },
        "keep_days": retention_rules()["CONCERN_UNANSWERED"].days,
        "channel": intake.channel, "area": intake.area, "danger_now": intake.danger_now,
        "with_child": intake.with_child, "health_today": intake.health_today, "moved_soon": intake.moved_soon,
        "in_custody": intake.in_custody, "age_low": intake.age_low, "age_high": intake.age_high,
        "gender": intake.gender, "language": intake.language, "about_self": intake.about_self,
        "needs": list(intake.needs), "call_type": intake.call_type, "children": intake.children,
        "urgency": urgency, "rules": list(rules), "event": intake.event, "number_in_event": intake.number_in_event,
        "received_at": intake.received_at,
        "account": _words(keys, subject, "account", intake.account),
        "reporter": _words(keys, subject, "reporter", intake.reporter),
    }  # fmt: skip
    return SealedIntake(made_id, subject, json.dumps(body, default=str))


def _words(keys: seal.HolderKeys, subject: UUID, section: str, text: str) -> list[str] | None:
    """[record, sealed words], or None when nothing was said."""
    if not text.strip():
        return None
    record = new_id()
    return [
        str(record),
        seal_words(text, keys.public[section], holder=subject, section=section, record=record).hex(),
    ]


def seal_words(text: str, key: bytes, *, holder: UUID, section: str, record: UUID) -> bytes:
    return seal.seal(text.strip().encode(), key, holder=holder, section=section, record=record, field="text")


def keks_from(rows: list[tuple[Any, ...]]) -> dict[str, seal.KekPublic]:
    """The answer of `intake.keys`: agency, purpose, generation, public half."""
    return {
        purpose: seal.KekPublic(agency, generation, bytes(public))
        for agency, purpose, generation, public in rows
    }
