"""What the duty desk tells the registries at start-up."""

from __future__ import annotations

from amparo.rooms.desk.policy import add_words

from . import words_duty


def register() -> None:
    add_words(tasks=words_duty.TASKS, notices=words_duty.NOTICES)
