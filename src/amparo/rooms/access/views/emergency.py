"""Emergency access, and its review by another agency."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.foundation.requests import StaffRequest, typed
from amparo.rooms.access import actions, queries
from amparo.rooms.access.forms import EmergencyForm, ReviewForm
from amparo.rooms.access.policy import Permission


@requires(Permission.USE_EMERGENCY_ACCESS, strong=True)
@require_http_methods(["GET", "POST"])
def emergency(request: StaffRequest) -> HttpResponse:
    form = EmergencyForm(typed(request))
    if request.method == "POST" and form.is_valid():
        found = actions.use_emergency_access(by=request.actor, **form.cleaned_data)
        if found is not None:
            messages.success(request, _("You can read this file for 60 minutes. Its worker was told."))
            return redirect("access:subject", found)
        form.add_error("code", _("There is no emergency access for this code. Call the duty desk."))
    return render(request, "access/emergency.html", {"form": form, "title": _("Emergency access")})


@requires(Permission.REVIEW_EMERGENCY_ACCESS)
@require_GET
def reviews(request: StaffRequest) -> HttpResponse:
    rows = queries.emergencies_to_review(request.actor)
    return render(request, "access/reviews.html", {"rows": rows, "form": ReviewForm()})


@requires(Permission.REVIEW_EMERGENCY_ACCESS)
@require_POST
def review(request: StaffRequest, emergency_id: UUID) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        rows = queries.emergencies_to_review(request.actor)
        return render(request, "access/reviews.html", {"rows": rows, "form": form, "chosen": emergency_id})
    was_right = form.cleaned_data["was_right"] == "yes"
    actions.review_emergency_access(by=request.actor, emergency_id=emergency_id, was_right=was_right)
    messages.success(request, _("Your review is recorded."))
    return redirect("access:reviews")
