"""People, agencies, roles, sign-ins. Staff, never children."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere
from amparo.foundation.functions import rows
from amparo.foundation.ids import NOBODY, ActorId
from amparo.foundation.texts import in_words
from amparo.rooms.access.models import Agency, Membership, Person, Unit
from amparo.rooms.access.policy import ROLES, Permission, Role, spec


@dataclass(frozen=True)
class Choice:
    id: UUID
    label: str


@dataclass(frozen=True)
class MembershipRow:
    id: UUID
    role: str
    role_label: str
    unit: str
    agency: str
    until_at: dt.datetime | None


@dataclass(frozen=True)
class PersonRow:
    id: ActorId
    name: str
    email: str
    is_active: bool
    memberships: tuple[MembershipRow, ...]


@dataclass(frozen=True)
class SignInRow:
    id: UUID
    label: str
    made_at: dt.datetime
    last_seen_at: dt.datetime
    role_label: str


def _live() -> Q:
    return Q(from_at__lte=now()) & (Q(until_at=None) | Q(until_at__gt=now()))


def _membership(m: Membership) -> MembershipRow:
    names = (in_words(m.unit.names), in_words(m.unit.agency.names))
    return MembershipRow(m.id, m.role, str(spec(m.role).label), *names, m.until_at)


@query(None)
def my_memberships(viewer: Actor) -> tuple[MembershipRow, ...]:
    """Before a role is chosen there is no permission to ask for; the rows are one's own."""
    found = (
        Membership.objects.filter(_live(), actor_id=viewer.id)
        .select_related("unit__agency")
        .order_by("from_at")
    )
    return tuple(_membership(m) for m in found)


@query(None)
def my_sign_ins(viewer: Actor) -> tuple[SignInRow, ...]:
    return tuple(
        SignInRow(i, label, made, seen, str(spec(role).label) if role else "")
        for i, label, made, seen, role in rows("sec.my_sign_ins")
    )


@query(Permission.MANAGE_PEOPLE)
def people_of_agency(viewer: Actor) -> tuple[PersonRow, ...]:
    """People with a role in one's own agency, and people who have none yet; a national administrator sees all."""
    found = Membership.objects.filter(_live()).select_related("unit__agency").order_by("from_at")
    if not viewer.has(Permission.MANAGE_AGENCIES):
        found = found.filter(unit__agency_id=viewer.agency or NOBODY)
    roles: dict[UUID, list[MembershipRow]] = {}
    for m in found:
        roles.setdefault(m.actor_id, []).append(_membership(m))
    placed = set(Membership.objects.filter(_live()).values_list("actor_id", flat=True))
    people = Person.objects.filter(Q(pk__in=list(roles)) | ~Q(pk__in=list(placed))).order_by("display_name")[
        :500
    ]
    return tuple(_person(p, roles.get(p.pk, [])) for p in people)


@query(Permission.MANAGE_PEOPLE)
def person_for(viewer: Actor, person_id: ActorId) -> PersonRow:
    """Raises NotThere for people of other agencies."""
    found = next((p for p in people_of_agency(viewer) if p.id == person_id), None)
    if found is None:
        raise NotThere
    return found


def _person(person: Person, memberships: list[MembershipRow]) -> PersonRow:
    return PersonRow(
        ActorId(person.pk), person.display_name, person.email, person.is_active, tuple(memberships)
    )


@query(Permission.USE_AMPARO)
def colleagues(viewer: Actor, *, own_agency: bool = False) -> tuple[Choice, ...]:
    """People who may hold access to a file, for a field to choose from."""
    able = [r.value for r in Role if ROLES[r].holds_grants]
    found = Membership.objects.filter(_live(), role__in=able).select_related("unit__agency")
    if own_agency:
        found = found.filter(unit__agency_id=viewer.agency or NOBODY)
    names = dict(Person.objects.filter(is_active=True).values_list("pk", "display_name"))
    said = {
        m.actor_id: f"{names[m.actor_id]}, {in_words(m.unit.agency.names)}"
        for m in found
        if m.actor_id in names
    }
    said.pop(viewer.id, None)
    return tuple(Choice(i, label) for i, label in sorted(said.items(), key=lambda x: x[1].casefold()))


@query(Permission.USE_AMPARO)
def agencies(viewer: Actor) -> tuple[Choice, ...]:
    found = Agency.objects.filter(is_active=True)
    return tuple(sorted((Choice(a.id, in_words(a.names)) for a in found), key=lambda c: c.label.casefold()))


@query(Permission.USE_AMPARO)
def units_of_agency(viewer: Actor, *, everywhere: bool = False) -> tuple[Choice, ...]:
    found = Unit.objects.filter(kind="team").select_related("agency")
    if not everywhere:
        found = found.filter(agency_id=viewer.agency or NOBODY)
    said = (Choice(u.id, f"{in_words(u.names)}, {in_words(u.agency.names)}") for u in found)
    return tuple(sorted(said, key=lambda c: c.label.casefold()))
