"""What rooms add to the desk at start-up: their time limits, their words, their forms with drafts."""

from __future__ import annotations

from typing import Any

from amparo.foundation.registries import DraftForm, draft_forms

from .rules.clocks import add_clock_file
from .words import add_words

__all__ = ["add_clock_file", "add_draft", "add_words"]


def add_draft(form: str, label: Any, url_name: str, *, about_child: bool = True) -> None:
    """A form that keeps drafts, and the page that goes on with one."""
    draft_forms[form] = DraftForm(label, url_name, about_child)
