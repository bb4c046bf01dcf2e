"""Who may do what in this room. Row security and the functions of the database ask the same again."""

from __future__ import annotations

from amparo.foundation.actors import Actor
from amparo.foundation.errors import Refused
from amparo.foundation.ids import SubjectId
from amparo.rooms.access.policy import Permission
from amparo.rooms.desk.policy import may, need

from .opening import Night
from .places import place_kinds

OPEN = Permission.OPEN_SUBJECT
READ = Permission.READ_FILE
WRITE = Permission.WRITE_FILE
SEARCH = Permission.SEARCH_CHILD
#: Giving out a team's work: take a child over from the duty desk, hand over for others, plan their cover.
GIVE_OUT = Permission.REASSIGN
MIN_REASON = 10
MOST_AROUND = 60

__all__ = [
    "GIVE_OUT", "OPEN", "READ", "SEARCH", "WRITE", "gives_out", "may", "need", "need_case", "need_night",
    "need_one_of", "need_reason",
]  # fmt: skip


def need_night(night: Night) -> None:
    """An unfit place is refused as a plan; as a fact it is taken down at once, whatever it is (practice, 18)."""
    kind = place_kinds().get(night.kind)
    if kind is None:
        raise Refused("unknown_answer")
    if night.is_plan and not kind.is_fit:
        raise Refused("unfit_plan")


def need_one_of(value: str, options: object) -> None:
    if value not in options:  # type: ignore[operator]
        raise Refused("unknown_answer")


def need_reason(text: str, code: str = "reason_too_short") -> str:
    text = text.strip()
    if len(text) < MIN_REASON:
        raise Refused(code)
    return text


def need_case(subject: SubjectId, mode: str) -> None:
    need(subject, "case", mode)


def gives_out(viewer: Actor) -> bool:
    return viewer.has(GIVE_OUT)
