"""A concern, the words in it, who told, what was decided, and what the reporter is told.

Each concern hangs on an anchor of its own (`access.Subject` of kind `concern`): it is no child's file. Clear are
only closed answers, so that urgency can be computed; whatever somebody wrote is sealed.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from amparo.foundation.models import PROTECTED, Classified, Protected, actor_key, own_rows

from .kinds import Answer, Channel, FixedReply, Gender, Outcome, SentState, State, Urgency, Words


def _answer() -> models.CharField:  # type: ignore[type-arg]
    return models.CharField(max_length=8, choices=Answer, default=Answer.UNKNOWN)


class Event(Classified):
    """Several children met at once: a raid, a bus, a workplace. Rows of one event share it and nothing else.

    Only its maker reads this row; the duty desk sees the rows of one event by the id they carry.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    made_by = actor_key()
    made_at = models.DateTimeField()
    channel = models.CharField(max_length=12, choices=Channel)
    children = models.PositiveSmallIntegerField()

    objects = own_rows("made_by")
    CLASSIFIED = dict.fromkeys(("id", "made_by", "made_at", "channel", "children"), "ordinary")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(children__gte=1, children__lte=60), name="event_one_to_sixty_children"
            )
        ]


class Concern(Protected):
    """What can be answered with a tick, and how far the duty desk has come. Added only by `intake.*`."""

    SECTION = "concern"
    channel = models.CharField(max_length=12, choices=Channel)
    received_at = models.DateTimeField()
    entered_at = models.DateTimeField()  # later than received_at when a paper was typed in
    sender = actor_key(null=True)
    sender_agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+", db_index=False
    )
    area = models.ForeignKey("access.Area", models.PROTECT, null=True, related_name="+", db_index=False)
    danger_now = _answer()
    with_child = _answer()
    health_today = _answer()
    moved_soon = _answer()
    in_custody = _answer()
    age_low = models.PositiveSmallIntegerField(null=True)
    age_high = models.PositiveSmallIntegerField(null=True)
    gender = models.CharField(max_length=8, choices=Gender, default=Gender.UNKNOWN)
    language = models.CharField(max_length=35, default="")
    about_self = models.BooleanField(default=False)
    needs = ArrayField(models.CharField(max_length=24), default=list)
    call_type = models.CharField(max_length=24, default="")
    children = models.PositiveSmallIntegerField(default=1)
    urgency = models.CharField(max_length=8, choices=Urgency)
    urgency_rules = ArrayField(models.CharField(max_length=40), default=list)
    event = models.UUIDField(null=True)
    number_in_event = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    acknowledged_by = actor_key(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, default="", blank=True)
    answer = models.CharField(max_length=12, choices=FixedReply, default=FixedReply.RECEIVED)
    linked = models.ForeignKey("access.Subject", models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("channel", "received_at", "entered_at", "sender", "sender_agency", "urgency", "urgency_rules", "event",
         "number_in_event", "state", "acknowledged_by", "acknowledged_at", "outcome", "answer", "linked", "version",
         "call_type", "children"),
        "ordinary",
    ) | dict.fromkeys(
        ("area", "danger_now", "with_child", "health_today", "moved_soon", "in_custody", "age_low", "age_high",
         "gender", "language", "about_self", "needs"),
        "sensitive",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                fields=["unit", "urgency", "received_at"],
                name="concern_unit_waiting",
                condition=Q(state__in=[State.WAITING, State.ACKNOWLEDGED]),
            ),
            models.Index(fields=["unit", "-received_at", "-id"], name="concern_unit_received"),
            models.Index(fields=["unit", "area", "received_at"], name="concern_unit_area"),
            models.Index(fields=["event"], name="concern_event", condition=Q(event__isnull=False)),
            models.Index(fields=["linked"], name="concern_linked", condition=Q(linked__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject"], name="concern_one_per_anchor"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="concern_channel"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="concern_urgency"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="concern_state"),
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="concern_gender"),
            models.CheckConstraint(condition=Q(answer__in=FixedReply.values), name="concern_answer"),
            models.CheckConstraint(
                condition=Q(
                    danger_now__in=Answer.values,
                    with_child__in=Answer.values,
                    health_today__in=Answer.values,
                    moved_soon__in=Answer.values,
                    in_custody__in=Answer.values,
                ),
                name="concern_answers",
            ),
            models.CheckConstraint(
                condition=Q(age_low=None, age_high=None) | Q(age_low__lte=F("age_high"), age_high__lte=30),
                name="concern_age_low_then_high",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="concern_acknowledged_by_somebody",
            ),
            # decided and closed concerns say how; others do not pretend to
            models.CheckConstraint(
                condition=Q(state__in=[State.WAITING, State.ACKNOWLEDGED], outcome="")
                | Q(state__in=[State.DECIDED, State.CLOSED], outcome__in=Outcome.values),
                name="concern_outcome_when_decided",
            ),
        ]


