"""Files that belong together: siblings, a parent and a baby, children found together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.errors import NotThere
from amparo.foundation.functions import call, rows
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.cases import policy


@action(policy.WRITE)
def link_files(
    *, by: Actor, subjects: Sequence[SubjectId], kind: str, parts: Sequence[str] = (), key: str = ""
) -> UUID:
    """Linked both ways and meant to stay together. Needs access to every one of them."""
    group = new_id()
    said = list(parts) or [""] * len(subjects)
    call("sec.link_cases", group, list(subjects), kind, said, cast=("uuid", "uuid[]", "text", "text[]"))
    for subject in subjects:
        log("FILES_LINKED", subject=subject, record=group, detail={"kind": kind})
    return group


@action(policy.WRITE)
def keep_apart(*, by: Actor, subject_id: SubjectId, link_id: UUID, why: str, key: str = "") -> None:
    """The opposite of the default, so it needs a reason, sealed to this child's own file."""
    why = policy.need_reason(why, "keep_apart_reason")
    _one_of(subject_id, link_id)
    sealed = seal_for(subject_id, "people", link_id, "reason", why)
    call("sec.keep_apart", link_id, True, sealed, cast=("uuid", "boolean", "bytea"))
    log("KEPT_APART", subject=subject_id, record=link_id)


@action(policy.WRITE)
def keep_together(*, by: Actor, subject_id: SubjectId, link_id: UUID, key: str = "") -> None:
    _one_of(subject_id, link_id)
    call("sec.keep_apart", link_id, False, None, cast=("uuid", "boolean", "bytea"))
    log("KEPT_TOGETHER", subject=subject_id, record=link_id)


def _one_of(subject: SubjectId, link: UUID) -> None:
    """The link is this file's, and of one that is seen."""
    if link not in [cast(UUID, row[0]) for row in rows("sec.links_of", subject, cast=("uuid",))]:
        raise NotThere
