"""The duty desk's reads: what waits, one concern, what looks alike. Facts only: words are shown by an act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.query import QuerySet

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import SubjectId
from amparo.foundation.paging import SIZE, Page
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.duty_rules import duty_rules
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.intake import MOST_CHILDREN
from amparo.rooms.concerns.kinds import Channel, FixedReply, Gender, Outcome, State, Urgency
from amparo.rooms.concerns.models import Account, Call, Concern, Decision, Reply, Reporter
from amparo.rooms.concerns.queries.names import areas_of
from amparo.rooms.concerns.urgency import urgency_rules
from amparo.rooms.desk.policy import READ_FILE, may
from amparo.rooms.desk.queries.people import names_of
from amparo.rooms.desk.queries.subjects import codes_of

ORDER = (Urgency.NOW, Urgency.TODAY, Urgency.DAYS)
OPEN = (State.WAITING, State.ACKNOWLEDGED)
ANSWER_WORDS = ("danger_now", "with_child", "health_today", "moved_soon", "in_custody")


@dataclass(frozen=True)
class QueueFilters:
    """What is asked of the queue. Empty means all that is open."""

    state: str = ""
    urgency: str = ""
    channel: str = ""
    is_mine: bool = False


@dataclass(frozen=True)
class QueueRow:
    id: ConcernId
    subject_id: SubjectId
    code: str
    urgency: str
    urgency_words: str
    reasons: tuple[str, ...]
    channel: str
    area: str
    received_at: dt.datetime
    state: str
    state_words: str
    who: str
    children: int
    waits_second: bool
    is_mine: bool


@dataclass(frozen=True)
class DecisionRow:
    id: UUID
    outcome: str
    outcome_words: str
    who: str
    at: dt.datetime
    second: str
    second_at: dt.datetime | None
    is_agreed: bool | None
    is_mine: bool

    @property
    def waits(self) -> bool:
        return self.outcome == Outcome.NO_FURTHER_ACTION and self.second_at is None


@dataclass(frozen=True)
class CallRow:
    who: str
    step: str
    round: int
    at: dt.datetime
    sent_at: dt.datetime | None
    failed_at: dt.datetime | None


@dataclass(frozen=True)
class ReplyRow:
    id: UUID
    who: str
    at: dt.datetime
    sent_at: dt.datetime | None
    is_mine: bool


@dataclass(frozen=True)
class ConcernView:
    """Everything about one concern that may be read without the keeper."""

    row: QueueRow
    version: int
    facts: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    about_self: bool
    answer: str
    acknowledged_at: dt.datetime | None
    decisions: tuple[DecisionRow, ...]
    calls: tuple[CallRow, ...]
    replies: tuple[ReplyRow, ...]
    words: int
    has_reporter: bool
    linked: SubjectId | None
    linked_code: str

    @property
    def is_open(self) -> bool:
        return self.row.state in OPEN

    @property
    def waiting_decision(self) -> DecisionRow | None:
        return next((d for d in self.decisions if d.waits), None)


@dataclass(frozen=True)
class ConcernFacts:
    """What an opening of a case may take over, so that nobody is asked twice."""

    area: str
    age_low: int | None
    age_high: int | None
    gender: str
    language: str
    danger_now: str
    health_today: str
    with_child: str


@query(policy.ANSWER)
def duty_queue(
    viewer: Actor, filters: QueueFilters = QueueFilters(), after: str = ""
) -> Page[QueueRow]:  # fmt: skip
    """By danger, then by age of waiting. One urgency after the other, so that each part has its index."""
    edge = _edge(after)
    found: list[Concern] = []
    for urgency in ORDER:
        if filters.urgency in ("", urgency) and (
            edge is None or ORDER.index(edge[0]) <= ORDER.index(urgency)
        ):
            part = _filtered(viewer, filters).filter(urgency=urgency)
            if edge is not None and edge[0] == urgency:
                part = part.filter(Q(received_at__gt=edge[1]) | Q(received_at=edge[1], id__gt=edge[2]))
            found += part.order_by("received_at", "id")[: SIZE + 1 - len(found)]
        if len(found) > SIZE:
            break
    rows = _rows(viewer, found[:SIZE])
    last = found[SIZE - 1] if len(found) > SIZE else None
    return Page(rows, f"{last.urgency}_{last.received_at.timestamp():.6f}_{last.id}" if last else "")


def _edge(key: str) -> tuple[Urgency, dt.datetime, UUID] | None:
    """A key that was cut off or tampered with shows the first page."""
    urgency, _, rest = key.partition("_")
    stamp, _, row = rest.partition("_")
    try:
        return Urgency(urgency), dt.datetime.fromtimestamp(float(stamp), dt.UTC), UUID(row)
    except (ValueError, OverflowError, OSError):
        return None


def _filtered(viewer: Actor, filters: QueueFilters) -> QuerySet[Concern]:
    rows = Concern.objects.visible_to(viewer)
    if filters.state == "second":
        waiting = Decision.objects.visible_to(viewer).filter(
            outcome=Outcome.NO_FURTHER_ACTION, second_by=None
        )
        rows = rows.filter(state__in=OPEN, id__in=waiting.values("concern_id"))
    elif filters.state in State.values:
        rows = rows.filter(state=filters.state)
    else:
        rows = rows.filter(state__in=OPEN)
    if filters.channel in Channel.values:
        rows = rows.filter(channel=filters.channel)
    return rows.filter(acknowledged_by_id=viewer.id) if filters.is_mine else rows


def _rows(viewer: Actor, found: Iterable[Concern]) -> tuple[QueueRow, ...]:
    concerns = list(found)
    codes = codes_of({c.subject_id for c in concerns})
    names = names_of(c.acknowledged_by_id for c in concerns)
    areas = areas_of(c.area_id for c in concerns if c.area_id)
    second = set(
        Decision.objects.visible_to(viewer)
        .filter(concern_id__in=[c.id for c in concerns], outcome=Outcome.NO_FURTHER_ACTION, second_by=None)
        .values_list("concern_id", flat=True)
    )
    return tuple(
        QueueRow(
            ConcernId(c.id), SubjectId(c.subject_id), codes.get(c.subject_id, ""), c.urgency,
            str(Urgency(c.urgency).label), tuple(urgency_rules().words(r) for r in c.urgency_rules),
            str(Channel(c.channel).label), areas.get(c.area_id or "", ""), c.received_at, c.state,
            str(State(c.state).label), names.get(c.acknowledged_by_id, ""), c.children, c.id in second,
            c.acknowledged_by_id == viewer.id,
        )
        for c in concerns
    )  # fmt: skip


@query(policy.ANSWER)
def concern_for(viewer: Actor, concern_id: ConcernId) -> ConcernView:
    """Raises NotThere for a hidden one and for one that does not exist."""
    c: Concern | None = Concern.objects.visible_to(viewer).filter(id=concern_id).first()
    if c is None:
        raise NotThere
    decisions = list(Decision.objects.visible_to(viewer).filter(concern_id=c.id).order_by("-decided_at")[:20])
    calls = list(Call.objects.visible_to(viewer).filter(subject_id=c.subject_id).order_by("-at")[:40])
    replies = list(Reply.objects.visible_to(viewer).filter(concern_id=c.id).order_by("-written_at")[:10])
    names = names_of(
        [*(p for d in decisions for p in (d.decided_by_id, d.second_by_id)), *(x.person_id for x in calls),
         *(r.written_by_id for r in replies)]
    )  # fmt: skip
    linked = _file(c)
    return ConcernView(
        row=_rows(viewer, [c])[0], version=c.version, facts=_facts(c), needs=tuple(c.needs), about_self=c.about_self,
        answer=c.answer, acknowledged_at=c.acknowledged_at,
        decisions=tuple(
            DecisionRow(d.id, d.outcome, str(Outcome(d.outcome).label), names.get(d.decided_by_id, ""), d.decided_at,
                        names.get(d.second_by_id, ""), d.second_at, d.is_agreed, d.decided_by_id == viewer.id)
            for d in decisions
        ),
        calls=tuple(CallRow(names.get(x.person_id, ""), x.step, x.round, x.at, x.sent_at, x.failed_at) for x in calls),
        replies=tuple(
            ReplyRow(r.id, names.get(r.written_by_id, ""), r.written_at, r.sent_at, r.written_by_id == viewer.id)
            for r in replies
        ),
        words=Account.objects.visible_to(viewer).filter(concern_id=c.id).count(),
        has_reporter=Reporter.objects.visible_to(viewer).filter(concern_id=c.id).exists(),
        linked=linked, linked_code=codes_of({linked}).get(linked, "") if linked else "",
    )  # fmt: skip


def _file(c: Concern) -> SubjectId | None:
    """The file it belongs to, for whoever may know that one."""
    return SubjectId(c.linked_id) if c.linked_id and may(SubjectId(c.linked_id), "register", "read") else None


@query(READ_FILE)
def concern_row(viewer: Actor, concern_id: ConcernId) -> tuple[QueueRow, SubjectId | None]:
    """One row and the file it belongs to; also for the child's worker, who is not the desk. Raises NotThere."""
    c: Concern | None = Concern.objects.visible_to(viewer).filter(id=concern_id).first()
    if c is None:
        raise NotThere
    return _rows(viewer, [c])[0], _file(c)


