from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "amparo.rooms.vault"
    label = "vault"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from amparo.foundation.registries import Link, Panel, navigation, panels

        from . import policy
        from .panels import identity_of_file

        panels.add(Panel("subject", 10, "READ_REGISTER", "vault/panels/identity.html", identity_of_file))
        navigation.add(Link(_("Find"), "vault:find", policy.SEARCH, 22))
