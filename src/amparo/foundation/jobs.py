"""Deferring work to the worker, in the transaction of the act. Arguments are ids, never content."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import connection

from .acts import in_action


def defer(task: str, **ids: UUID | str | int) -> None:
    """Queue a job, for example `defer("desk.send_notice", notice_id=...)`. It starts after commit, or not at all."""
    in_action()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sec.defer(%s, %s::jsonb)", [task, json.dumps({k: str(v) for k, v in ids.items()})]
        )
