"""What this room tells the registries: sections of a file, navigation, panels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import Link, Section, navigation, refusals, sections

from . import words
from .policy import Permission


def register() -> None:
    refusals.update(words.REFUSALS)
    sections.add(Section("register", _("Code and state")))
    sections.add(Section("note", _("Notes")))
    sections.add(Section("task", _("Tasks and time limits")))
    sections.add(Section("attachment", _("Documents")))
    sections.add(Section("case", _("Case sheet: worker, risk, guardian")))
    sections.add(Section("people", _("People around the child")))
    sections.add(Section("allegation", _("Who is alleged to have harmed")))
    sections.add(Section("screening", _("Signs looked for")))
    sections.add(Section("identity", _("Name, birth date, documents"), "identity"))
    sections.add(Section("contact", _("Phone and other contacts"), "identity"))
    sections.add(Section("place", _("Where the child is"), "place"))
    for order, label, name, permission in (
        (20, _("Children"), "access:files", Permission.READ_REGISTER),
        (60, _("Emergency access"), "access:emergency", Permission.USE_EMERGENCY_ACCESS),
        (62, _("Emergency reviews"), "access:reviews", Permission.REVIEW_EMERGENCY_ACCESS),
        (63, _("Kept past their date"), "access:holds", Permission.HOLD_RECORD),
        (64, _("Duty"), "access:duty", Permission.MANAGE_DUTY),
        (70, _("People"), "access:people", Permission.MANAGE_PEOPLE),
        (72, _("Agencies"), "access:agencies", Permission.MANAGE_AGENCIES),
        (74, _("Areas"), "access:places", Permission.MANAGE_PLACES),
        (76, _("Protocols"), "access:protocols", Permission.MANAGE_PROTOCOLS),
        (78, _("Log"), "access:agency_log", Permission.READ_ACCESS_LOG),
    ):
        navigation.add(Link(label, name, permission, order))
