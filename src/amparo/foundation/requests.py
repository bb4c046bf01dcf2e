"""What every view behind a door receives, and where its pages lead back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from .actors import Actor


class StaffRequest(HttpRequest):
    """A request behind `@requires`: somebody acts."""

    actor: Actor


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form. An empty sending is still one, and is answered with what is missing."""
    return request.POST if request.method == "POST" else None


def back_to(request: StaffRequest, fallback: str) -> str:
    """The page of ours that a small button was pressed on, so that a filter or a page of a list is kept."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return fallback
    parts = urlsplit(target)
    if not parts.path.startswith("/"):  # anything else would be looked up as the name of an address
        return fallback
    return parts.path + (f"?{parts.query}" if parts.query else "") or fallback
