"""The first agency and its first administrator: what nobody could be signed in for yet, by the migrating owner."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import psycopg
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from psycopg.types.json import Jsonb

from amparo.foundation.ids import ActorId, new_id
from amparo.foundation.sealing import PERSON_SECTIONS, keeper
from amparo.keeper import seal
from amparo.keeper.client import KeeperRefused, KeeperUnavailable
from amparo.runtime.problems import StartProblem

#: What the database says when somebody is there already.
REFUSED = "AM403"


class NotEmpty(StartProblem):
    """Somebody is there already."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody is in this Amparo already; the first administrator is made once.",
            "Whoever administers it adds others under People.",
        )


@dataclass(frozen=True)
class Agency:
    names: dict[str, str]
    time_zone: str
    calendar: str


@dataclass(frozen=True)
class Administrator:
    email: str
    name: str
    password: str = ""  # nothing: signs in by other means only


@dataclass(frozen=True)
class Made:
    agency: UUID
    unit: UUID
    person: ActorId


def first_administrator(owner_url: str, agency: Agency, administrator: Administrator) -> Made:
    """All of it or nothing; keys first, so that an interruption leaves no agency without somebody in it."""
    made, person = new_id(), ActorId(new_id())
    hashed = make_password(administrator.password or None)
    _make_keys(made)
    with psycopg.connect(owner_url, autocommit=True) as owner, _refusing(), owner.transaction():
        fields = {"names": agency.names, "time_zone": agency.time_zone, "calendar": agency.calendar}
        row = owner.execute("SELECT sec.first_agency(%s, %s)", [made, Jsonb(fields)]).fetchone()
        unit = UUID(str(row[0])) if row else made
        owner.execute(
            "SELECT sec.first_person(%s, %s, %s, %s, %s, %s)",
            [person, unit, administrator.email, administrator.name, hashed, _keys(owner, person, made)],
        )
    return Made(made, unit, person)


@contextmanager
def _refusing() -> Iterator[None]:
    """Somebody is there already: one line, not a traceback."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate != REFUSED or not str(error).startswith("not_empty"):
            raise
        raise NotEmpty from None


def _make_keys(agency: UUID) -> None:
    try:
        keeper().ensure_kek(agency)
    except KeeperUnavailable:
        raise StartProblem(
            "No keeper answers where AMPARO_KEEPER_SOCKET says.", "Start it first: amparo keeper."
        ) from None
    except KeeperRefused:
        raise StartProblem(
            "The keeper refused this user.",
            "Run this as the worker's user, or name yours in AMPARO_KEEPER_WORKER_PEERS.",
        ) from None


def _keys(owner: psycopg.Connection[Any], person: ActorId, agency: UUID) -> Jsonb:
    found = owner.execute(
        "SELECT purpose, generation, public FROM keeper.kek WHERE agency = %s", [agency]
    ).fetchall()
    made = seal.new_keys(
        person, {p: seal.KekPublic(agency, g, bytes(k)) for p, g, k in found}, PERSON_SECTIONS
    )
    return Jsonb(
        {
            "wrapped": {p: [str(agency), w.generation, w.wrapped.hex()] for p, w in made.wrapped.items()},
            "public": {s: key.hex() for s, key in made.public.items()},
        }
    )


def checked(agency: Agency, administrator: Administrator) -> None:
    """What somebody typed, before anything is made of it."""
    try:
        validate_email(administrator.email)
    except ValidationError:
        raise StartProblem(
            f"{administrator.email} is no address.", "Write one such as name@example.org."
        ) from None
    if agency.time_zone not in available_timezones():
        raise StartProblem(f"{agency.time_zone} is no time zone.", "Write one such as Africa/Nairobi or UTC.")
    if not administrator.name.strip() or not all(name.strip() for name in agency.names.values()):
        raise StartProblem("The agency and the administrator each need a name.")


def new_password() -> str:
    return secrets.token_urlsafe(15)
