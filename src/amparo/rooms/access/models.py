"""Agencies, people, children's anchors and who may reach them. Rows change only through `sec.*` functions."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from amparo.foundation.actors import Actor as Viewer
from amparo.foundation.models import Classified, Protected, own_rows
from amparo.foundation.people import PersonManager

from .permissions import ROLES

REGISTER_READERS = frozenset(role.value for role, spec in ROLES.items() if spec.reads_register)


class AgencyKind(models.TextChoices):
    CHILD_PROTECTION = "child_protection", _("Child protection")
    NGO = "ngo", _("Non-governmental organisation")
    HEALTH = "health", _("Health")
    SHELTER = "shelter", _("Safe house")
    GUARDIANSHIP = "guardianship", _("Guardianship office")
    LEGAL_AID = "legal_aid", _("Legal aid")
    HOTLINE = "hotline", _("Child helpline")
    SCHOOL = "school", _("Education")
    COMPETENT_AUTHORITY = "competent_authority", _("Competent authority")
    COORDINATION = "coordination", _("Coordination")
    INTERNATIONAL = "international", _("International organisation")
    POLICE = "police", _("Police")
    BORDER = "border", _("Border service")
    IMMIGRATION_ENFORCEMENT = "immigration_enforcement", _("Immigration enforcement")
    PROSECUTION = "prosecution", _("Prosecution")


class Area(Classified):
    """An administrative area, levels 0 to 4, by p-code; history is kept by valid_from and valid_to."""

    p_code = models.CharField(max_length=32, primary_key=True)
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    names = models.JSONField(default=dict)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    replaced_by = ArrayField(models.CharField(max_length=32), default=list)

    CLASSIFIED = dict.fromkeys(
        ("p_code", "level", "parent", "names", "valid_from", "valid_to", "replaced_by"), "ordinary"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__lte=4), name="area_level_0_to_4")]


class Agency(Classified):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=32, choices=AgencyKind)
    mandates = ArrayField(models.CharField(max_length=64), default=list)
    languages = ArrayField(models.CharField(max_length=35), default=list)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    time_zone = models.CharField(max_length=64, default="UTC")
    calendar = models.CharField(max_length=32, default="QM")
    is_active = models.BooleanField(default=True)

    CLASSIFIED = dict.fromkeys(
        ("id", "names", "kind", "mandates", "languages", "area", "time_zone", "calendar", "is_active"),
        "ordinary",
    )


class Unit(Classified):
    """A team. Each agency also has a unit of kind `restricted`, without members: restricted files live there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    names = models.JSONField(default=dict)
    kind = models.CharField(max_length=16, default="team")
    areas = ArrayField(models.CharField(max_length=32), default=list)

    CLASSIFIED = dict.fromkeys(("id", "agency", "names", "kind", "areas"), "ordinary")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=models.Q(kind="restricted"), name="one_restricted_unit"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["team", "restricted"]), name="unit_kind"),
        ]


class Actor(Classified):
    """Who acts: a person, an API client or a named system actor. Never nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=64, default="")

    CLASSIFIED = {"id": "ordinary", "kind": "ordinary", "name": "ordinary"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "client", "system"]), name="actor_kind"
            )
        ]


class Person(AbstractBaseUser):
    """Someone who signs in. Staff, never a child."""

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True, db_column="id", related_name="+")
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=35, default="en")
    is_active = models.BooleanField(default=True)  # type: ignore[misc]

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    CLASSIFIED = {
        "actor": "ordinary",
        "email": "sensitive",
        "display_name": "sensitive",
        "language": "ordinary",
        "is_active": "ordinary",
        "password": "sensitive",
        "last_login": "sensitive",
    }

    def __str__(self) -> str:
        return self.display_name

    def check_password(self, raw_password: str | None) -> bool:
        """Without Django's silent re-hash: a password row changes through `sec.set_password` only."""
        return check_password(raw_password, self.password)


class ApiClient(Classified):
    """A partner's system. Its secret is kept only as a hash, in `sec.session`."""

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True, db_column="id", related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    CLASSIFIED = dict.fromkeys(("actor", "agency", "name", "is_active"), "ordinary")


class Membership(Classified):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    CLASSIFIED = dict.fromkeys(("id", "actor", "unit", "role", "from_at", "until_at"), "ordinary")

    class Meta:
        indexes = [
            models.Index(fields=["actor"], name="membership_actor"),
            models.Index(fields=["unit"], name="membership_unit"),
        ]


