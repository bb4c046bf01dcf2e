"""Who is called when a concern cannot wait, how, and whether it worked.

A concern is a subject of its own, so one `Paging` for each subject is one for each concern.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from amparo.foundation.models import PROTECTED, Classified, Protected, own_rows


class Paging(Protected):
    """How far the calling for one concern has come. It ends with a person, never by itself."""

    SECTION = "concern"
    round = models.PositiveSmallIntegerField(default=1)
    step = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    CLASSIFIED = PROTECTED | dict.fromkeys(("round", "step", "begun_at", "next_at", "ended_at"), "ordinary")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject"], name="paging_once")]
        indexes = [models.Index(fields=["next_at"], name="paging_waiting", condition=Q(ended_at=None))]


class Call(Protected):
    """One person called in one step of one round, and what came of it."""

    SECTION = "concern"
    paging = models.ForeignKey(Paging, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=20)
    person = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("paging", "round", "step", "person", "at", "sent_at", "failed_at", "tries"), "ordinary"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paging", "round", "step", "person"], name="call_once"),
        ]
        indexes = [models.Index(fields=["at"], name="call_unsent", condition=Q(sent_at=None))]


class DutyPhone(Classified):
    """Where one person is called for duty. Read by that person and by the calling alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=32)
    how = models.CharField(max_length=4)
    changed_at = models.DateTimeField()

    objects = own_rows("person")
    CLASSIFIED = {
        "id": "ordinary", "person": "ordinary", "number": "sensitive", "how": "ordinary",
        "changed_at": "ordinary",
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["person", "-changed_at"], name="duty_phone_person")]
        constraints = [models.CheckConstraint(condition=Q(how__in=["sms", "call"]), name="duty_phone_how")]


class DemoMessage(Classified):
    """The demo's telephone: what a real one would have shown its owner. Empty outside a demo."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    how = models.CharField(max_length=4)
    text = models.CharField(max_length=160)

    objects = own_rows("person")
    CLASSIFIED = dict.fromkeys(("id", "person", "at", "how", "text"), "ordinary")

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="demo_message_person")]


class ShiftSwap(Classified):
    """One person asks another to take over a shift. It changes hands only when the other agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    shift = models.ForeignKey("access.Shift", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    asked = models.ForeignKey("access.Actor", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="asked")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    CLASSIFIED = dict.fromkeys(("id", "shift", "asked_by", "asked", "state", "at", "answered_at"), "ordinary")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(state="asked"), name="swap_asked_once"),
            models.CheckConstraint(condition=Q(state__in=["asked", "agreed", "declined"]), name="swap_state"),
        ]


class SignOfLife(Classified):
    """When a machine that people rely on last did its work: what the duty page measures an outage by."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)

    CLASSIFIED = dict.fromkeys(("name", "at", "failed_at"), "ordinary")
