"""What intake forms leave behind beside concerns: numbered papers, and calls that were only counted."""

from __future__ import annotations

import uuid

from django.db import models

from amparo.foundation.models import Classified, own_rows


class PaperPrint(Classified):
    """One printed copy of a form. It names no child: what is written on it, the platform does not know."""

    number = models.BigAutoField(primary_key=True)
    form = models.CharField(max_length=24)
    language = models.CharField(max_length=12)
    printed_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    printed_at = models.DateTimeField()

    objects = own_rows("printed_by")
    CLASSIFIED = dict.fromkeys(("number", "form", "language", "printed_by", "printed_at"), "ordinary")

    class Meta:
        indexes = [models.Index(fields=["printed_by", "-printed_at"], name="paper_printed_by")]


class CallCount(Classified):
    """How many calls of a kind a unit had on a day. No call has a row of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey("access.Unit", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    call_type = models.CharField(max_length=24)
    calls = models.PositiveIntegerField(default=1)

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("id", "unit", "day", "call_type", "calls"), "ordinary")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day", "call_type"], name="call_count_once")]
