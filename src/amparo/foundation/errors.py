"""What can go wrong and be told to a person. Views let these pass; `doors.ErrorPages` turns them into pages."""

from __future__ import annotations

import psycopg
from django.db import Error as DatabaseError


class AmparoError(Exception):
    """Base of what a page can explain. The message is a code, never content."""

    status = 400


class Refused(AmparoError):
    """The person may not do this, and may know that it can be done. `reason` is a short code that pages translate."""

    status = 403

    def __init__(self, reason: str = "refused") -> None:
        super().__init__(reason)
        self.reason = reason


class NotThere(AmparoError):
    """Hidden or absent: the same answer for both."""

    status = 404


class Conflict(AmparoError):
    """Somebody else changed it since; both versions are kept and shown."""

    status = 409

    def __init__(self, current: object = None, yours: object = None) -> None:
        super().__init__("conflict")
        self.current = current
        self.yours = yours


class NeedsStrongSignIn(AmparoError):
    """A second step younger than five minutes is needed."""

    status = 428


class Quota(AmparoError):
    """More than this person may open, search or try in this time."""

    status = 429


class KeeperAway(AmparoError):
    """The key service does not answer; nothing was lost, and nothing was opened."""

    status = 503


class NoContext(AmparoError):
    """No live sign-in stands behind this statement. Never an empty page."""

    status = 401


class NothingLogged(RuntimeError):
    """An action ended without a log entry: no log, no act. A mistake of ours, so it is not an AmparoError."""


_BY_STATE: dict[str, type[AmparoError]] = {
    "AM001": NoContext, "AM403": Refused, "AM404": NotThere, "AM409": Conflict, "AM428": NeedsStrongSignIn,
    "AM429": Quota,
}  # fmt: skip


def from_database(error: DatabaseError) -> AmparoError | None:
    """The error a page can explain, when the database raised one of ours or row security refused a write."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate == "42501":  # row security, or a missing privilege
        return NotThere()
    kind = _BY_STATE.get(cause.sqlstate or "")
    if kind is Refused:
        return Refused(cause.diag.message_primary or "refused")
    return kind() if kind else None