def _facts(c: Concern) -> tuple[tuple[str, str], ...]:
    """(code of the question, code of the answer); the page has the words."""
    age = (
        ""
        if c.age_low is None
        else f"{c.age_low}"
        if c.age_low == c.age_high
        else f"{c.age_low}–{c.age_high}"
    )
    return (
        *((name, getattr(c, name)) for name in ANSWER_WORDS),
        ("age", age), ("gender", str(Gender(c.gender).label)), ("language", c.language),
    )  # fmt: skip


@query(policy.ANSWER)
def similar_to(viewer: Actor, concern_id: ConcernId) -> tuple[QueueRow, ...]:
    """Side by side, for the duty desk alone: same group, or same area in the same days and no answer against it.

    Origin, faith, language and who told are not looked at: they make nothing alike.
    """
    rules = duty_rules()
    c: Concern | None = Concern.objects.visible_to(viewer).filter(id=concern_id).first()
    if c is None:
        raise NotThere
    alike = Q(event=c.event) if c.event else Q()
    if c.area_id:
        spell = dt.timedelta(days=rules.similar_days)
        near = Q(area_id=c.area_id, received_at__range=(c.received_at - spell, c.received_at + spell))
        near &= Q(gender__in=[c.gender, Gender.UNKNOWN]) if c.gender != Gender.UNKNOWN else Q()
        if c.age_low is not None:
            near &= Q(age_low=None) | Q(age_low__lte=c.age_high, age_high__gte=c.age_low)
        alike = alike | near if c.event else near
    if not alike:
        return ()
    # not confirmed counts for nothing afterwards, here neither
    found = Concern.objects.visible_to(viewer).filter(alike).exclude(id=c.id).exclude(state=State.CLOSED)
    return _rows(
        viewer, found.order_by(F("event").asc(nulls_last=True), "-received_at", "id")[: rules.similar_most]
    )


