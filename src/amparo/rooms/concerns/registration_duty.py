"""What the duty desk tells the registries at start-up."""

from __future__ import annotations

from amparo.foundation.events import subscribe
from amparo.foundation.functions import call
from amparo.foundation.jobs import defer
from amparo.foundation.registries import refusals
from amparo.rooms.access.events import FileHandedOver
from amparo.rooms.desk.policy import add_words

from . import words_duty
from .duty_rules import duty_rules
from .events import ConcernReceived
from .paging_rules import paging_rules


def call_the_desk(event: ConcernReceived) -> None:
    """In the transaction that notes the receipt; should the job be lost, the minute's look finds the concern."""
    if event.urgency in paging_rules().pages:
        defer("concerns.page", subject_id=event.subject_id)


def concerns_follow(event: FileHandedOver) -> None:
    call("sec.concerns_follow", event.subject)


def register() -> None:
    paging_rules()  # a file that cannot be understood stops the start, not the first night
    duty_rules()
    add_words(tasks=words_duty.TASKS, notices=words_duty.NOTICES)
    refusals.update(words_duty.REFUSALS)
    subscribe(ConcernReceived, call_the_desk)
    subscribe(FileHandedOver, concerns_follow)
