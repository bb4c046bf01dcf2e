"""Notes, tasks, time limits, notices, drafts, attachments and the words that stood there before.

Clear are states, times and codes; sealed is whatever a person wrote. A sealed value is bound to its holder,
section, record and field, so it cannot be moved to another row.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from amparo.foundation.actors import Actor
from amparo.foundation.models import PROTECTED, Classified, Protected, own_rows
from amparo.rooms.access.policy import spec as role_spec

# Plain text of one chunk; the sealed value is a little longer. Small enough that no single value strains the
# keeper.
CHUNK_BYTES = 256 * 1024


def reads_all(viewer: Actor) -> bool:
    """Roles that read the register of every agency; row security alone narrows what they see.

    Asked here and not in SQL: an OR over all rows keeps the index from finding the few rows of everybody
    else.
    """
    return role_spec(viewer.role).reads_register


class Note(Protected):
    """What somebody wrote about a child. The words are sealed; who and when are clear."""

    SECTION = "note"
    text = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        "access.Actor", models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(null=True)

    CLASSIFIED = PROTECTED | {
        "text": "identifying", "version": "ordinary", "written_by": "ordinary", "written_at": "ordinary",
        "changed_by": "ordinary", "changed_at": "ordinary",
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["subject", "-written_at", "-id"], name="note_subject_written")]


class Task(Protected):
    """One thing to do, from a fixed list of titles; what is particular stands in the sealed detail."""

    SECTION = "task"
    title = models.CharField(max_length=40)
    detail = models.BinaryField(null=True)
    owner = models.ForeignKey("access.Actor", models.PROTECT, null=True, related_name="+", db_index=False)
    owner_unit = models.ForeignKey("access.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)
    made_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    done_by = models.ForeignKey("access.Actor", models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("title", "owner", "owner_unit", "due_at", "is_urgent", "made_by", "made_at", "done_by", "done_at",
         "version"),
        "ordinary",
    ) | {"detail": "identifying"}  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at"], name="task_owner_open", condition=Q(done_at=None)),
            models.Index(fields=["owner_unit", "due_at"], name="task_unit_open", condition=Q(done_at=None)),
        ]
        constraints = [
            # practice: no task without somebody who answers for it
            models.CheckConstraint(
                condition=Q(owner__isnull=False) ^ Q(owner_unit__isnull=False), name="task_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_somebody",
            ),
        ]


class Clock(Protected):
    """A duty with a time limit. Holds no content, so that coordinators of all agencies may see it run.

    Rows change only through `sec.start_clock`, `sec.stop_clocks`, `sec.pause_clock` and `sec.resume_clock`.
    """

    SECTION = "register"
    code = models.CharField(max_length=60)
    record = models.UUIDField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    may_pause = models.BooleanField()
    stopped_at = models.DateTimeField(null=True)
    stopped_by_fact = models.CharField(max_length=60, default="")
    told_steps = models.PositiveSmallIntegerField(default=0)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("code", "record", "started_at", "due_at", "may_pause", "stopped_at", "stopped_by_fact",
         "told_steps"), "ordinary"
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="clock_running", condition=Q(stopped_at=None)),
            models.Index(fields=["unit", "due_at"], name="clock_unit_running", condition=Q(stopped_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code", "record"], condition=Q(stopped_at=None), name="clock_runs_once"
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="clock_due_after_start"),
        ]

    @classmethod
    def reach(cls, viewer: Actor) -> Q:
        return Q() if reads_all(viewer) else super().reach(viewer)


class ClockPause(Protected):
    """A stretch in which a limit stood still, and the coded reason. Protection limits have none."""

    SECTION = "register"
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("clock", "reason", "begun_at", "begun_by", "ended_at"), "ordinary"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="clock_paused_once"),
        ]

    @classmethod
    def reach(cls, viewer: Actor) -> Q:
        return Q() if reads_all(viewer) else super().reach(viewer)


class Notice(Classified):
    """Something a person should know: a code and ids, never words. Added only through `sec.add_notice`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    subject = models.ForeignKey("access.Subject", models.PROTECT, null=True, related_name="+")
    record = models.UUIDField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    rings = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = own_rows("person")
    CLASSIFIED = dict.fromkeys(
        ("id", "person", "code", "subject", "record", "step", "rings", "at", "read_at", "sent_at"), "ordinary"
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_person_at"),
            models.Index(fields=["at"], name="notice_at"),
            models.Index(fields=["person"], name="notice_new", condition=Q(read_at=None)),
        ]
        constraints = [
            # jobs run twice; nobody is told the same thing twice
            models.UniqueConstraint(fields=["person", "code", "record", "step"], name="notice_said_once"),
        ]


class Draft(Classified):
    """What somebody began to write, sealed to that person alone; opens on any of their devices."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(max_length=40)
    subject = models.ForeignKey("access.Subject", models.PROTECT, null=True, related_name="+")
    body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = own_rows("person")
    CLASSIFIED = dict.fromkeys(
        ("id", "person", "form", "subject", "version", "begun_at", "saved_at", "expires_at"), "ordinary"
    ) | {"body": "identifying"}

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="draft_expires")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "form", "subject"], nulls_distinct=False, name="draft_one_per_form"
            ),
        ]


class Attachment(Protected):
    """A picture of a document or a thing: the original as it came, sealed, and a view of its pixels,
    sealed.
    """

    SECTION = "attachment"
    title = models.BinaryField()
    was = models.CharField(max_length=8)
    original_bytes = models.PositiveIntegerField()
    view_kind = models.CharField(max_length=10)
    view_bytes = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    added_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("was", "original_bytes", "view_kind", "view_bytes", "width_px", "height_px", "added_by", "added_at"),
        "ordinary",
    ) | {"title": "identifying"}  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(view_kind__in=["image/jpeg", "image/png"]), name="attachment_view_kind"
            ),
        ]


class AttachmentChunk(Protected):
    """At most 256 KiB of one part of an attachment. The sealed value is bound to its number: none can be
    swapped.
    """

    SECTION = "attachment"
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    CLASSIFIED = PROTECTED | {
        "attachment": "ordinary", "part": "ordinary", "number": "ordinary", "sealed": "identifying",
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attachment", "part", "number"], name="chunk_once"),
            models.CheckConstraint(condition=Q(part__in=["original", "view"]), name="chunk_part"),
        ]


class Revision(Protected):
    """The sealed value that stood in a field before it was changed. Only ever added to.

    Each row names its own section, and is seen by whoever may see that section.
    """

    record = models.UUIDField()
    field = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)
    written_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    replaced_by = models.ForeignKey("access.Actor", models.PROTECT, related_name="+", db_index=False)
    replaced_at = models.DateTimeField()

    CLASSIFIED = PROTECTED | dict.fromkeys(
        ("record", "field", "version", "written_by", "written_at", "replaced_by", "replaced_at"), "ordinary"
    ) | {"sealed": "identifying"}  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["record", "field", "-version"], name="revision_record")]
        constraints = [models.UniqueConstraint(fields=["record", "field", "version"], name="revision_once")]
