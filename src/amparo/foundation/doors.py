"""What stands before every view: an access mark, the actor, and pages for what can go wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, reverse

from . import errors, registries
from .actors import Actor, actor_for
from .ids import Secret

View = Callable[..., HttpResponse]


def requires(permission: str, *, strong: bool = False) -> Callable[[View], View]:
    """Only for people acting in a membership that carries the permission.

    With `strong`, the page itself asks for a fresh second step, so that nobody loses what they typed after it.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = request.actor  # type: ignore[attr-defined]
            if actor is None:
                return _to("account_login", request)
            if actor.membership is None:
                return _to("access:choose_membership", request)
            if not actor.has(permission):
                raise errors.Refused("permission")
            if strong and not actor.is_strong:
                raise errors.NeedsStrongSignIn
            return view(request, *args, **kwargs)

        wrapper.access = permission  # type: ignore[attr-defined]
        return wrapper

    return decorate


def signed_in(*, because: str) -> Callable[[View], View]:
    """For a signed-in person who may not have chosen a membership yet; the reason is written down."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor is None:  # type: ignore[attr-defined]
                return _to("account_login", request)
            return view(request, *args, **kwargs)

        wrapper.access = f"signed in: {because}"  # type: ignore[attr-defined]
        return wrapper

    return decorate


def public(*, because: str) -> Callable[[View], View]:
    """Open to everyone, for a reason that is written down."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        wrapper.access = f"public: {because}"  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _to(name: str, request: HttpRequest) -> HttpResponseRedirect:
    here = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': here})}")


class ActorMiddleware:
    """Sets `request.actor`, and marks every answer as not to be kept anywhere."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key if request.user.is_authenticated else None  # type: ignore[attr-defined]
        request.actor = actor_for(Secret(key)) if key else None  # type: ignore[attr-defined]
        if key and request.actor is None:  # type: ignore[attr-defined]
            request.session.flush()  # ended elsewhere, idle too long, or the person's work here ended
        response = self.get_response(request)
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


class ErrorPages:
    """Turns what a person can be told into a page. Anything else stays a 500 that says nothing of its cause."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, errors.NeedsStrongSignIn):
            return _to("demo_confirm" if settings.AMPARO_DEMO else "account_reauthenticate", request)
        if isinstance(error, errors.NoContext):
            request.session.flush()
            return _to("account_login", request)
        if isinstance(error, errors.AmparoError):
            reason = getattr(error, "reason", "")
            context = {"reason": reason, "words": registries.refusals.get(reason, "")}
            return render(request, f"errors/{error.status}.html", context, status=error.status)
        return None


def endpoints(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, str, View]]:
    """Every view of a URLconf as (route, name with namespaces, view)."""
    yield from _walk(patterns, prefix, "")


def _walk(
    patterns: Iterable[URLPattern | URLResolver], prefix: str, space: str
) -> Iterator[tuple[str, str, View]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        else:
            yield route, f"{space}{pattern.name or ''}", pattern.callback


def undeclared(patterns: Iterable[URLPattern | URLResolver], declared: Iterable[str]) -> list[str]:
    """Routes that neither carry an access mark nor stand in the table of third-party views."""
    known = set(declared)
    return [
        r for r, name, view in endpoints(patterns) if not getattr(view, "access", "") and name not in known
    ]
