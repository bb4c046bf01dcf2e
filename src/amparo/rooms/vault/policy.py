"""Who may do what in the vault. Row security, the keeper and its quotas ask again."""

from __future__ import annotations

from amparo.foundation.errors import Refused
from amparo.rooms.access.policy import Permission

WRITE = Permission.WRITE_FILE
SHOW_NAME = Permission.REVEAL_IDENTITY
SHOW_PLACE = Permission.REVEAL_PLACE
SEARCH = Permission.SEARCH_CHILD
MIN_REASON = 10


def need_reason(because: str) -> str:
    because = " ".join(because.split())
    if len(because) < MIN_REASON:
        raise Refused("reason_too_short")
    return because[:500]
