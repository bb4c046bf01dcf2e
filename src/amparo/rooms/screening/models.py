"""What was noted about a child, sealed; and the licensed text of screens that are not ours to ship."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from amparo.foundation.models import Classified, Protected


class Screening(Protected):
    """One filling-in of one instrument. Answers, result and reason are one sealed document; rows are only added."""

    SECTION = "screening"
    instrument = models.CharField(max_length=28)
    instrument_version = models.PositiveSmallIntegerField()
    noted_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField()
    paper_on = models.DateField(null=True)
    sealed = models.BinaryField()

    CLASSIFIED = dict.fromkeys(
        ("id", "subject", "unit", "section", "noted_by", "noted_at", "paper_on"), "ordinary"
    ) | {"instrument": "sensitive", "instrument_version": "sensitive", "sealed": "identifying"}

    class Meta:
        indexes = [models.Index(fields=["subject", "-noted_at", "-id"], name="screening_subject_noted")]


class Wording(Classified):
    """The text of a licensed screen in one language: entered by one person, in use after a second one approved it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    instrument = models.CharField(max_length=28)
    instrument_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=35)
    texts = models.JSONField()
    is_reworded = models.BooleanField()
    licence = models.CharField(max_length=500)
    entered_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "access.Actor", models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    CLASSIFIED = dict.fromkeys(
        ("id", "instrument", "instrument_version", "language", "texts", "is_reworded", "licence", "entered_by",
         "entered_at", "approved_by", "approved_at", "ended_at"), "ordinary"
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "language"],
                condition=Q(approved_at__isnull=False, ended_at=None),
                name="wording_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("entered_by")), name="wording_second_person"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="wording_approved_by_somebody",
            ),
        ]
