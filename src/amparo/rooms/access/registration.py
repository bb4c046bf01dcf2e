"""What this room tells the registries: sections of a file, navigation, panels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from amparo.foundation.registries import Section, sections


def register() -> None:
    sections.add(Section("register", _("Code and state")))
    sections.add(Section("note", _("Notes")))
    sections.add(Section("task", _("Tasks and time limits")))
    sections.add(Section("attachment", _("Documents")))
    sections.add(Section("identity", _("Name, birth date, documents"), "identity"))
    sections.add(Section("contact", _("Phone and other contacts"), "identity"))
    sections.add(Section("place", _("Where the child is"), "place"))
