"""What the duty desk tells the registries at start-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amparo.foundation.events import subscribe
from amparo.foundation.jobs import defer
from amparo.foundation.registries import Link, Panel, acts, navigation, panels, refusals
from amparo.rooms.access.events import FileHandedOver
from amparo.rooms.access.policy import Permission
from amparo.rooms.desk.additions import add_words

from . import panels_duty, policy, words_acts, words_duty
from .actions import concerns_follow
from .duty_rules import duty_rules
from .events import ConcernReceived
from .paging_rules import paging_rules


def call_the_desk(event: ConcernReceived) -> None:
    """In the transaction that notes the receipt; should the job be lost, the minute's look finds the concern."""
    if event.urgency in paging_rules().pages:
        defer("concerns.page", subject_id=event.subject_id)


def file_handed_over(event: FileHandedOver) -> None:
    concerns_follow(subject_id=event.subject)


def register() -> None:
    paging_rules()  # a file that cannot be understood stops the start, not the first night
    duty_rules()
    add_words(tasks=words_duty.TASKS, notices=words_duty.NOTICES)
    refusals.update(words_duty.REFUSALS)
    acts.update(words_acts.ACTS)
    subscribe(ConcernReceived, call_the_desk)
    subscribe(FileHandedOver, file_handed_over)
    panels.add(
        Panel("today", 5, policy.ANSWER, "concerns/duty/panels/waiting_today.html", panels_duty.waiting_today)
    )
    panels.add(
        Panel(
            "today",
            25,
            Permission.MANAGE_DUTY,
            "concerns/duty/panels/holes_today.html",
            panels_duty.holes_today,
        )
    )
    panels.add(
        Panel("duty", 10, Permission.USE_AMPARO, "concerns/duty/panels/plan.html", panels_duty.rota_on_plan)
    )
    panels.add(
        Panel("subject", 60, Permission.READ_FILE, "concerns/duty/panels/concerns_of_file.html",
              panels_duty.concerns_of_file)
    )  # fmt: skip
    navigation.add(Link(_("Concerns"), "concerns:duty", policy.ANSWER, 10))
