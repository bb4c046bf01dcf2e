from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "amparo.rooms.desk"
    label = "desk"

    def ready(self) -> None:
        from . import registration
        from .rules import calendars, clocks, retention

        # a rule file that cannot be understood stops the start, not the night's first reminder
        clocks.clock_rules()
        calendars.calendars()
        retention.retention_rules()
        registration.register()
