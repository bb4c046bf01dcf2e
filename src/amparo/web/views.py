"""Pages that belong to no room: switch language, leave, what can go wrong, is it up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from amparo.foundation.doors import public, requires
from amparo.web.context import leave_address
from amparo.web.languages import BY_CODE


@public(because="a person who cannot read a page must be able to change its language before signing in")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(_own_path(request, request.POST.get("next", "/")))
    if wanted in BY_CODE:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 24 * 3600,
            samesite="Strict",
            httponly=True,
            secure=request.is_secure(),
        )
    return response


def _own_path(request: HttpRequest, target: str) -> str:
    """Only a path of this site, so that nobody can be sent elsewhere through it."""
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(target)
    path = parts.path if parts.path.startswith("/") else "/"
    return path + (f"?{parts.query}" if parts.query else "")


@public(because="leaving must work for whoever sits there, signed in or not")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Ends the sign-in and shows an empty page that moves on by itself."""
    if request.user.is_authenticated:
        logout(request)
    return _blank(request)


@public(because="the empty page behind 'Leave this page' holds nothing")
@require_GET
def away(request: HttpRequest) -> HttpResponse:
    return _blank(request)


def _blank(request: HttpRequest) -> HttpResponse:
    target = leave_address()
    moves_on = target if target != request.path and urlsplit(target).netloc else ""
    return render(request, "web/away.html", {"moves_on": moves_on})


@requires("USE_AMPARO")
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help.html", {"numbers": settings.AMPARO_HELP_NUMBERS})


@public(because="what leaving does and does not do must be readable before signing in")
@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    return render(request, "web/leaving.html", {"is_staff_door": True})


@public(because="a monitor asks whether this door works; the answer holds nothing else")
@require_http_methods(["GET", "HEAD"])
def health(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


# --- what can go wrong -------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    status = 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent) else 400
    return error_page(request, status)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, reason="form_expired")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The same page for hidden and absent, whatever was asked for.
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Nothing that may itself be broken: no context processors, no database, no session.
    html = render_to_string("errors/500.html", {"demo": getattr(settings, "AMPARO_DEMO", False)})
    return HttpResponse(html, status=500)


def error_page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    response = render(request, f"errors/{status}.html", {"reason": "", **context}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
