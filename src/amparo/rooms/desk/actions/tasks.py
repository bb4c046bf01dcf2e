"""Things to do about a child, each with somebody who answers for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Conflict, NotThere, Refused
from amparo.foundation.ids import ActorId, SubjectId
from amparo.foundation.sealing import seal_for
from amparo.rooms.desk import policy
from amparo.rooms.desk.ids import TaskId
from amparo.rooms.desk.models import Task
from amparo.rooms.desk.words import is_task

from .drafts import forget_draft
from .notices import tell


@dataclass(frozen=True)
class TaskOrder:
    """What is to be done and by whom: a person, or the child's unit when `owner` is None."""

    title: str
    detail: str = ""
    owner: ActorId | None = None
    due_at: dt.datetime | None = None
    is_urgent: bool = False


@action(policy.WRITE_FILE)
def add_task(*, by: Actor, subject_id: SubjectId, order: TaskOrder, key: str = "") -> TaskId:
    policy.need(subject_id, "task", "write")
    if not is_task(order.title):
        raise Refused("unknown_title")
    unit = policy.unit_of(subject_id)
    task = Task(
        subject_id=subject_id, unit_id=unit, title=order.title, due_at=order.due_at,
        is_urgent=order.is_urgent, made_by_id=by.id, made_at=now(),
    )  # fmt: skip
    _give(task, order.owner, unit)
    if order.detail:
        task.detail = seal_for(subject_id, "task", task.id, "detail", order.detail)
    task.save(force_insert=True)
    _tell_owner(task, by)
    forget_draft(by=by, form="task", subject_id=subject_id)
    log("TASK_ADDED", subject=subject_id, record=task.id, detail={"title": order.title})
    return TaskId(task.id)


@action(policy.WRITE_FILE)
def finish_task(*, by: Actor, task_id: TaskId) -> TaskId:
    """Done is done: a second click changes nothing and answers the same."""
    task = _locked(by, task_id)
    if task.done_at is None:
        _change(task, done_at=now(), done_by_id=by.id)
    log("TASK_DONE", subject=task.subject_id, record=task.id)
    return task_id


@action(policy.WRITE_FILE)
def reopen_task(*, by: Actor, task_id: TaskId) -> TaskId:
    """Undo. Always safe: nothing else follows from a task that was done."""
    task = _locked(by, task_id)
    if task.done_at is not None:
        _change(task, done_at=None, done_by_id=None)
    log("TASK_REOPENED", subject=task.subject_id, record=task.id)
    return task_id


@action(policy.WRITE_FILE)
def hand_task(*, by: Actor, task_id: TaskId, version: int, owner: ActorId | None) -> TaskId:
    """Give an open task to another person, or to the child's unit when `owner` is None."""
    task = _locked(by, task_id)
    if task.version != version or task.done_at is not None:
        raise Conflict(current=task.version, yours=version)
    _give(task, owner, task.unit_id)
    _change(task, owner_id=task.owner_id, owner_unit_id=task.owner_unit_id)
    _tell_owner(task, by)
    log("TASK_HANDED", subject=task.subject_id, record=task.id)
    return task_id


def _locked(by: Actor, task_id: TaskId) -> Task:
    if not Task.objects.visible_to(by).filter(id=task_id).exists():
        raise NotThere
    task: Task | None = Task.objects.in_action().select_for_update().filter(id=task_id).first()
    if task is None:
        raise Refused("read_only")
    return task


def _change(task: Task, **fields: object) -> None:
    task.version += 1
    Task.objects.in_action().filter(id=task.id).update(version=task.version, **fields)


def _give(task: Task, owner: ActorId | None, unit: UUID) -> None:
    if owner is not None:
        policy.need_task_owner(SubjectId(task.subject_id), owner)
    task.owner_id = owner
    task.owner_unit_id = None if owner is not None else unit


def _tell_owner(task: Task, by: Actor) -> None:
    if task.owner_id is not None and task.owner_id != by.id:
        tell([task.owner_id], "TASK_GIVEN", subject=task.subject_id, record=task.id, step=task.version)
