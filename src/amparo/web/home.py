"""Today: what cannot wait, put together from what the rooms know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from amparo.foundation import registries
from amparo.foundation.doors import requires
from amparo.rooms.access.policy import Permission
from amparo.web.components.times import in_zone, long_day_text


@requires(Permission.USE_AMPARO)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Panels of "today" fill the page, those of "today-aside" its side, those of "today-actions" its buttons.

    A panel's context may carry `urgent`, the number of its items that cannot wait.
    """
    viewer = request.actor  # type: ignore[attr-defined]
    panels = registries.panels.shown("today", viewer)
    context = {
        "panels": panels,
        "side_panels": registries.panels.shown("today-aside", viewer),
        "action_panels": registries.panels.shown("today-actions", viewer),
        "urgent": sum(panel.get("urgent", 0) for panel in panels),
        "day": long_day_text(in_zone(timezone.now(), viewer.time_zone).date()),
        "may": may_do(viewer),
    }
    return render(request, "web/today.html", context)


def may_do(viewer: Any) -> list[Any]:
    """What the role may do here, in words: what an empty page tells instead of nothing."""
    return [permission.description for permission in Permission if viewer.has(permission)]
