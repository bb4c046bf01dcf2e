"""A child's case: who answers for it, how great the danger is, where the child sleeps, who stands around the child.

Clear are states, times and codes; sealed is whatever a person wrote. Who is named as having harmed stands in a
table of its own, in a section of its own, so that it is shared apart or not at all.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from amparo.foundation.models import PROTECTED, Classified, Protected, actor_key, own_rows

OPEN = Q(state="open")
#: What stands first on Today: a child in a place that is not fit, or in great danger and not yet seen.
CANNOT_WAIT = Q(is_place_fit=False) | Q(risk_level="high", first_seen_at=None)
LEVELS = ("high", "medium", "low")


class Case(Protected):
    """One for each child. While it is open, one agency leads and one worker, or the duty desk, answers for it."""

    SECTION = "case"
    state = models.CharField(max_length=6, default="open")
    lead_agency = models.ForeignKey(
        "access.Agency", models.PROTECT, null=True, related_name="+", db_index=False
    )
    worker = actor_key(null=True)
    duty_unit = models.ForeignKey("access.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    opened_by = actor_key()
    closed_at = models.DateTimeField(null=True)
    description = models.BinaryField(null=True)
    age_low = models.PositiveSmallIntegerField(null=True)
    age_high = models.PositiveSmallIntegerField(null=True)
    age_on = models.DateField()
    gender = models.CharField(max_length=12)
    language = models.CharField(max_length=35)
    understands = ArrayField(models.CharField(max_length=35), default=list)
    sign_language = models.CharField(max_length=35, default="")
    needs_interpreter = models.BooleanField(null=True)
    interpreter_gender = models.CharField(max_length=8, default="")
    risk_level = models.CharField(max_length=6)
    risk_at = models.DateTimeField()
    first_seen_at = models.DateTimeField(null=True)
    night = models.CharField(max_length=4)
    night_kind = models.CharField(max_length=24)
    is_place_fit = models.BooleanField()
    night_at = models.DateTimeField()
    guardian = models.CharField(max_length=12, default="requested")
    version = models.PositiveIntegerField(default=1)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("state", "lead_agency", "worker", "duty_unit", "opened_at", "opened_by", "closed_at", "age_on",
         "risk_level", "risk_at", "first_seen_at", "night_at", "guardian", "version"), "ordinary",
    ) | dict.fromkeys(
        ("age_low", "age_high", "gender", "language", "understands", "sign_language", "needs_interpreter",
         "interpreter_gender", "night", "night_kind", "is_place_fit"), "sensitive",
    ) | {"description": "identifying"}  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["worker", "-opened_at", "-id"], name="case_worker_open", condition=OPEN),
            models.Index(fields=["unit", "-opened_at", "-id"], name="case_unit_open", condition=OPEN),
            # index-only: counting a team's cases for each worker touches no row
            models.Index(fields=["unit", "worker"], name="case_unit_worker", condition=OPEN),
            models.Index(fields=["unit", "opened_at"], name="case_cannot_wait", condition=OPEN & CANNOT_WAIT),
            models.Index(
                fields=["duty_unit", "opened_at"],
                name="case_duty_open",
                condition=OPEN & Q(duty_unit__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject"], name="one_case"),
            # practice, 4: no unowned state exists, and no doubly owned one
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (
                    OPEN
                    & Q(closed_at=None, lead_agency__isnull=False)
                    & (Q(worker__isnull=False) ^ Q(duty_unit__isnull=False))
                ),
                name="case_one_owner",
            ),
            models.CheckConstraint(condition=Q(risk_level__in=LEVELS), name="case_risk_level"),
            models.CheckConstraint(condition=Q(night__in=["fact", "plan"]), name="case_night"),
            # practice, 18: an unfit place may be a fact, never a plan
            models.CheckConstraint(
                condition=Q(night="fact") | Q(is_place_fit=True), name="case_no_unfit_plan"
            ),
            models.CheckConstraint(
                condition=Q(age_low=None) | Q(age_high=None) | Q(age_high__gte=F("age_low")), name="case_age"
            ),
            models.CheckConstraint(
                condition=Q(guardian__in=["requested", "appointed", "cannot_now"]), name="case_guardian"
            ),
        ]


class Risk(Protected):
    """How great the danger was judged, when and by whom; the reasons are sealed. Only ever added to."""

    SECTION = "case"
    level = models.CharField(max_length=6)
    reasons = models.BinaryField()
    decided_by = actor_key()
    decided_at = models.DateTimeField()

    CLASSIFIED = PROTECTED | dict.fromkeys(("level", "decided_by", "decided_at"), "ordinary") | {
        "reasons": "identifying"
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["subject", "-decided_at"], name="risk_subject")]
        constraints = [models.CheckConstraint(condition=Q(level__in=LEVELS), name="risk_level")]


class SealedSheet(Protected):
    """One sealed JSON document, bound to this row, with a version that changes are based on."""

    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    written_by = actor_key()
    written_at = models.DateTimeField()

    CLASSIFIED = PROTECTED | dict.fromkeys(("version", "written_by", "written_at"), "ordinary") | {
        "sealed": "identifying"
    }  # fmt: skip

    class Meta:
        abstract = True


class PersonAround(SealedSheet):
    """Somebody around the child: who, how related, custody, may contact, may know. All of it is sealed."""

    SECTION = "people"

    class Meta:
        db_table = "cases_person"
        indexes = [models.Index(fields=["subject", "written_at"], name="person_subject")]


class Allegation(SealedSheet):
    """Somebody around the child is alleged to have harmed: who said so, when, how far it was looked into."""

    SECTION = "allegation"
    person = models.ForeignKey(PersonAround, models.PROTECT, related_name="+", db_index=False)

    CLASSIFIED = SealedSheet.CLASSIFIED | {"person": "sensitive"}

    class Meta:
        indexes = [models.Index(fields=["subject", "written_at"], name="allegation_subject")]


class Guardian(Protected):
    """A guardian asked for; and, sealed, who was asked, or why somebody cannot be appointed now."""

    SECTION = "people"
    state = models.CharField(max_length=12)
    requested_at = models.DateTimeField()
    requested_by = actor_key()
    answered_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("state", "requested_at", "requested_by", "answered_at"), "ordinary"
    ) | {"sealed": "identifying"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["subject", "-requested_at"], name="guardian_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["requested", "appointed", "cannot_now"]), name="guardian_state"
            )
        ]


class InterimAdult(SealedSheet):
    """Who answers for the child until a guardian is appointed: name and mandate sealed, until when clear."""

    SECTION = "people"
    until_on = models.DateField()

    CLASSIFIED = SealedSheet.CLASSIFIED | {"until_on": "ordinary"}

    class Meta:
        indexes = [models.Index(fields=["subject", "-written_at"], name="interim_subject")]


class Link(Classified):
    """This file belongs with the others of its group. Read only by `sec.links_of`, by holders of access to both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.UUIDField()
    subject = models.ForeignKey("access.Subject", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    part = models.CharField(max_length=8, default="")
    is_apart = models.BooleanField(default=False)
    reason = models.BinaryField(null=True)
    made_by = actor_key()
    made_at = models.DateTimeField()

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("id", "group", "kind", "part", "is_apart", "made_by", "made_at"), "sensitive") | {
        "subject": "sensitive", "reason": "identifying",
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["subject"], name="link_subject")]
        constraints = [
            models.UniqueConstraint(fields=["group", "subject"], name="link_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["siblings", "parent_and_baby", "found_together"]), name="link_kind"
            ),
            # practice, 15: together is the default, its opposite needs a reason
            models.CheckConstraint(
                condition=Q(is_apart=False) | Q(reason__isnull=False), name="link_apart_with_reason"
            ),
        ]


