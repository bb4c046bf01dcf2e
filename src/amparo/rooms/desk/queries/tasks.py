"""Tasks: mine and my unit's across children, and those of one child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import ActorId, SubjectId
from amparo.foundation.sealing import Sealed, open_sealed
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import TaskId
from amparo.rooms.desk.models import Task
from amparo.rooms.desk.words import task_title

from .people import names_of
from .subjects import codes_of

MOST = 100


@dataclass(frozen=True)
class TaskRow:
    id: TaskId
    subject_id: SubjectId
    code: str
    title: str
    owner: str
    due_at: dt.datetime | None
    is_urgent: bool
    is_late: bool
    done_at: dt.datetime | None
    done_by: str
    version: int
    sealed: Sealed | None
    detail: str = ""


@query(policy.READ_FILE)
def tasks_of(viewer: Actor) -> tuple[TaskRow, ...]:
    """Open tasks of the viewer and of the unit they act for: urgent first, then the longest overdue."""
    mine = Q(owner_id=viewer.id) | Q(owner_unit_id=viewer.unit)
    rows = Task.objects.visible_to(viewer).filter(mine, done_at=None)
    return _rows(rows.order_by("-is_urgent", F("due_at").asc(nulls_last=True), "made_at")[:MOST])


@query(policy.READ_FILE)
def tasks_for(viewer: Actor, subject_id: SubjectId) -> tuple[TaskRow, ...]:
    """All tasks about one child: open ones first, then what was done last."""
    policy.need(subject_id, "task", "read")
    rows = Task.objects.visible_to(viewer).filter(subject_id=subject_id)
    order = (F("done_at").desc(nulls_first=True), "-is_urgent", F("due_at").asc(nulls_last=True), "made_at")
    return _rows(rows.order_by(*order)[:MOST])


@query(policy.READ_FILE)
def owners_for(viewer: Actor, subject_id: SubjectId) -> tuple[tuple[ActorId, str], ...]:
    """Who may be given a task about this child."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, who FROM sec.task_owners(%s)", [subject_id])
        return tuple((ActorId(row[0]), str(row[1])) for row in cursor.fetchall())


@query(policy.READ_FILE)
def _task(viewer: Actor, task_id: TaskId) -> TaskRow:
    rows = _rows(Task.objects.visible_to(viewer).filter(id=task_id))
    if not rows:
        raise NotThere
    return rows[0]


def task_opened(viewer: Actor, task_id: TaskId) -> TaskRow:
    row = _task(viewer, task_id)
    if row.sealed is None:
        return row
    return replace(row, detail=open_sealed(viewer, [row.sealed], "reads a task")[0].decode())


def _rows(tasks: Iterable[Task]) -> tuple[TaskRow, ...]:
    found = list(tasks)
    names = names_of([p for task in found for p in (task.owner_id, task.done_by_id)])
    codes = codes_of({task.subject_id for task in found})
    return tuple(
        TaskRow(
            TaskId(task.id),
            SubjectId(task.subject_id),
            codes.get(task.subject_id, ""),
            task_title(task.title),
            names.get(task.owner_id, "") if task.owner_id else _("The team"),
            task.due_at,
            task.is_urgent,
            task.done_at is None and task.due_at is not None and task.due_at <= now(),
            task.done_at,
            names.get(task.done_by_id, ""),
            task.version,
            Sealed(task.subject_id, "task", task.id, "detail", bytes(task.detail)) if task.detail else None,
        )
        for task in found
    )
