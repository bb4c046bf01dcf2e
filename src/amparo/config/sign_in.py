"""Sign-in: allauth does the work; this binds each sign-in to the database and seals the secrets of second steps."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from amparo.foundation.actors import actor_for
from amparo.foundation.ids import Secret

#: What counts as a fresh second step. A password alone does not; the demo has no secrets to ask for.
STRONG_METHODS = frozenset({"mfa"})
DEMO_METHODS = frozenset({"demo", "password"})
#: Pages of somebody who has no second step yet: enrol, or leave.
_WITHOUT_MFA = ("/account/", "/static/", "/language/", "/leave/")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by their agency: nobody signs themselves up, and no page says whether an address is known."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """One's own password, by one's own live sign-in; the hash is made outside any transaction."""
        hashed = make_password(password)
        with connection.cursor() as cursor:
            cursor.execute("SELECT sec.set_password(%s, %s)", [self.request.session.session_key, hashed])
        user.password = hashed

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has a second step is asked for that: a password alone would lead back here for ever."""
        methods = super().get_reauthentication_methods(user)
        return [m for m in methods if m["id"] != "reauthenticate"] or methods

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META.get("REMOTE_ADDR", ""))


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second steps are sealed with a key that is not in the database and is not SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(12)
        return base64.b64encode(
            nonce + AESGCM(settings.AMPARO_MFA_KEY).encrypt(nonce, text.encode(), b"mfa")
        ).decode()

    def decrypt(self, encrypted_text: str) -> str:
        raw = base64.b64decode(encrypted_text)
        return AESGCM(settings.AMPARO_MFA_KEY).decrypt(raw[:12], raw[12:], b"mfa").decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
        return {"id": host.split(":")[0], "name": "Amparo"}


def device_label(agent: str) -> str:
    """A rough word for a device, for the page of one's own sign-ins. The full agent text is never kept."""
    system = next((s for s in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if s in agent), "")
    browser = next((b for b in ("Firefox", "Edg", "Chrome", "Safari") if b in agent), "")
    return " / ".join(x for x in (browser.replace("Edg", "Edge"), system) if x)


def _signed_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    if request.session.session_key is None:
        request.session.create()  # Django emptied somebody else's session and has not named the new one yet
    known = actor_for(Secret(str(request.session.session_key)))
    if known is not None and known.id == user.pk:
        return  # the same person once more: the renamed session already stands behind this sign-in
    with connection.cursor() as cursor:
        label = device_label(request.META.get("HTTP_USER_AGENT", ""))
        cursor.execute("SELECT sec.sign_in(%s, %s, %s, false)", [request.session.session_key, user.pk, label])


def _signed_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    if request.session.session_key:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sec.sign_out(%s)", [request.session.session_key])


def connect() -> None:
    user_logged_in.disconnect(
        dispatch_uid="update_last_login"
    )  # sec.session knows it, and staff may not write people
    user_logged_in.connect(_signed_in, dispatch_uid="amparo-sign-in")
    user_logged_out.connect(_signed_out, dispatch_uid="amparo-sign-out")


class StrengthMiddleware:
    """Tells the database of a fresh second step, and sends people without one to set it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor is not None:
            latest = strong_at(request.session.get("account_authentication_methods", []))
            if latest > actor.strong_at + 1 and latest > time.time() - 300:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT sec.strengthen(%s, to_timestamp(%s))", [actor.secret, latest])
                request.actor = actor_for(Secret(actor.secret))  # type: ignore[attr-defined]
            if (
                not settings.AMPARO_DEMO
                and not request.path.startswith(_WITHOUT_MFA)
                and not is_mfa_enabled(request.user)
            ):
                return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


def strong_at(methods: list[dict[str, Any]]) -> float:
    """When the last strong step of this sign-in was made; 0.0 for none."""
    strong = STRONG_METHODS | DEMO_METHODS if settings.AMPARO_DEMO else STRONG_METHODS
    return max((float(m.get("at", 0)) for m in methods if m.get("method") in strong), default=0.0)
