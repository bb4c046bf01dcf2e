"""The door of partners' systems: a bearer secret, no cookie, and problems said in JSON (RFC 9457)."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from . import errors
from .actors import Actor, actor_for
from .ids import Secret

View = Callable[..., HttpResponse]
_BEARER = re.compile(r"Bearer ([\w-]{20,100})", re.ASCII)
TITLES = {
    400: "The body is not JSON",
    401: "No live secret",
    403: "Not allowed",
    404: "Not there",
    405: "Not by this method",
    409: "This key was used for another request",
    415: "Send application/json",
    422: "A value is missing or wrong",
    428: "Only for people",
    429: "Too many",
    503: "Nothing was opened; try again later",
}


class Unusable(errors.AmparoError):
    """What was sent cannot be read or is not what the description asks for."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


def problem(status: int, detail: str = "", **headers: str) -> HttpResponse:
    body = {"type": "about:blank", "title": TITLES[status], "status": status}
    if detail:
        body["detail"] = detail
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=named)


def partner(
    permission: str, *request_method_list: str, query: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """Only for a partner's system whose role carries the permission. Cookies are not looked at, so there is no
    request to forge; a person's sign-in is no secret of a system, and is refused.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in request_method_list:
                return problem(405, Allow=", ".join(request_method_list))
            client = client_of(request)
            if client is None:
                return problem(401, WWW_Authenticate="Bearer")
            if not client.has(permission):
                return problem(403)
            # a misspelt filter is said, not passed over: it would answer with more than was asked for
            if any(name not in query or len(values) > 1 for name, values in request.GET.lists()):
                return problem(422, f"the address takes these once each: {', '.join(query) or 'nothing'}")
            request.actor = client  # type: ignore[attr-defined]
            try:
                return view(request, *args, **kwargs)
            except errors.AmparoError as error:
                return problem(error.status, getattr(error, "detail", "") or getattr(error, "reason", ""))

        wrapper.access = permission  # type: ignore[attr-defined]
        wrapper.csrf_exempt = True  # type: ignore[attr-defined]
        return wrapper

    return decorate


def client_of(request: HttpRequest) -> Actor | None:
    sent = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    found = actor_for(Secret(sent[1])) if sent else None
    return found if found is not None and found.kind == "client" and found.membership else None
