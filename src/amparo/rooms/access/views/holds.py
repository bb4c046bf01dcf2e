"""Files that are kept past their date: asked for by one person, agreed to by another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.ids import SubjectId
from amparo.foundation.requests import StaffRequest
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import FilterForm, HoldForm
from amparo.rooms.access.policy import Permission


@requires(Permission.HOLD_RECORD)
@require_GET
def holds(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    context = {
        "rows": queries.holds(request.actor, code=code),
        "form": form,
        "asked": code,
        "answer": HoldForm(),
    }
    return render(request, "access/holds.html", context)


@requires(Permission.HOLD_RECORD)
@require_POST
def hold(request: StaffRequest, subject_id: UUID) -> HttpResponse:
    form = HoldForm(request.POST)
    if not form.is_valid():
        context = {"rows": queries.holds(request.actor), "form": FilterForm(), "answer": form}
        return render(request, "access/holds.html", context)
    held = form.cleaned_data["held"] == "yes"
    if actions.place_hold(by=request.actor, subject_id=SubjectId(subject_id), held=held):
        said = (
            _("The file is kept past its date.") if held else _("The file is no longer kept past its date.")
        )
    else:
        said = _("Asked. It counts when a second person agrees.")
    messages.success(request, said)
    return redirect("access:holds")
