from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    name = "amparo.rooms.concerns"
    label = "concerns"

    def ready(self) -> None:
        from amparo.rooms.desk.additions import add_clock_file
        from amparo.rooms.desk.rules.clocks import clock_rules

        from . import registration_duty, registration_forms
        from .urgency import urgency_rules

        for name in ("clocks.yaml", "clocks_public.yaml"):
            add_clock_file(Path(__file__).resolve().parent / name)
        # a rule file that cannot be understood stops the start, not the night's first concern
        clock_rules()
        urgency_rules()
        registration_duty.register()
        registration_forms.register()
