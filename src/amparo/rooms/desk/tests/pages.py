"""What the tests of pages share: a stand-in for the sign-in, and reading a form's values from a page."""

from __future__ import annotations

import re

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "amparo.rooms.desk.tests.pages.ActorFromHeader",
    "amparo.foundation.doors.ErrorPages",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ACTORS: dict[str, object] = {}


class ActorFromHeader:
    """Stands in for the sign-in, which is tested where it lives: the actor is named by a header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = ACTORS.get(request.headers.get("X-Test-Actor", ""))
        return self.get_response(request)


def page(answer, status=200):
    assert answer.status_code == status, answer.content[-2000:]
    return answer.content.decode()


def values(text):
    """The hidden and visible values of a page's form."""
    return dict(re.findall(r'<input[^>]* name="(key|version)"[^>]* value="([^"]*)"', text)) | dict(
        re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="(key|version)"', text)
    )
