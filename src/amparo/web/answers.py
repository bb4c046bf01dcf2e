"""Gives bare refusals of the framework a page that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from amparo.web.views import error_page

BARE = frozenset({405})


class AnswerPages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in BARE or response.streaming or response.content:
            return response
        page = error_page(request, response.status_code)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
