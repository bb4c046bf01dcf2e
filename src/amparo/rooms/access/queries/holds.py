"""Legal holds: which files are kept past their date, and which wait for a second person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.codes import parse_code
from amparo.foundation.functions import rows
from amparo.foundation.ids import SubjectId
from amparo.rooms.access.policy import Permission


@dataclass(frozen=True)
class HoldRow:
    """Code and state of one file, never its content. `asked_by` is empty where nobody waits for a second person."""

    id: SubjectId
    code: str
    is_held: bool
    asked_by: str
    is_mine: bool
    shred_on: dt.date | None


@query(Permission.HOLD_RECORD)
def holds(viewer: Actor, *, code: str = "") -> tuple[HoldRow, ...]:
    """Files of one's own agency that are held or wait for a second person (at most 200), or the one with this code."""
    try:
        wanted = parse_code(code) if code else ""
    except ValueError:
        return ()
    return tuple(
        HoldRow(SubjectId(i), c, held, name or "", asker == viewer.id, on)
        for i, c, held, asker, name, on in rows("sec.holds", wanted, cast=("text",))
    )
