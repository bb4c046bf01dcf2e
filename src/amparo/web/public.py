"""The public door's pages: what to do when a child may be in danger, and how to read this safely."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from amparo.foundation.doors import public
from amparo.web.languages import BY_CODE, bcp47, safety_language

read_only = require_http_methods(["GET", "HEAD"])


def in_its_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Shows the page in the language of its path, whatever the browser says."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, code: str) -> HttpResponse:
        with translation.override(code):
            response = view(request, code)
        response.headers["Content-Language"] = bcp47(code)
        return response

    return wrapper


@public(because="a person in danger must not need an account")
@read_only
def choose(request: HttpRequest) -> HttpResponse:
    wanted = translation.get_language_from_request(request)
    response = HttpResponseRedirect(reverse("public:front", args=[wanted if wanted in BY_CODE else "en"]))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@public(because="a person in danger must not need an account")
@read_only
@in_its_language
def front(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, "web/public/front.html", code, "public:front")


@public(because="how to read these pages safely must be readable by everyone")
@read_only
@in_its_language
def safety(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, "web/public/safety.html", code, "public:safety")


def _page(request: HttpRequest, template: str, code: str, url_name: str) -> HttpResponse:
    spoken = safety_language(code)
    context = {
        "numbers": settings.AMPARO_HELP_NUMBERS,
        "is_invented": any(number.get("is_invented") for number in settings.AMPARO_HELP_NUMBERS),
        "code": code,
        "spoken": spoken.code,
        "spoken_tag": bcp47(spoken.code),
        "spoken_dir": "rtl" if spoken.is_rtl else "ltr",
        "is_spoken_other": spoken.code != code,
        "others": [(bcp47(c), language.name, reverse(url_name, args=[c])) for c, language in BY_CODE.items()],
    }
    return render(request, template, context)
