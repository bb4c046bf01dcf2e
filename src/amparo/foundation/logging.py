"""What may stand in a process's own log: the kind of an error and where it happened, never what it was about."""

from __future__ import annotations

import logging
import traceback


class NoContent(logging.Filter):
    """Replaces messages and exception texts by kinds and places. A filter that fails drops the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = ""
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-3:]
            kind = (
                record.exc_info[0].__name__
                + " at "
                + " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
            )
        status = getattr(record, "status_code", "")
        record.msg = f"{record.name} {record.levelname} {status} {kind}".strip()
        record.args = ()
        record.exc_info = None
        record.exc_text = None
        record.stack_info = None
        return True
