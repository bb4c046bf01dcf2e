"""What the intake forms tell the registries at start-up."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from amparo.foundation.actors import Actor
from amparo.foundation.registries import (
    Link,
    Panel,
    navigation,
    panels,
    partner_paths,
    partner_schemas,
    refusals,
)
from amparo.rooms.desk.additions import add_draft

from . import policy
from .forms.intake_data import intake_forms, told
from .views.api_description import PATHS, SCHEMAS

REFUSALS = {
    "nobody_answers": _(
        "Not sent: no duty desk is set up that could answer. Call, and tell your administrator."
    ),
    "too_long": _("Not sent: it is too long for one concern. Shorten it, and send the rest as a second one."),
    "group_size": _("Not sent: a group has 1 to 60 children. Send the others as a second group."),
    "channel": _("Not sent: this form is for the public page."),
    "call_type": _("Not counted: choose what kind of call it is."),
}
_told = lazy(told, str)


def report_button(viewer: Actor, **_where: Any) -> dict[str, Any]:
    return {"url": reverse("concerns:report")}


def register() -> None:
    # a form file that cannot be understood stops the start, not the night's first concern
    for name, form in intake_forms().items():
        add_draft(f"intake_{name}", _told(form.title), f"concerns:{name}", about_child=False)
        add_draft(f"paper_{name}", _told(form.title), f"concerns:{name}_from_paper", about_child=False)
    navigation.add(Link(_("Report a concern"), "concerns:report", policy.SEND, 15))
    panels.add(Panel("today-actions", 5, policy.SEND, "concerns/panels/report.html", report_button))
    refusals.update(REFUSALS)
    partner_paths.update(PATHS)
    partner_schemas.update(SCHEMAS)
