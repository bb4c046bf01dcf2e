"""What a person sent: numbers and answers, and nothing of what followed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from amparo.foundation.doors import requires
from amparo.foundation.requests import StaffRequest
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.queries.sending import sent_list


@requires(policy.SEND)
@require_GET
def sent(request: StaffRequest) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return render(
        request, "concerns/intake/sent.html", {"page": sent_list(request.actor, after=after, before=before)}
    )
