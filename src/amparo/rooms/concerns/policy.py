"""Who may do what in this room."""

from __future__ import annotations

from typing import Final

from amparo.rooms.access.policy import Permission

SEND: Final = Permission.SEND_CONCERN
ANSWER: Final = Permission.ANSWER_CONCERN
