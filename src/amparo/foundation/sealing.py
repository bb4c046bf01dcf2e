"""Sealing and opening, seen from the web: sealing needs only a public key, opening only the keeper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from amparo.keeper import seal
from amparo.keeper.client import Item, Keeper, KeeperQuota, KeeperRefused, KeeperUnavailable, KeeperUnreadable

from . import errors
from .actors import Actor
from .acts import current_act, in_action
from .ids import new_id

#: Sections every child's file has keys for from the first minute. A new one is added here and gets keys by a job.
SUBJECT_SECTIONS = (
    "note", "task", "attachment", "case", "people", "allegation", "screening", "identity", "contact", "place",
)  # fmt: skip
CONCERN_SECTIONS = ("note", "task", "concern", "account", "reporter")
PERSON_SECTIONS = ("draft",)


class Sealed(NamedTuple):
    """One sealed value and what it is bound to."""

    holder: UUID
    section: str
    record: UUID
    field: str
    value: bytes


def seal_for(holder: UUID, section: str, record: UUID, field: str, text: str | bytes) -> bytes:
    """Seal inside an action. Raises NotThere or Refused when the actor may not write that section."""
    in_action()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.section_key(%s, %s)", [holder, section])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise errors.Refused("no_key")
    value = text.encode() if isinstance(text, str) else text
    return seal.seal(value, bytes(row[0]), holder=holder, section=section, record=record, field=field)


def open_sealed(by: Actor, items: Sequence[Sealed], because: str) -> list[bytes]:
    """Open through the keeper, in one call and in order. Outside transactions: the keeper logs in its own.

    Raises NotThere, NeedsStrongSignIn, Quota or KeeperAway. A record whose key was destroyed raises NotThere.
    """
    if current_act() is not None:
        raise RuntimeError("Opening talks to the keeper: do it outside a transaction.")
    if not items:
        return []
    try:
        wanted = [Item(i.holder, i.section, i.record, i.field, bytes(i.value)) for i in items]
        return list(keeper().open(by.secret, wanted, because=because, request_id=new_id()))
    except KeeperRefused as refused:
        raise (
            errors.NeedsStrongSignIn() if refused.reason == "needs_strong_sign_in" else errors.NotThere()
        ) from None
    except KeeperUnreadable:
        raise errors.NotThere from None
    except KeeperQuota:
        raise errors.Quota from None
    except KeeperUnavailable:
        raise errors.KeeperAway from None


@lru_cache(maxsize=1)
def keeper() -> Keeper:
    return Keeper(settings.AMPARO_KEEPER_SOCKET, worker_token=settings.AMPARO_KEEPER_WORKER_TOKEN)


def fresh_keys(holder: UUID, sections: Iterable[str]) -> dict[str, object]:
    """New keys for a holder, wrapped to the acting agency's public keys, in the form `sec._store_keys` takes.

    Raises Refused("no_agency_keys") when the agency's keys have not been made yet.
    """
    in_action()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.agency(), k.purpose, k.generation, k.public FROM sec.keks() k")
        keks = {
            purpose: seal.KekPublic(agency, generation, bytes(public))
            for agency, purpose, generation, public in cursor.fetchall()
        }
    if not keks:
        raise errors.Refused("no_agency_keys")
    made = seal.new_keys(holder, keks, sections)
    return {
        "wrapped": {p: [str(w.agency), w.generation, w.wrapped.hex()] for p, w in made.wrapped.items()},
        "public": {s: public.hex() for s, public in made.public.items()},
    }


def keeper_is_well() -> bool:
    """Whether sealed words can be opened just now; a page that asks says so before somebody tries."""
    try:
        keeper().health()
    except KeeperUnavailable:
        return False
    return True
