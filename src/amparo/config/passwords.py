"""Sign in with a password, and change it where there is one: with a passkey alone there is none to change."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.views import PasswordChangeView
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse

from amparo.foundation.errors import NotThere

LOGIN_MAX_LENGTH = 254  # of an address; what counts the failures keeps no longer one


class OwnPassword(PasswordChangeView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise NotThere  # allauth would lead to a page for setting one, which is not ours
        return super().dispatch(request, *args, **kwargs)


class PasswordSignIn(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, limit in (("login", LOGIN_MAX_LENGTH), ("password", 1000)):
            self.fields[name].validators.append(MaxLengthValidator(limit))
