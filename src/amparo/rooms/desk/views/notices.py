"""A person's own notices."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from amparo.foundation.doors import requires
from amparo.rooms.desk import actions, policy, queries
from amparo.rooms.desk.ids import NoticeId

from .places import StaffRequest, back_to


@requires(policy.OWN_DESK)
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    page = queries.notices_of(
        request.actor, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )  # fmt: skip
    return render(request, "desk/notices.html", {"page": page})


@requires(policy.OWN_DESK)
@require_POST
def mark_read(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    actions.mark_read(by=request.actor, notice_id=NoticeId(notice_id))
    return redirect(back_to(request, reverse("desk:notices")))


@requires(policy.OWN_DESK)
@require_POST
def mark_all_read(request: StaffRequest) -> HttpResponse:
    actions.mark_all_read(by=request.actor)
    return redirect("desk:notices")
