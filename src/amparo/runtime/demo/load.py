"""Loading the invented world: the owner enters the first agency and person, everything else is ordinary actions.

Who is there, where, in which role and with which children comes from `world.yaml` alone. Ids, codes and keys are
random, as they are everywhere: a demo with guessable ones would teach the wrong thing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import connection

from amparo.foundation.actors import Actor, actor_for
from amparo.foundation.clock import now
from amparo.foundation.ids import ActorId, Secret, SubjectId
from amparo.foundation.sealing import keeper
from amparo.rooms.access import actions as access
from amparo.rooms.access.places import read_areas
from amparo.rooms.access.policy import Role, spec
from amparo.rooms.desk import actions as desk
from amparo.rooms.desk.actions.tasks import TaskOrder
from amparo.runtime.first import Administrator, Agency, NotEmpty, first_administrator

from .stories import Stories, open_child

HERE = Path(__file__).parent


class Demo:
    def __init__(self, owner_url: str) -> None:
        self.owner_url = owner_url
        self.data: dict[str, Any] = yaml.safe_load((HERE / "world.yaml").read_text(encoding="utf-8"))
        self.agencies: dict[str, UUID] = {}
        self.units: dict[str, UUID] = {}
        self.people: dict[str, ActorId] = {}
        self.actors: dict[str, Actor] = {}
        self.children: list[SubjectId] = []

    def by(self, name: str) -> Actor:
        """Somebody signed in, with a fresh second step."""
        if name not in self.actors:
            secret = Secret(secrets.token_hex(16))
            with connection.cursor() as cursor:
                cursor.execute("SELECT sec.sign_in(%s, %s, 'demo', true)", [secret, self.people[name]])
            found = actor_for(secret)
            if found is None or found.membership is None:
                raise RuntimeError(f"{name} could not be signed in.")
            self.actors[name] = found
        return self.actors[name]

    # -- people and places ------------------------------------------------------------------------------------

    def first(self) -> None:
        """What nobody could be signed in for yet, by the migrating owner."""
        english, arabic, *_ = self.data["agencies"]["office"]
        name, mail = self.data["administrator"]
        agency = Agency({"en": english, "ar": arabic}, "UTC", "QM")
        made = first_administrator(self.owner_url, agency, Administrator(_mail(mail), name))
        self.agencies["office"], self.units["office"], self.people[mail] = made.agency, made.unit, made.person

    def places(self, noor: Actor) -> None:
        access.import_places(by=noor, areas=read_areas((HERE / "areas.csv").read_text(encoding="utf-8")))

    def agencies_and_units(self, noor: Actor) -> None:
        for code, (english, arabic, kind, areas, units) in self.data["agencies"].items():
            if code not in self.agencies:
                self.agencies[code] = access.add_agency(
                    by=noor,
                    names={"en": english, "ar": arabic},
                    kind=kind,
                    languages=["en", "ar"],
                    time_zone="UTC",
                    calendar="QM",
                    area=areas[0],
                )
                keeper().ensure_kek(self.agencies[code])  # at once; its job finds the work done
            for unit, (name, name_ar) in units.items():
                if unit not in self.units:
                    self.units[unit] = access.add_unit(
                        by=noor, agency_id=self.agencies[code], names={"en": name, "ar": name_ar}, areas=areas
                    )

    def everybody(self, noor: Actor) -> None:
        for name, mail, language, roles in self.data["people"]:
            self.people[mail] = access.add_person(
                by=noor, email=_mail(mail), display_name=name, language=language, with_password=False
            ).id
            for unit, role in roles:
                access.appoint(by=noor, person_id=self.people[mail], unit_id=self.units[unit], role=role)

    def protocols(self, noor: Actor) -> None:
        today = now().date()
        for name, parties, sections in self.data["protocols"]:
            made = access.propose_protocol(
                by=noor,
                names={"en": name},
                parties=[self.agencies[p] for p in parties],
                purposes=["care and protection"],
                sections=["register", *sections],
                from_on=today,
                until_on=today + dt.timedelta(days=365),
            )
            access.approve_protocol(by=self.by("abel"), protocol_id=made)

    def duty(self) -> None:
        """Two weeks of the duty desk, with the holes that a rota has: the third night of each week, and a Sunday."""
        first = now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=2)
        for half_day in range(28):
            if half_day in (7, 12, 21):
                continue
            pair = ("youssef", "fay") if half_day % 2 == 0 else ("fay", "youssef")
            for order, who in enumerate(pair, start=1):
                self._shift(who, "duty", order, first + dt.timedelta(hours=12 * half_day))
        self._shift("fay", "north", 1, first)

    def _shift(self, who: str, unit: str, order: int, starts: dt.datetime) -> None:
        access.plan_shift(
            by=self.by("youssef"),
            person_id=self.people[who],
            unit_id=self.units[unit],
            order=order,
            starts=starts,
            ends=starts + dt.timedelta(hours=12),
        )

    # -- children ---------------------------------------------------------------------------------------------

    def child(self, row: dict[str, Any]) -> SubjectId:
        by = self.by(row["by"])
        subject = open_child(self, row)
        desk.add_note(by=by, subject_id=subject, text=row["note"])
        if "task" in row:
            self._task(by, subject, row)
        return subject

    def _task(self, by: Actor, subject: SubjectId, row: dict[str, Any]) -> None:
        late = dt.timedelta(hours=-3 if row.get("urgent") else 30)
        owner = self.people[row.get("for", row["by"])]
        order = TaskOrder(
            title=row["task"], owner=owner, due_at=now() + late, is_urgent=bool(row.get("urgent"))
        )
        desk.add_task(by=by, subject_id=subject, order=order)

    def what_happened(self) -> None:
        """One file restricted, one agency kept away, one file shared, one emergency access waiting for its review."""
        access.restrict(
            by=self.by("elin"), subject_id=self.children[self.data["restricted"]], restricted=True
        )
        index, agency = self.data["blocked"]
        access.block_agency(
            by=self.by("bruno"), subject_id=self.children[index], agency_id=self.agencies[agency]
        )
        index, who, sections, cause, purpose = self.data["shared"]
        access.give_access(
            by=self.by(self.data["children"][index]["by"]),
            subject_id=self.children[index],
            to=self.people[who],
            sections=sections,
            mode="read",
            cause=cause,
            purpose=purpose,
            until=now() + dt.timedelta(days=30),
        )
        index, who, reason = self.data["emergency"]
        access.use_emergency_access(by=self.by(who), code=self._code(self.children[index]), reason=reason)

    def _code(self, subject: SubjectId) -> str:
        from amparo.rooms.access.queries import file_for

        row = next(r for i, r in enumerate(self.data["children"]) if self.children[i] == subject)
        return file_for(self.by(row["by"]), subject).code

    def who(self) -> list[dict[str, str]]:
        """One line for each role: the first of its people."""
        lines, seen = [], set()
        agency_of = {u: a[0] for a in self.data["agencies"].values() for u in a[4]}
        for name, mail, _language, roles in self.data["people"]:
            for unit, role in roles:
                if role not in seen:
                    seen.add(role)
                    lines.append(
                        {
                            "name": name,
                            "role": str(spec(role).label),
                            "agency": agency_of[unit],
                            "email": _mail(mail),
                        }
                    )
        return sorted(lines, key=lambda p: [r.value for r in Role].index(_role_of(p["role"])))


def _role_of(label: str) -> str:
    return next(r.value for r in Role if str(spec(r).label) == label)


def _mail(name: str) -> str:
    return f"{name}@demo.invalid"


def load(owner_url: str) -> list[dict[str, str]]:
    """Fill an empty database; one that holds anybody already is left as it is."""
    demo = Demo(owner_url)
    try:
        demo.first()
    except NotEmpty:
        return demo.who()
    noor = demo.by(demo.data["administrator"][1])
    demo.places(noor)
    demo.agencies_and_units(noor)
    demo.everybody(noor)
    demo.protocols(noor)
    demo.duty()
    demo.children = [demo.child(row) for row in demo.data["children"]]
    Stories(demo).tell()
    demo.what_happened()
    for actor in demo.actors.values():
        with connection.cursor() as cursor:
            cursor.execute("SELECT sec.sign_out(%s)", [actor.secret])
    return demo.who()
