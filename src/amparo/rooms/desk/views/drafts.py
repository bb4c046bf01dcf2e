"""Drafts: saved while somebody writes, listed to be finished, discarded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.foundation.registries import draft_forms
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.ids import DraftId
from amparo.rooms.desk.queries.drafts import DraftRow

from .places import StaffRequest


@requires(policy.OWN_DESK)
@require_GET
def drafts(request: StaffRequest) -> HttpResponse:
    rows = [shown(row) for row in queries.drafts_of(request.actor)]
    return render(request, "desk/drafts.html", {"drafts": rows})


def shown(row: DraftRow) -> dict[str, Any]:
    form = draft_forms.get(row.form)
    if form is None or form.about_child != (row.subject_id is not None):
        return {"row": row, "label": _("Form"), "url": ""}  # its room is gone; it can still be discarded
    return {
        "row": row,
        "label": form.label,
        "url": reverse(form.url_name, args=[row.subject_id] * form.about_child),
    }


def answers_of(sent: QueryDict) -> dict[str, str]:
    """What was typed. Where several answers were ticked they stand one below the other."""
    return {k: "\n".join(v) for k, v in sent.lists() if k not in ("csrfmiddlewaretoken", "key")}


@requires(policy.OWN_DESK)
@require_POST
def save_draft(request: StaffRequest, form: str, subject_id: UUID | None = None) -> HttpResponse:
    """Called by the page's own script while somebody writes, and once more when the page is put away."""
    if form not in draft_forms or draft_forms[form].about_child != (subject_id is not None):
        raise Http404
    answers = answers_of(request.POST)
    subject = SubjectId(subject_id) if subject_id else None
    actions.save_draft(by=request.actor, form=form, subject_id=subject, answers=answers)
    return HttpResponse(status=204)


@requires(policy.OWN_DESK)
@require_POST
def discard_draft(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    actions.discard_draft(by=request.actor, draft_id=DraftId(draft_id))
    messages.success(request, _("The draft was discarded."))
    return redirect("desk:drafts")
