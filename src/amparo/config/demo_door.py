"""One-click sign-in. These addresses exist only in demo mode; a test proves that they do not otherwise."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model, login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import public
from amparo.foundation.texts import in_words
from amparo.rooms.access.policy import spec

_PEOPLE = """
SELECT p.id, p.display_name, m.role, a.names FROM access_person p
JOIN access_membership m ON m.actor_id = p.id AND (m.until_at IS NULL OR m.until_at > now())
JOIN access_unit u ON u.id = m.unit_id JOIN access_agency a ON a.id = u.agency_id
WHERE p.is_active ORDER BY a.id, p.display_name, m.from_at"""


@public(because="demo mode only: all people are invented")
@require_http_methods(["GET", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if request.method == "POST":
        person = _person(request.POST.get("person", ""))
        if person is not None:
            login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
            confirm(request)
            return HttpResponseRedirect(target)  # not redirect(): that would look the words up as a name
    return render(request, "web/demo_sign_in.html", {"people": people(), "next": target})


def confirm(request: HttpRequest) -> None:
    """What stands for a second step in a demo, where nobody has one."""
    methods = [
        m for m in request.session.get("account_authentication_methods", []) if m.get("method") != "demo"
    ]
    request.session["account_authentication_methods"] = [*methods, {"method": "demo", "at": time.time()}]


@public(because="demo mode only: stands for a second step of an invented person")
@require_http_methods(["GET", "POST"])
def demo_confirm(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if request.actor is None:  # type: ignore[attr-defined]
        return redirect("account_login")
    if request.method == "POST":
        confirm(request)
        return HttpResponseRedirect(target)  # not redirect(): that would look the words up as a name
    return render(request, "web/demo_confirm.html", {"next": target})


def _person(text: str) -> Any:
    try:
        return get_user_model().objects.filter(pk=UUID(text), is_active=True).first()
    except ValueError:
        return None


def people() -> list[dict[str, Any]]:
    """Everybody once, with their roles, in the order of agencies."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE)
        found = cursor.fetchall()
    rows: dict[UUID, dict[str, Any]] = {}
    for person, name, role, names in found:
        row = rows.setdefault(person, {"id": person, "name": name, "role": "", "agency": in_words(names)})
        row["role"] = ", ".join(filter(None, [row["role"], str(spec(role).label)]))
    return list(rows.values())


urlpatterns = [
    path("demo/sign-in/", demo_sign_in, name="demo_sign_in"),
    path("demo/confirm/", demo_confirm, name="demo_confirm"),
]
