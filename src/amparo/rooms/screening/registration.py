"""What this room tells the registries at start-up."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import Link, Panel, acts, navigation, panels, refusals
from amparo.rooms.desk.additions import add_draft

from . import loading, policy, words

name_of = lazy(lambda instrument: words.text(loading.instruments()[instrument][-1].names), str)


def register() -> None:
    from .panels import screening_of_file

    panels.add(
        Panel("subject", 45, policy.READ, "screening/panels/screening_of_file.html", screening_of_file)
    )
    navigation.add(Link(_("Screening guides"), "screening:instruments", policy.SCREEN, 60))
    navigation.add(Link(_("Screening guides"), "screening:instruments", policy.MANAGE, 60))
    refusals.update(words.REFUSALS)
    acts.update(words.ACTS)
    for instrument in loading.instruments():
        add_draft(words.draft_form(instrument), name_of(instrument), "screening:choose")
