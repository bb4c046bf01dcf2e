"""Three hundred concerns and what came of them: sent, taken up, decided, opened as cases, through ordinary actions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from amparo.foundation.actors import Actor
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId
from amparo.rooms.cases import actions as cases
from amparo.rooms.cases.opening import Night, Opening, Taker
from amparo.rooms.cases.queries import hand_overs
from amparo.rooms.concerns import actions as concerns
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.intake import Intake
from amparo.rooms.concerns.kinds import Answer, Channel, Gender
from amparo.rooms.concerns.queries import concern_for
from amparo.rooms.desk import actions as desk
from amparo.rooms.desk.queries import tasks_for
from amparo.rooms.vault import actions as vault
from amparo.rooms.vault.records import Identity

from .people import Chance, Child, load

if TYPE_CHECKING:
    from .load import Demo

SEED = 20260730
WANTED = 300  # concerns in all, the workshop's ten children among them
CASES = 95  # of those, opened as new cases; with the children of world.yaml about 120
WORKERS = ("amina", "laila", "mira", "daro", "sunita", "linhai")
DUTY = ("youssef", "fay")
AREAS = ("QM0101", "QM0102", "QM0201", "QM0202", "QM0203", "QM0301", "QM0302", "QM0401", "QM0402")
REASONS = {
    "no_further_action": "A visit found a caring home. No need was found, and the family keeps no mark.",
    "other_service": "The family asked for food help and a place in the afternoon school.",
    "other_protection": "No exploitation is seen, but a child is left alone at night.",
}
RISKS = {
    "high": "Somebody who gives orders knows where the child sleeps.",
    "medium": "Works and sleeps in the same place; nobody else looks after the child.",
    "low": "With people who care; the pressure has stopped for now.",
}
GENDERS = {"other": "another", "unknown": "not_known"}
NIGHTS = (
    ("fact", "foster"), ("fact", "safe_house"), ("plan", "safe_house"), ("fact", "relatives"), ("fact", "home"),
    ("fact", "hospital"), ("plan", "foster"), ("fact", "unrelated_adults"), ("fact", "street"),
)  # fmt: skip


@dataclass
class Sent:
    """A concern that was sent, and what the story says about it."""

    concern: ConcernId
    row: dict[str, Any]
    hours: float
    child: Child


class Stories:
    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.chance = Chance(SEED)
        self.random = self.chance.random
        self.reporters = load("concerns.yaml")["reporter"]

    def tell(self) -> None:
        group = self._workshop()
        sent = [self._send(row) for row in self.chance.told(WANTED - len(group))]
        older = [one for one in sent if one.hours > 20]
        self._answer(older)
        for one in sent:
            if one.hours <= 20 and self.random.random() < 0.35:
                concerns.acknowledge(by=self._desk(), concern_id=one.concern)

    def _desk(self) -> Actor:
        return self.demo.by(self.random.choice(DUTY))

    # -- sending ----------------------------------------------------------------------------------------------

    def _send(self, row: dict[str, Any]) -> Sent:
        channel, by = row["channel"], row["by"]
        if channel in ("public", "child"):  # a caller: what the public page sends is never dated back
            channel, by = "hotline", self.random.choice(("uma", "ahmad"))
        hours = (
            self.random.uniform(0.2, 20) if self.random.random() < 0.16 else self.random.uniform(20, 24 * 70)
        )
        low, high = row["age"]
        intake = Intake(
            channel=Channel(channel),
            area=row.get("area") if row["times"] == 1 else self.random.choice((row.get("area"), *AREAS)),
            danger_now=Answer(row["danger"]),
            health_today=Answer(row["health"]),
            with_child=Answer.YES if channel in ("hand_over", "custody", "clinic") else Answer.NO,
            in_custody=Answer.YES if channel == "custody" else Answer.UNKNOWN,
            age_low=low,
            age_high=high,
            gender=Gender(row["gender"]),
            language=row["language"],
            account=row["words"],
            reporter=self.random.choice(self.reporters) if self.random.random() < 0.5 else "",
            received_at=now() - dt.timedelta(hours=hours),
            call_type="concern" if channel == "hotline" else "",
        )
        made = concerns.receive_concern(by=self.demo.by(by), intake=intake)
        return Sent(made, row, hours, self.chance.child(row["language"], row["age"]))

    def _workshop(self) -> tuple[ConcernId, ...]:
        shop = load("concerns.yaml")["workshop"]
        shared = Intake(channel=Channel.GROUP, area=shop["area"], danger_now=Answer.YES, account=shop["words"],
                        received_at=now() - dt.timedelta(hours=3))  # fmt: skip
        rows = [
            Intake(channel=Channel.GROUP, age_low=low, age_high=high, gender=Gender(gender), with_child=Answer.YES,
                   language="" if language == "unknown" else language, account=f"{called} ({band}): {need}")
            for called, (low, high), gender, language, need, band in shop["children"]
        ]  # fmt: skip
        return concerns.receive_group(by=self.demo.by(shop["by"]), shared=shared, children=tuple(rows))

    # -- answering --------------------------------------------------------------------------------------------

    def _answer(self, older: list[Sent]) -> None:
        self.random.shuffle(older)
        for one in older[:CASES]:
            self._open(one)
        for number, one in enumerate(older[CASES:]):
            outcome = ("no_further_action", "other_service", "no_further_action", "other_protection")[
                number % 4
            ]
            is_fresh = one.hours < 120
            if is_fresh and number % 2:
                continue  # still waits for its decision: overdue
            self._decide(one, outcome, is_read=not is_fresh)

    def _decide(self, one: Sent, outcome: str, is_read: bool) -> None:
        first, second = DUTY if self.random.random() < 0.5 else DUTY[::-1]
        order = concerns.DecisionOrder(outcome=outcome, reason=REASONS[outcome], version=1)
        made = concerns.decide(by=self.demo.by(first), concern_id=one.concern, order=order)
        if outcome != "no_further_action" and one.hours > 120:
            self._hand_over(self.demo.by(first), one)
        if outcome == "no_further_action" and is_read:
            concerns.second_read(by=self.demo.by(second), decision_id=made, is_agreed=True)

    def _hand_over(self, by: Actor, one: Sent) -> None:
        """The warm hand-over that the decision asked for was made."""
        for task in tasks_for(by, concern_for(by, one.concern).row.subject_id):
            desk.finish_task(by=by, task_id=task.id)

    def _open(self, one: Sent) -> None:
        worker = self.random.choice(WORKERS)
        risk = self.random.choice(("high", "medium", "medium", "low"))
        night, kind = self.random.choice(NIGHTS)
        opening = Opening(
            called=one.child.given, is_description=False, age_low=one.row["age"][0], age_high=one.row["age"][1],
            gender=GENDERS.get(one.row["gender"], one.row["gender"]), language=one.row["language"],
            risk=risk, reasons=RISKS[risk],
            night=Night(is_plan=night == "plan", kind=kind),
            taker=Taker(self.demo.units[self._unit_of(worker)], self.demo.people[worker]),
        )  # fmt: skip
        subject = cases.open_case(by=self._desk(), opening=opening, concern_id=one.concern)
        if self.random.random() < 0.06:
            return  # offered, not yet accepted: the desk still answers for the child
        self._accept(worker)
        self._go_on(self.demo.by(worker), subject, one)

    def _unit_of(self, worker: str) -> str:
        return next(roles[0][0] for _, mail, _, roles in self.demo.data["people"] if mail == worker)

    def _accept(self, worker: str) -> None:
        by = self.demo.by(worker)
        for row in hand_overs(by):
            if row.may_answer:
                cases.accept_hand_over(by=by, batch=row.batch)

    def _go_on(self, by: Actor, subject: SubjectId, one: Sent) -> None:
        if self.random.random() < 0.8:
            cases.child_seen(by=by, subject_id=subject)
        if self.random.random() < 0.4:
            cases.appoint_guardian(by=by, subject_id=subject, who="Quin Abara")


def open_child(demo: Demo, row: dict[str, Any]) -> SubjectId:
    """One of the children of world.yaml: a case opened by their own worker, with a name, and perhaps a place."""
    by = demo.by(row["by"])
    born = int(row["born"][:4])
    age = now().year - born
    area, address = row.get("place", ("", ""))
    night = Night(is_plan=False, kind=row.get("night", "foster"), area=area, address=address)
    opening = Opening(
        called=row["used"], is_description=False, age_low=max(age - 1, 0), age_high=age,
        gender=row.get("gender", "not_known"), language=row.get("language", "en"), risk=row.get("risk", "medium"),
        reasons=RISKS[row.get("risk", "medium")], night=night,
    )  # fmt: skip
    subject = cases.open_case(by=by, opening=opening)
    identity = Identity(
        given_names=row["given"], family_name=row["family"], other_names=row.get("other", ""), used_name=row["used"],
        birth=row["born"], birth_about=bool(row.get("about")),
    )  # fmt: skip
    vault.record_identity(by=by, subject_id=subject, identity=identity, version=1)
    return subject