@query(policy.ANSWER)
def met_together(viewer: Actor, concern_id: ConcernId) -> tuple[ConcernId, ...]:
    """This concern and those of its group that nothing was decided on yet, in the order of the rows; alone: none."""
    c: Concern | None = Concern.objects.visible_to(viewer).filter(id=concern_id).first()
    if c is None or c.event is None:
        return ()
    found = Concern.objects.visible_to(viewer).filter(
        event=c.event, state__in=[State.WAITING, State.ACKNOWLEDGED]
    )
    ids = found.order_by("number_in_event").values_list("id", flat=True)[:MOST_CHILDREN]
    return tuple(ConcernId(i) for i in ids) if len(ids) > 1 else ()


@query(policy.ANSWER)
def facts_for_case(viewer: Actor, concern_id: ConcernId) -> ConcernFacts:
    c: Concern | None = Concern.objects.visible_to(viewer).filter(id=concern_id).first()
    if c is None:
        raise NotThere
    return ConcernFacts(
        c.area_id or "",
        c.age_low,
        c.age_high,
        c.gender,
        c.language,
        c.danger_now,
        c.health_today,
        c.with_child,
    )


@query(READ_FILE)
def concerns_of(viewer: Actor, subject_id: SubjectId) -> tuple[QueueRow, ...]:
    """The concerns that belong to a child's file, as far as the viewer reads them; not even a count of the others."""
    found = Concern.objects.visible_to(viewer).filter(linked_id=subject_id).order_by("-received_at")[:50]
    return _rows(viewer, found)


@query(policy.ANSWER)
def decision_to_read(viewer: Actor, decision_id: UUID) -> tuple[ConcernId, DecisionRow]:
    d: Any = Decision.objects.visible_to(viewer).filter(id=decision_id).first()
    if d is None:
        raise NotThere
    view = concern_for(viewer, ConcernId(d.concern_id))
    return view.row.id, next(row for row in view.decisions if row.id == decision_id)


def answer_words(code: str) -> str:
    return str(FixedReply(code).label)
