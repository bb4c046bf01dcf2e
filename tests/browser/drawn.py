"""Serves the web layer's own pages without a database: components are tried before any room exists."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from unittest import mock
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import include, path
from django.utils import translation

from amparo.foundation import registries
from amparo.web import gallery
from amparo.web.languages import BY_CODE
from amparo.web.tests.conftest import Viewer

posts: list[dict[str, Any]] = []
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"


def show(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A page by its template, in a language, as a signed-in person (?as=) or as nobody."""
    request.actor = Viewer() if "as" in request.GET else None  # type: ignore[attr-defined]
    with translation.override(code):
        context = gallery.sample_context(request) | PAGES[name][1](code)
        response = HttpResponse(render_to_string(PAGES[name][0], context, request=request))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _question(code: str) -> dict[str, Any]:
    return {"form": gallery.Sample(auto_id="id_%s"), "title": "What did you see?", "back_url": "#",
            "draft_url": "/draft/"}  # fmt: skip


def _question_wrong(code: str) -> dict[str, Any]:
    return {
        "form": gallery.Sample({"called": ""}, auto_id="id_%s"),
        "title": "What did you see?",
        "back_url": "#",
    }


def _public(code: str) -> dict[str, Any]:
    language = BY_CODE[code]
    numbers = [{"label": "Help", "number": "000 111", "hours": "day and night", "is_invented": True}]
    return {
        "code": code,
        "spoken": code,
        "spoken_tag": code,
        "spoken_dir": "rtl" if language.is_rtl else "ltr",
        "numbers": numbers,
        "is_invented": True,
        "others": [("ar", "العربية", "/show/ar/front/")],
    }


def _nothing(code: str) -> dict[str, Any]:
    return {}


PAGES = {
    "gallery": ("web/gallery.html", _nothing),
    "question": ("layout/question.html", _question),
    "question-wrong": ("layout/question.html", _question_wrong),
    "today": ("web/today.html", _nothing),
    "leaving": ("web/leaving.html", _nothing),
    "front": ("web/public/front.html", _public),
    "safety": ("web/public/safety.html", _public),
    "not-found": ("errors/404.html", _nothing),
    "server-error": ("errors/500.html", _nothing),
}


def keep(request: HttpRequest) -> HttpResponse:
    """Takes whatever is posted, and remembers it for the test."""
    posts.append({"path": request.path, **request.POST.dict()})
    return HttpResponse("kept")


def blank(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("web/away.html"))


public_patterns = (
    [path("<str:code>/front/", show, name="front"), path("<str:code>/safety/", show, name="safety")],
    "public",
)
report_patterns = (
    [path(f"<str:code>/{name}/", blank, name=name) for name in ("report", "me", "answer")],
    "report",
)
web_patterns = (
    [
        path("help/", blank, name="help"),
        path("leaving/", blank, name="leaving"),
        path("leave/", keep, name="leave"),
        path("language/", keep, name="language"),
        path("gallery/", blank, name="gallery"),
    ],
    "web",
)
urlpatterns = [
    path("show/<str:code>/<str:name>/", show),
    path("draft/", keep),
    path("away/", blank),
    path("", include(web_patterns)),
    path("door/", include(public_patterns)),
    path("door/", include(report_patterns)),
    path("account/logout/", keep, name="account_logout"),
    path("account/login/", blank, name="account_login"),
]


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served() -> Iterator[str]:
    # The check of form tokens is on: a page whose forms it would refuse must fail here.
    middleware = ["django.middleware.csrf.CsrfViewMiddleware"]
    frame = override_settings(
        ROOT_URLCONF=__name__, MIDDLEWARE=middleware, ALLOWED_HOSTS=["127.0.0.1"], AMPARO_DEMO=True
    )
    # What rooms put into the frame asks a database and leads to their pages: neither is here.
    with frame, mock.patch.object(registries, "panels", registries.Panels()):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Server, _Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