class HandOver(Classified):
    """Responsibility offered to a colleague or the duty desk. It moves only when the receiver accepts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    batch = models.UUIDField()
    subject = models.ForeignKey("access.Subject", models.PROTECT, related_name="+", db_index=False)
    from_unit = models.ForeignKey("access.Unit", models.PROTECT, related_name="+", db_index=False)
    from_actor = actor_key(null=True)
    to_actor = actor_key(null=True)
    to_unit = models.ForeignKey("access.Unit", models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=24)
    state = models.CharField(max_length=10, default="proposed")
    made_by = actor_key()
    made_at = models.DateTimeField()
    answered_by = actor_key(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(
        ("id", "batch", "subject", "from_unit", "from_actor", "to_actor", "to_unit", "reason", "state",
         "made_by", "made_at", "answered_by", "answered_at"), "ordinary",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["batch"], name="hand_over_batch"),
            models.Index(fields=["subject"], name="hand_over_subject"),
            models.Index(fields=["to_actor"], name="hand_over_to", condition=Q(state="proposed")),
            models.Index(fields=["to_unit"], name="hand_over_to_unit", condition=Q(state="proposed")),
            models.Index(fields=["from_unit"], name="hand_over_from_unit", condition=Q(state="proposed")),
            models.Index(fields=["made_by"], name="hand_over_made_by", condition=Q(state="proposed")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(state="proposed"), name="one_hand_over_waits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "accepted", "declined", "withdrawn"]),
                name="hand_over_state",
            ),
        ]


class Cover(Classified):
    """A colleague stands in from then until then. Grants and tasks move, and come back, by themselves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = actor_key()
    stand_in = actor_key()
    unit = models.ForeignKey("access.Unit", models.PROTECT, related_name="+", db_index=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    made_by = actor_key()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    grants = ArrayField(models.UUIDField(), default=list)
    tasks = ArrayField(models.UUIDField(), default=list)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(
        ("id", "person", "stand_in", "unit", "from_at", "until_at", "made_by", "made_at", "ended_at", "grants",
         "tasks"), "ordinary",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["unit"], name="cover_unit", condition=Q(ended_at=None)),
            models.Index(fields=["person"], name="cover_person", condition=Q(ended_at=None)),
            models.Index(fields=["stand_in"], name="cover_stand_in", condition=Q(ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="cover_ends_after_it_begins"),
        ]
