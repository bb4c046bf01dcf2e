"""What may stand in a process's own log: the kind of an error and where it happened, never what it was about."""

from __future__ import annotations

import logging
import traceback


class NoContent(logging.Formatter):
    """Writes the logger, the level, a status and the place of an error; messages and exception texts are left out."""

    def format(self, record: logging.LogRecord) -> str:
        kind = ""
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-3:]
            kind = (
                record.exc_info[0].__name__
                + " at "
                + " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
            )
        status = getattr(record, "status_code", "")
        return f"{record.name} {record.levelname} {status} {kind}".strip()
