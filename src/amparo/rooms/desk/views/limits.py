"""Time limits: what ran out, everywhere one may look; pause and go on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import requires
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.forms import PauseForm
from amparo.rooms.desk.ids import ClockId

from .places import StaffRequest, back_to, typed


@requires(policy.READ_LIMITS)
@require_GET
def overdue_limits(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/limits.html", {"limits": queries.overdue_limits(request.actor)})


@requires(policy.WRITE_FILE)
@require_http_methods(["GET", "POST"])
def pause_limit(request: StaffRequest, clock_id: UUID) -> HttpResponse:
    form = PauseForm(typed(request))
    url = reverse("desk:limits")
    if request.method == "POST" and form.is_valid():
        actions.pause_limit(by=request.actor, clock_id=ClockId(clock_id), reason=form.cleaned_data["reason"])
        messages.success(request, _("The time limit stands still."))
        return redirect(back_to(request, url))
    context = {"form": form, "title": _("Let a time limit stand still"), "back_url": url, "cancel_url": url}
    return render(request, "desk/pause_limit.html", context)


@requires(policy.WRITE_FILE)
@require_POST
def resume_limit(request: StaffRequest, clock_id: UUID) -> HttpResponse:
    actions.resume_limit(by=request.actor, clock_id=ClockId(clock_id))
    messages.success(request, _("The time limit runs again."))
    return redirect(back_to(request, reverse("desk:limits")))