class Shift(Classified):
    """Who is on duty for a unit, from when until when; order 1 is called first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=1)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    CLASSIFIED = dict.fromkeys(("id", "actor", "unit", "order", "from_at", "until_at"), "ordinary")

    class Meta:
        indexes = [models.Index(fields=["actor", "until_at"], name="shift_actor")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")), name="shift_ends_after_it_begins"
            )
        ]


class Subject(Protected):
    """The anchor of every row about a child. Created only by `sec.open_subject()`; holds no name and no content."""

    subject = None  # it is the subject
    kind = models.CharField(max_length=16, default="child")
    code = models.CharField(max_length=8, unique=True)
    home_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    retention_class = models.CharField(max_length=32)
    hold = models.BooleanField(default=False)
    hold_asked_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+", db_index=False)
    shred_on = models.DateField(null=True)
    is_restricted = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True)

    CLASSIFIED = dict.fromkeys(
        (
            "id",
            "unit",
            "section",
            "kind",
            "code",
            "home_unit",
            "retention_class",
            "hold",
            "hold_asked_by",
            "shred_on",
            "is_restricted",
            "opened_at",
            "shredded_at",
        ),
        "ordinary",
    )

    SECTION = "register"

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        """A coordinator reads the whole register but restricted files; others what their unit or grants reach."""
        reads_all = viewer.role in REGISTER_READERS
        return models.Q(is_restricted=False) if reads_all else super().reach(viewer)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id", "unit"], name="access_subject_id_unit")]
        indexes = [
            models.Index(fields=["unit", "-opened_at", "-id"], name="subject_unit_opened"),
            models.Index(fields=["-opened_at", "-id"], name="subject_opened"),
            models.Index(fields=["shred_on"], name="subject_shred_on"),
        ]


class Grant(Classified):
    """The only key to a file for a person: a cause, a scope and an end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)
    sections = ArrayField(models.CharField(max_length=32))
    mode = models.CharField(max_length=5)
    cause = models.CharField(max_length=16)
    purpose = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    consent = models.UUIDField(null=True)
    given_by = models.ForeignKey(Actor, models.PROTECT, related_name="+", db_index=False)

    objects = own_rows("actor")
    CLASSIFIED = dict.fromkeys(
        ("id", "subject", "actor", "sections", "mode", "cause", "from_at", "until_at", "consent", "given_by"),
        "ordinary",
    ) | {"purpose": "sensitive"}

    class Meta:
        indexes = [
            models.Index(fields=["subject", "actor"], name="grant_subject_actor"),
            models.Index(fields=["actor", "subject"], name="grant_actor_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(mode__in=["read", "write"]), name="grant_mode"),
            models.CheckConstraint(condition=models.Q(until_at__gte=models.F("from_at")), name="grant_ends"),
            models.CheckConstraint(
                condition=models.Q(
                    cause__in=["assignment", "referral", "consent", "emergency", "cover", "law"]
                ),
                name="grant_cause",
            ),
        ]


class Consent(Protected):
    """Consent and assent apart, each dated; giving one writes a grant, withdrawing it ends that grant."""

    sections = ArrayField(models.CharField(max_length=32))
    recipient = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    given_by = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    basis = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")

    CLASSIFIED = dict.fromkeys(
        (
            "id",
            "subject",
            "unit",
            "section",
            "sections",
            "recipient",
            "given_by",
            "state",
            "at",
            "until_at",
            "ended_at",
            "recorded_by",
        ),
        "ordinary",
    ) | {"purpose": "sensitive", "basis": "sensitive"}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_by__in=["child_consent", "child_assent", "carer", "legal_basis"]),
                name="consent_given_by",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["given", "refused", "withdrawn"]), name="consent_state"
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="consent_subject"),
            models.Index(fields=["unit"], name="consent_unit"),
        ]


class Block(Classified):
    """Keeps an agency, or one person with a conflict of interest, away from a file. Read only by `sec.blocked()`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Actor, models.PROTECT, related_name="+")

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("id", "subject", "agency", "actor", "from_at", "ended_at", "by"), "sensitive")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False) ^ models.Q(actor__isnull=False),
                name="block_one_target",
            )
        ]


class SharingProtocol(Classified):
    """An information-sharing protocol: no grant across agencies may exceed it (practice, 34)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    names = models.JSONField(default=dict)
    parties = ArrayField(models.UUIDField())
    purposes = ArrayField(models.CharField(max_length=64))
    sections = ArrayField(models.CharField(max_length=32))
    from_on = models.DateField()
    until_on = models.DateField()
    proposed_by = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")

    CLASSIFIED = dict.fromkeys(
        (
            "id",
            "names",
            "parties",
            "purposes",
            "sections",
            "from_on",
            "until_on",
            "proposed_by",
            "approved_by",
        ),
        "ordinary",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(proposed_by=models.F("approved_by")), name="protocol_two_people"
            )
        ]


class EmergencyAccess(Classified):
    """Each use and each attempt, and the review by another agency within 24 hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, default="")
    reviewed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    was_right = models.BooleanField(null=True)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(
        ("id", "actor", "subject", "at", "reviewed_by", "reviewed_at", "was_right"), "ordinary"
    ) | {"reason": "sensitive"}

    class Meta:
        indexes = [models.Index(fields=["actor", "at"], name="emergency_actor_at")]
