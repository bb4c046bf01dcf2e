"""What this room tells the registries at start-up."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import Link, Panel, acts, navigation, panels, refusals
from amparo.rooms.desk.additions import add_clock_file, add_draft, add_words

from . import policy, words
from .places import place_kinds


def register() -> None:
    from . import panels as ours

    add_clock_file(Path(__file__).resolve().parent / "clocks.yaml")
    place_kinds()  # a kind of place that cannot be understood stops the start
    refusals.update(words.REFUSALS)
    add_words(notices=words.NOTICES)
    acts.update(words.ACTS)
    add_draft("open_case", _("A case to open"), "cases:open", about_child=False)
    for page, order, permission, template, query in (
        ("today", 5, policy.READ, "cases/panels/today.html", ours.today),
        ("today-actions", 10, policy.OPEN, "cases/panels/open.html", ours.open_button),
        ("subject", 5, policy.READ, "cases/panels/case_of_file.html", ours.case_of_file),
    ):
        panels.add(Panel(page, order, permission, template, query))
    navigation.add(Link(_("My cases"), "cases:mine", policy.READ, 18))
    navigation.add(Link(_("Team"), "cases:team", policy.GIVE_OUT, 40))