class Account(Protected):
    """What was told about the child, sealed: the first words, and each addition."""

    SECTION = "account"
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Words)
    text = models.BinaryField()
    written_by = actor_key(null=True)  # nobody: the reporter
    written_at = models.DateTimeField()

    CLASSIFIED = (
        PROTECTED
        | dict.fromkeys(("concern", "kind", "written_by", "written_at"), "ordinary")
        | {"text": "identifying"}
    )

    class Meta:
        indexes = [models.Index(fields=["concern", "written_at"], name="account_concern")]


class Reporter(Protected):
    """Who told, and how to reach them safely; sealed under the key for names. Shown to the duty desk alone."""

    SECTION = "reporter"
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="+", db_index=False)
    text = models.BinaryField()
    written_at = models.DateTimeField()

    CLASSIFIED = PROTECTED | {"concern": "ordinary", "text": "identifying", "written_at": "ordinary"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concern"], name="reporter_one_per_concern")]


class Decision(Protected):
    """What follows, with its sealed reason. "No further action" needs a second reader who agrees."""

    SECTION = "concern"
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=20, choices=Outcome)
    reason = models.BinaryField()
    decided_by = actor_key()
    decided_at = models.DateTimeField()
    second_by = actor_key(null=True)
    second_at = models.DateTimeField(null=True)
    is_agreed = models.BooleanField(null=True)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("concern", "outcome", "decided_by", "decided_at", "second_by", "second_at", "is_agreed"), "ordinary"
    ) | {"reason": "identifying"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["concern", "-decided_at"], name="decision_concern")]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome"),
            models.CheckConstraint(
                condition=Q(second_by=None, second_at=None, is_agreed=None)
                | Q(second_by__isnull=False, second_at__isnull=False, is_agreed__isnull=False),
                name="decision_second_whole",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("decided_by")), name="decision_second_is_another"
            ),
        ]


class Reply(Protected):
    """An answer in free words, sealed twice: for the desk, and to the key that only the receipt code gives.

    It stays unsent until a second person has read it.
    """

    SECTION = "account"
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="+", db_index=False)
    text = models.BinaryField()
    to_receipt = models.BinaryField()
    written_by = actor_key()
    written_at = models.DateTimeField()
    second_by = actor_key(null=True)
    sent_at = models.DateTimeField(null=True)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("concern", "written_by", "written_at", "second_by", "sent_at"), "ordinary"
    ) | {"text": "identifying", "to_receipt": "identifying"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["concern", "written_at"], name="reply_concern")]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None, sent_at=None)
                | (Q(second_by__isnull=False, sent_at__isnull=False) & ~Q(second_by=F("written_by"))),
                name="reply_sent_after_second_reader",
            ),
        ]


class SentConcern(Classified):
    """What somebody in another team sees of a concern they sent: a number, a state, a fixed answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = actor_key()
    concern = models.UUIDField()
    number = models.CharField(max_length=12)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SentState, default=SentState.RECEIVED)
    answer = models.CharField(max_length=12, choices=FixedReply, default=FixedReply.RECEIVED)
    changed_at = models.DateTimeField(null=True)

    objects = own_rows("person")
    CLASSIFIED = dict.fromkeys(
        ("id", "person", "concern", "number", "sent_at", "state", "answer", "changed_at"), "ordinary"
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "-sent_at", "-id"], name="sent_person_at"),
            models.Index(fields=["concern"], name="sent_concern"),
        ]


class Receipt(Classified):
    """How a reporter comes back: what the code gives, without the code. Only `intake.*` reads it."""

    search_id = models.BinaryField(primary_key=True, max_length=32)
    public_key = models.BinaryField(max_length=32)
    concern = models.UUIDField()
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("search_id", "public_key", "concern", "made_at", "withdrawn_at"), "sensitive")

    class Meta:
        indexes = [models.Index(fields=["concern"], name="receipt_concern")]


class Work(Classified):
    """A piece of work handed out against floods, and whether it was used. Holds nothing of who did it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    expires_at = models.DateTimeField()

    objects = own_rows(None)
    CLASSIFIED = {"id": "ordinary", "expires_at": "ordinary"}

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="work_expires")]


class Gate(Classified):
    """How much came through one lane of the public door in one span of time: one counter for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    lane = models.CharField(max_length=12)
    span = models.DateTimeField()
    passed = models.PositiveIntegerField(default=0)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("id", "lane", "span", "passed"), "ordinary")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "span"], name="gate_once")]


# The duty desk's own tables stand in a file of their own, as do those of the intake forms.
from .models_duty import Call, DemoMessage, DutyPhone, Paging, ShiftSwap, SignOfLife  # noqa: E402
from .models_forms import CallCount, PaperPrint  # noqa: E402

__all__ = [
    "Account", "Call", "CallCount", "Concern", "Decision", "DemoMessage", "DutyPhone", "Event", "Gate", "Paging",
    "PaperPrint", "Receipt", "Reply", "Reporter", "SentConcern", "ShiftSwap", "SignOfLife", "Work",
]  # fmt: skip
