"""Before anything is asked: can we talk now, and does somebody need a doctor today?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import Refused
from amparo.foundation.ids import SubjectId
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.duty_rules import duty_rules
from amparo.rooms.concerns.ids import ConcernId
from amparo.rooms.concerns.models import Concern
from amparo.rooms.concerns.paging_rules import PLACES
from amparo.rooms.concerns.queries import on_duty as rota
from amparo.rooms.desk.actions import TaskOrder, add_task, fact_happened, tell
from amparo.rooms.desk.rules.clocks import clock_rules

from .duty import _locked

#: The six checks before any conversation, in the order they are asked.
CHECKS = (
    "safe_now",
    "body_cared_for",
    "can_speak_alone",
    "language_known",
    "interpreter_safe",
    "nobody_listens",
)
ANSWERS = ("yes", "no", "unknown")
UNKNOWN_TIME = "unknown"
FACTS = {"DOCTOR_SAW_CHILD", "SAFETY_CALL_MADE"}


@action(policy.ANSWER)
def check_before_talking(
    *, by: Actor, concern_id: ConcernId, checks: Mapping[str, str], is_now: bool, key: str = ""
) -> ConcernId:
    """What was checked, as codes. "Not now" is a full answer: somebody looks again, and it says when."""
    concern = _locked(by, concern_id)
    if set(checks) != set(CHECKS) or not set(checks.values()) <= set(ANSWERS):
        raise Refused("unknown_answer")
    if not is_now:
        again = TaskOrder("TALK_LATER", owner=None, due_at=now() + duty_rules().talk_again, is_urgent=False)
        add_task(by=by, subject_id=SubjectId(concern.subject_id), order=again)
    if checks["interpreter_safe"] == "no":
        add_task(
            by=by,
            subject_id=SubjectId(concern.subject_id),
            order=TaskOrder("ASK_INTERPRETER", owner=None, is_urgent=True),
        )
    what = "CONVERSATION_MAY_BEGIN" if is_now else "CONVERSATION_NOT_NOW"
    log(what, subject=concern.subject_id, record=concern.id, detail={name: checks[name] for name in CHECKS})
    return concern_id


@action(policy.ANSWER)
def health_today(
    *, by: Actor, concern_id: ConcernId, when: str, is_self_harm: bool = False, key: str = ""
) -> ConcernId:
    """May need a doctor today. Nothing else is asked, and no report to the police is needed first.

    The windows count from the event, at the longest it may be ago; when nobody knows, from when we heard of it.
    """
    concern = _locked(by, concern_id)
    at = _event(concern, when)
    fact_happened(fact="HEALTH_NEEDED", subject_id=SubjectId(concern.subject_id), record=concern.id)
    fact_happened(fact="HEALTH_EVENT", subject_id=SubjectId(concern.subject_id), record=concern.id, at=at)
    _urgent_task(by, concern, "HEALTH_TODAY", "HEALTH_REFERRAL")
    if is_self_harm:
        fact_happened(fact="SELF_HARM_TOLD", subject_id=SubjectId(concern.subject_id), record=concern.id)
        _urgent_task(by, concern, "SAFETY_CALL", "SAFETY_CALL")
        people = {
            p for g in (*PLACES, "unit", "supervisors") for p in rota.people_for(g, concern.unit_id, now())
        }
        tell(people - {by.id}, "CONCERN_WAITS", subject=concern.subject_id, record=concern.id, rings=True)
    log("HEALTH_TODAY", subject=concern.subject_id, record=concern.id, detail={"self_harm": is_self_harm})
    return concern_id


def _event(concern: Concern, when: str) -> dt.datetime:
    if when == UNKNOWN_TIME:
        return concern.received_at
    ago = duty_rules().when.get(when)
    if ago is None:
        raise Refused("unknown_answer")
    return now() - ago


def _urgent_task(by: Actor, concern: Concern, title: str, clock: str) -> UUID:
    order = TaskOrder(title, owner=by.id, due_at=now() + clock_rules()[clock].elapsed, is_urgent=True)
    return add_task(by=by, subject_id=SubjectId(concern.subject_id), order=order)


@action(policy.ANSWER)
def help_given(*, by: Actor, concern_id: ConcernId, fact: str) -> ConcernId:
    """A doctor saw the child, the call was made: a fact, not a form."""
    concern = _locked(by, concern_id)
    if fact not in FACTS:
        raise Refused("unknown_answer")
    fact_happened(fact=fact, subject_id=SubjectId(concern.subject_id), record=concern.id)
    log("HELP_GIVEN", subject=concern.subject_id, record=concern.id, detail={"fact": fact})
    return concern_id
