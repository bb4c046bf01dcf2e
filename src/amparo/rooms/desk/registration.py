"""What the desk tells the registries at start-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import Link, Panel, navigation, panels

from . import policy
from .additions import add_draft


def register() -> None:
    from . import panels as ours
    from . import reactions

    for page, order, permission, template, query in (
        ("header", 10, policy.OWN_DESK, "parts/bell.html", ours.bell),
        ("today", 10, policy.READ_FILE, "desk/panels/tasks_today.html", ours.tasks_today),
        ("today", 20, policy.READ_LIMITS, "desk/panels/limits_today.html", ours.limits_today),
        ("today", 30, policy.OWN_DESK, "desk/panels/notices_today.html", ours.notices_today),
        ("today", 40, policy.OWN_DESK, "desk/panels/drafts_today.html", ours.drafts_today),
        ("subject", 20, policy.READ_LIMITS, "desk/panels/limits_of_file.html", ours.limits_of_file),
        ("subject", 30, policy.READ_FILE, "desk/panels/tasks_of_file.html", ours.tasks_of_file),
        ("subject", 40, policy.READ_FILE, "desk/panels/notes_of_file.html", ours.notes_of_file),
        ("subject", 50, policy.READ_FILE, "desk/panels/attachments_of_file.html", ours.attachments_of_file),
    ):
        panels.add(Panel(page, order, permission, template, query))
    add_draft("note", _("Note"), "desk:add_note")
    add_draft("task", _("Task"), "desk:add_task")
    navigation.add(Link(_("Tasks"), "desk:my_tasks", policy.READ_FILE, 30))
    navigation.add(Link(_("Time limits"), "desk:limits", policy.READ_LIMITS, 35))
    reactions.subscribe_all()
