"""`{% load concern_words %}`: numbers, states and answers as a sender reads them."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from amparo.rooms.concerns.kinds import FixedReply, SentState

register = template.Library()


@register.simple_tag
def receipt(number: str) -> SafeString:
    """In two halves, set apart so that text running the other way cannot reorder it."""
    return format_html('<bdi class="code" dir="ltr" translate="no">{}</bdi>', shown(number))


def shown(number: str) -> str:
    return f"{number[:4]}-{number[4:]}" if len(number) == 8 else number


@register.simple_tag
def sent_state(state: str) -> SafeString:
    kind, shape = {"received": ("waiting", "○"), "read": ("new", "◆")}.get(state, ("done", "✓"))
    return format_html(
        '<span class="tag tag-{}"><span aria-hidden="true">{}</span> {}</span>',
        kind,
        shape,
        SentState(state).label,
    )


@register.simple_tag
def fixed_answer(answer: str) -> str:
    return str(FixedReply(answer).label)
