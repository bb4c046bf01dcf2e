"""What stands at the doors: sign-ins bound to the database, and the check that no address is without its mark."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


class DoorsConfig(AppConfig):
    name = "amparo.config"
    label = "doors"

    def ready(self) -> None:
        register(every_address_is_marked, "security")
        if settings.AMPARO_DOOR != "public":
            from . import sign_in

            sign_in.connect()


def every_address_is_marked(**_: Any) -> list[CheckMessage]:
    """Deny by default: an address with no access mark and no line in third_party.py stops the start."""
    from amparo.foundation.doors import undeclared

    from .third_party import VIEWS

    routes = undeclared(import_module(settings.ROOT_URLCONF).urlpatterns, VIEWS)
    return [
        Error(f"/{route} has no access mark: add @requires or @public.", id="amparo.E001") for route in routes
    ]
