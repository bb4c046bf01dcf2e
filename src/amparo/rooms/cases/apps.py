from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "amparo.rooms.cases"
    label = "cases"

    def ready(self) -> None:
        from . import registration

        registration.register()
