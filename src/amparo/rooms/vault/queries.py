"""What may be known of a child's identity without showing it, and the search."""

from __future__ import annotations

from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.codes import parse_code
from amparo.foundation.errors import KeeperAway, NotThere, Quota
from amparo.foundation.functions import call
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import keeper
from amparo.keeper.client import KeeperQuota, KeeperRefused, KeeperUnavailable
from amparo.rooms.access.policy import Permission
from amparo.rooms.access.queries import codes_of
from amparo.rooms.desk.policy import may

from . import policy
from .models import ContactRecord, PersonRecord, PlaceRecord


@dataclass(frozen=True)
class Hit:
    id: SubjectId
    code: str


@dataclass(frozen=True)
class Kept:
    """What the vault holds of a child, and what the viewer may do with it: versions, no content. 0 is "nothing"."""

    identity: int
    contacts: int
    fact: int
    plan: int
    may_show: bool
    may_show_place: bool
    may_write: bool
    may_write_place: bool


@query(Permission.READ_REGISTER)
def kept_for(viewer: Actor, subject_id: SubjectId) -> Kept:
    if not may(subject_id, "register", "read"):
        raise NotThere
    versions = {
        name: model.objects.visible_to(viewer)
        .filter(subject_id=subject_id, **more)
        .values_list("version", flat=True)
        .first()
        or 0
        for name, model, more in (
            ("identity", PersonRecord, {}),
            ("contacts", ContactRecord, {}),
            ("fact", PlaceRecord, {"kind": "fact"}),
            ("plan", PlaceRecord, {"kind": "plan"}),
        )
    }
    return Kept(
        **versions,
        may_show=viewer.has(policy.SHOW_NAME) and may(subject_id, "identity", "read"),
        may_show_place=viewer.has(policy.SHOW_PLACE) and may(subject_id, "place", "read"),
        may_write=viewer.has(policy.WRITE) and may(subject_id, "identity", "write"),
        may_write_place=viewer.has(policy.WRITE) and may(subject_id, "place", "write"),
    )


@query(policy.SEARCH)
def find_by_code(viewer: Actor, code: str) -> tuple[Hit, ...]:
    """Hidden and absent are the same empty answer."""
    try:
        stored = parse_code(code)
    except ValueError:
        return ()
    found = call("sec.find", stored, cast=("text",))
    return (Hit(SubjectId(found), stored),) if found else ()


def search(viewer: Actor, terms: dict[str, str]) -> tuple[Hit, ...]:
    """Children one may see that have any of the terms: name with birth_year, phone, document.

    The keeper makes the terms equal, compares inside and returns ids; the question is counted and logged.
    """
    if not viewer.has(policy.SEARCH):
        raise NotThere
    try:
        ids = keeper().match(viewer.secret, terms, new_id())
    except KeeperRefused:
        return ()
    except KeeperQuota:
        raise Quota from None
    except KeeperUnavailable:
        raise KeeperAway from None
    return tuple(Hit(subject, code) for subject, code in codes_of(viewer, [SubjectId(i) for i in ids]))
