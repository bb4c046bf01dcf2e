"""Codes of this room, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from amparo.foundation.registries import sections
from amparo.rooms.access import words

register = template.Library()


@register.filter
def cause_words(code: str) -> str:
    return str(words.CAUSES.get(code, code))


@register.filter
def mode_words(code: str) -> str:
    return str(words.MODES.get(code, code))


@register.filter
def given_by_words(code: str) -> str:
    return str(words.GIVEN_BY.get(code, code))


@register.filter
def state_words(code: str) -> str:
    return str(words.STATES.get(code, code))


@register.filter
def section_words(names: Iterable[str]) -> str:
    return ", ".join(str(sections[n].label) for n in names if n in sections and n != "register")
