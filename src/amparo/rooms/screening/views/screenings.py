"""What was noted about a child, and one screening with its next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.forms import ActForm
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access.policy import Permission
from amparo.rooms.desk.actions import TaskOrder, add_task
from amparo.rooms.desk.queries import subject_for
from amparo.rooms.screening import policy, queries, words
from amparo.rooms.screening.definitions import Answer
from amparo.rooms.screening.engine import Outcome
from amparo.rooms.screening.ids import ScreeningId


@requires(policy.READ)
@require_GET
def screenings(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    subject = subject_for(request.actor, SubjectId(subject_id), "screening")
    page = queries.screenings_opened(
        request.actor, subject.id, request.GET.get("after", ""), request.GET.get("before", "")
    )
    context = {
        "subject": subject,
        "page": page,
        "rows": [shown(noted) for noted in page.items],
        "may_note": subject.may_write and request.actor.has(policy.SCREEN),
        "back_url": reverse("access:subject", args=[subject.id]),
    }
    return render(request, "screening/screenings.html", context)


@requires(policy.READ)
@require_GET
def screening(request: StaffRequest, screening_id: UUID) -> HttpResponse:
    """Words and the next step, nothing else."""
    noted = queries.screening_opened(request.actor, ScreeningId(screening_id))
    subject = subject_for(request.actor, noted.row.subject_id, "screening")
    context = {
        "subject": subject,
        "noted": shown(noted),
        "form": ActForm(),
        "may_ask": noted.document.outcome is Outcome.SIGNS_NOTED and _may_add_task(request, subject.id),
        "back_url": reverse("screening:screenings", args=[subject.id]),
    }
    return render(request, "screening/screening.html", context)


@requires(Permission.WRITE_FILE)
@require_POST
def ask_supervisor(request: StaffRequest, screening_id: UUID) -> HttpResponse:
    """The worker's own press: a task of theirs. What was noted does not travel with it."""
    row = queries.screening_for(request.actor, ScreeningId(screening_id))
    form = ActForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else ""
    order = TaskOrder("TALK_TO_SUPERVISOR", owner=request.actor.id)
    add_task(by=request.actor, subject_id=row.subject_id, order=order, key=key)
    messages.success(request, _("The task stands in your list."))
    return redirect("desk:tasks", row.subject_id)


def _may_add_task(request: StaffRequest, subject_id: SubjectId) -> bool:
    from amparo.foundation.errors import NotThere

    try:
        return subject_for(request.actor, subject_id, "task").may_write
    except NotThere:
        return False


def shown(noted: queries.Noted) -> dict[str, Any]:
    it, doc = noted.instrument, noted.document
    texts = {item.id: words.text(item.text) for item in it.items} if it else {}

    def lines(answer: Answer) -> list[str]:
        return [texts.get(name, name) for name, given in doc.answers.items() if given is answer]

    return {
        "row": noted.row,
        "guide": words.text(it.names) if it else noted.row.name,
        "words": words.OUTCOMES[doc.outcome],
        "next_step": words.NEXT_STEPS[doc.next_step],
        "seen": lines(Answer.SEEN),
        "unseen": lines(Answer.COULD_NOT_SEE),
        "dimensions": [words.text(g.names) for g in it.groups if g.id in doc.dimensions] if it else [],
        "reason": doc.reason,
    }
