"""Tasks: mine, a child's, one; add, done, undo, hand to another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.begun import begun
from amparo.rooms.desk.forms import HandForm, TaskForm
from amparo.rooms.desk.ids import TaskId

from .places import StaffRequest, back_to, file_url, need_write, typed


@requires(policy.READ_FILE)
@require_GET
def my_tasks(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/my_tasks.html", {"tasks": queries.tasks_of(request.actor)})


@requires(policy.READ_FILE)
@require_GET
def tasks(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = queries.subject_for(request.actor, SubjectId(subject_id), "task")
    rows = queries.tasks_for(request.actor, subject.id)
    return render(
        request, "desk/tasks.html", {"subject": subject, "tasks": rows, "back_url": file_url(subject.id)}
    )


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def add_task(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    actor = request.actor
    subject = queries.subject_for(actor, SubjectId(subject_id), "task")
    need_write(subject)
    draft = begun(request, "task", subject.id)
    owners = queries.owners_for(actor, subject.id)
    initial = {"owner": str(actor.id)} | draft["answers"]
    form = TaskForm(typed(request), owners=owners, zone=actor.time_zone, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.add_task(by=actor, subject_id=subject.id, order=form.order(), key=form.cleaned_data["key"])
        messages.success(request, _("The task was added."))
        return redirect("desk:tasks", subject.id)
    url = reverse("desk:tasks", args=[subject.id])
    context = {
        "form": form,
        "title": _("Add a task"),
        "subject": subject,
        "back_url": url,
    }
    return render(request, "desk/task_form.html", context | draft | {"cancel_url": url})


@requires(policy.READ_FILE)
@require_GET
def task(request: StaffRequest, task_id: UUID) -> HttpResponse:
    row = queries.task_opened(request.actor, TaskId(task_id))
    subject = queries.subject_for(request.actor, row.subject_id, "task")
    context = {"task": row, "subject": subject, "back_url": reverse("desk:tasks", args=[subject.id])}
    return render(request, "desk/task.html", context)


@requires(policy.WRITE_FILE)
@require_POST
def finish_task(request: StaffRequest, task_id: UUID) -> HttpResponse:
    actions.finish_task(by=request.actor, task_id=TaskId(task_id))
    messages.success(request, _("Done. You can undo this on the task's page."))
    return redirect(back_to(request, reverse("desk:task", args=[task_id])))


@requires(policy.WRITE_FILE)
@require_POST
def reopen_task(request: StaffRequest, task_id: UUID) -> HttpResponse:
    actions.reopen_task(by=request.actor, task_id=TaskId(task_id))
    messages.success(request, _("The task is open again."))
    return redirect("desk:task", task_id)


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def hand_task(request: StaffRequest, task_id: UUID) -> HttpResponse:
    row = queries.task_opened(request.actor, TaskId(task_id))
    owners = queries.owners_for(request.actor, row.subject_id)
    form = HandForm(typed(request), owners=owners, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.hand_task(
            by=request.actor, task_id=row.id, version=form.cleaned_data["version"], owner=form.owner()
        )  # fmt: skip
        messages.success(request, _("The task was handed over."))
        return redirect("desk:task", task_id)
    url = reverse("desk:task", args=[task_id])
    context = {
        "form": form,
        "title": _("Give this task to another"),
        "task": row,
        "back_url": url,
        "cancel_url": url,
    }
    return render(request, "desk/hand_task.html", context)
