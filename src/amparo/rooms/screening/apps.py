from __future__ import annotations

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "amparo.rooms.screening"
    label = "screening"

    def ready(self) -> None:
        from . import loading, registration

        # an instrument that cannot be understood stops the start, not a worker at night
        loading.instruments()
        registration.register()
