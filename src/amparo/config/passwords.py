"""One's own password, where there is one: people who sign in with a passkey alone have none to change."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse

from amparo.foundation.errors import NotThere


class OwnPassword(PasswordChangeView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise NotThere  # allauth would lead to a page for setting one, which is not ours
        return super().dispatch(request, *args, **kwargs)
