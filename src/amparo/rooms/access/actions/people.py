"""Agencies, people, their roles and their sign-ins."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import make_password

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log, step
from amparo.foundation.functions import as_json, call
from amparo.foundation.ids import ActorId, new_id
from amparo.foundation.jobs import defer
from amparo.foundation.sealing import PERSON_SECTIONS, fresh_keys
from amparo.rooms.access.policy import Permission


class NewPerson(NamedTuple):
    """The first password is shown once, to whoever added the person, and kept nowhere."""

    id: ActorId
    first_password: str


class NewClient(NamedTuple):
    id: ActorId
    secret: str


@action(Permission.MANAGE_AGENCIES)
def add_agency(
    *, by: Actor, names: dict[str, str], kind: str, languages: Sequence[str], time_zone: str, calendar: str,
    area: str | None = None, mandates: Sequence[str] = (), key: str = "",
) -> UUID:  # fmt: skip
    """The agency's own keys are made by a job of the keeper; files can be opened a moment later."""
    agency = new_id()
    fields = {"names": names, "kind": kind, "languages": list(languages), "mandates": list(mandates),
              "area": area, "time_zone": time_zone, "calendar": calendar}  # fmt: skip
    call("sec.add_agency", agency, as_json(fields), cast=("uuid", "jsonb"))
    log("AGENCY_ADDED", record=agency)
    defer("access.make_keys", agency_id=agency)
    return agency


@action(Permission.MANAGE_AGENCIES)
def add_unit(*, by: Actor, agency_id: UUID, names: dict[str, str], areas: Sequence[str] = ()) -> UUID:
    unit = new_id()
    call(
        "sec.add_unit", unit, agency_id, as_json(names), list(areas), cast=("uuid", "uuid", "jsonb", "text[]")
    )
    log("UNIT_ADDED", record=unit)
    return unit


@action(Permission.MANAGE_PEOPLE, own_steps=True)
def add_person(
    *, by: Actor, email: str, display_name: str, language: str = "en", with_password: bool = True
) -> NewPerson:
    """Raises Refused("email_taken"). Hashing takes a while, so it stays outside the transaction.

    Without a password the person signs in by other means only (passkey, single sign-on, one click in a demo).
    """
    password = secrets.token_urlsafe(15) if with_password else ""
    hashed = make_password(password or None)
    person = ActorId(new_id())
    with step(by):
        keys = as_json(fresh_keys(person, PERSON_SECTIONS))
        call("sec.add_person", person, email, display_name, language, hashed, keys,
             cast=("uuid", "text", "text", "text", "text", "jsonb"))  # fmt: skip
        log("PERSON_ADDED", record=person)
    return NewPerson(person, password)


@action(Permission.MANAGE_PEOPLE)
def appoint(
    *, by: Actor, person_id: ActorId, unit_id: UUID, role: str, until: dt.datetime | None = None
) -> UUID:
    """Raises Refused: incompatible_roles, firewall, not_for_oneself, unknown_role."""
    membership = UUID(
        str(
            call("sec.appoint", person_id, unit_id, role, until, cast=("uuid", "uuid", "text", "timestamptz"))
        )
    )
    log("ROLE_GIVEN", record=membership, detail={"person": str(person_id), "role": role})
    return membership


@action(Permission.MANAGE_PEOPLE)
def end_membership(*, by: Actor, membership_id: UUID) -> None:
    """Raises Refused("still_owns_children"): files are handed over first."""
    call("sec.end_membership", membership_id, cast=("uuid",))
    log("ROLE_ENDED", record=membership_id)


@action(Permission.MANAGE_PEOPLE)
def deactivate(*, by: Actor, person_id: ActorId) -> None:
    """Raises Refused("still_owns_children")."""
    call("sec.deactivate", person_id, cast=("uuid",))
    log("PERSON_DEACTIVATED", record=person_id)


@action(Permission.MANAGE_PEOPLE, strong=True)
def add_api_client(*, by: Actor, name: str, unit_id: UUID, role: str, until: dt.datetime) -> NewClient:
    """A partner's system. Its secret is shown once."""
    client, secret = ActorId(new_id()), secrets.token_urlsafe(32)
    call("sec.add_client", client, name, unit_id, role, secret, until,
         cast=("uuid", "text", "uuid", "text", "text", "timestamptz"))  # fmt: skip
    log("API_CLIENT_ADDED", record=client, detail={"role": role})
    return NewClient(client, secret)


@action(None)
def act_as(*, by: Actor, membership_id: UUID) -> None:
    """Choose in which of one's roles one acts in this sign-in. Needs no permission: it is how one gets any."""
    call("sec.act_as", by.secret, membership_id, cast=("text", "uuid"))
    log("ROLE_CHOSEN", record=membership_id)


@action(None)
def end_sign_in(*, by: Actor, sign_in_id: UUID) -> None:
    """End one of one's own sign-ins, here or on another device."""
    call("sec.end_sign_in", sign_in_id, cast=("uuid",))
    log("SIGN_IN_ENDED", record=sign_in_id)
