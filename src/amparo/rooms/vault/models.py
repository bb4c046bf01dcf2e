"""Who the child is, and where the child is: two tables apart, each row one sealed document."""

from __future__ import annotations

import uuid

from django.db import models

from amparo.foundation.models import PROTECTED, Classified, Protected, own_rows

_ROW = PROTECTED | dict.fromkeys(("version", "written_by", "written_at"), "ordinary")


class SealedRecord(Protected):
    """A JSON document sealed as one field, bound to this row."""

    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()

    CLASSIFIED = _ROW | {"sealed": "identifying"}

    class Meta:
        abstract = True


class PersonRecord(SealedRecord):
    """Names in every spelling, birth date as entered, numbers known elsewhere."""

    SECTION = "identity"

    class Meta:
        db_table = "vault_person"
        constraints = [models.UniqueConstraint(fields=["subject"], name="one_identity")]


class ContactRecord(SealedRecord):
    """Phones and other ways to reach the child or somebody the child trusts."""

    SECTION = "contact"

    class Meta:
        db_table = "vault_contact"
        constraints = [models.UniqueConstraint(fields=["subject"], name="one_contact")]


class PlaceRecord(SealedRecord):
    """Where the child really is (fact), or is meant to be (plan)."""

    SECTION = "place"
    kind = models.CharField(max_length=4)
    CLASSIFIED = _ROW | {"sealed": "identifying", "kind": "ordinary"}

    class Meta:
        db_table = "vault_place"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["fact", "plan"]), name="place_kind"),
            models.UniqueConstraint(fields=["subject", "kind"], name="one_place_of_a_kind"),
        ]


class Term(Classified):
    """The blind index: truncated keyed hashes, read only by the keeper's own function."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.ForeignKey("access.Subject", models.PROTECT, related_name="+")
    record = models.UUIDField()
    field = models.CharField(max_length=16)
    norm_version = models.PositiveSmallIntegerField(default=1)
    mac = models.BinaryField()

    objects = own_rows(None)
    CLASSIFIED = dict.fromkeys(("id", "subject", "record", "field", "norm_version", "mac"), "sensitive")

    class Meta:
        indexes = [
            models.Index(fields=["field", "mac"], name="term_field_mac"),
            models.Index(fields=["record"], name="term_record"),
        ]
