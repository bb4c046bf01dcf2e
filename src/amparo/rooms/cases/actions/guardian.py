"""A guardian asked for, appointed, or not to be appointed now; and who answers for the child until then."""

from __future__ import annotations

import datetime as dt
import json
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.ids import SubjectId, new_id
from amparo.foundation.sealing import seal_for
from amparo.rooms.cases import policy
from amparo.rooms.cases.models import Case, Guardian, InterimAdult
from amparo.rooms.cases.opening import Adult
from amparo.rooms.desk.actions import fact_happened
from amparo.rooms.desk.actions.limits import office_of

from .sheet import change, open_case_of


def _row(by: Actor, case: Case, state: str, text: str) -> Guardian:
    at = now()
    row = Guardian(
        id=new_id(), subject_id=case.subject_id, unit_id=case.unit_id, state=state, requested_at=at,
        requested_by_id=by.id, answered_at=None if state == "requested" else at,
    )  # fmt: skip
    if text:
        row.sealed = seal_for(case.subject_id, "people", row.id, "sealed", text)
    row.save(force_insert=True)
    return row


@action(policy.WRITE)
def request_guardian(*, by: Actor, subject_id: SubjectId, whom: str = "", key: str = "") -> UUID:
    """Ask again, or ask another authority. The limit goes on from the first request: asking twice gains no time."""
    policy.need(subject_id, "people", "write")
    case = open_case_of(subject_id)
    row = _row(by, case, "requested", whom)
    if case.guardian != "appointed":
        change(case, guardian="requested")
    fact_happened(fact="GUARDIAN_REQUESTED", subject_id=subject_id, record=case.id)
    log("GUARDIAN_REQUESTED", subject=subject_id, record=row.id)
    return row.id


@action(policy.WRITE)
def appoint_guardian(*, by: Actor, subject_id: SubjectId, who: str, key: str = "") -> UUID:
    """The appointment by whoever may appoint was received; who it is, is sealed."""
    policy.need(subject_id, "people", "write")
    case = open_case_of(subject_id)
    row = _row(by, case, "appointed", policy.need_reason(who, "unknown_answer"))
    change(case, guardian="appointed")
    fact_happened(fact="GUARDIAN_APPOINTED", subject_id=subject_id, record=case.id)
    log("GUARDIAN_APPOINTED", subject=subject_id, record=row.id)
    return row.id


@action(policy.WRITE)
def cannot_appoint(*, by: Actor, subject_id: SubjectId, why: str, key: str = "") -> UUID:
    """Somebody who offered cannot be the guardian. They are told exactly that; why stays sealed, and no limit stops."""
    policy.need(subject_id, "people", "write")
    case = open_case_of(subject_id)
    row = _row(by, case, "cannot_now", policy.need_reason(why))
    if case.guardian != "appointed":
        change(case, guardian="cannot_now")
    log("GUARDIAN_NOT_NOW", subject=subject_id, record=row.id)
    return row.id


@action(policy.WRITE)
def name_interim_adult(*, by: Actor, subject_id: SubjectId, adult: Adult, key: str = "") -> UUID:
    """Fills the gap until there is a guardian, and stops no limit but its own."""
    policy.need(subject_id, "people", "write")
    case = open_case_of(subject_id)
    at = now()
    row = InterimAdult(
        id=new_id(), subject_id=subject_id, unit_id=case.unit_id, until_on=adult.until, written_by_id=by.id,
        written_at=at,
    )  # fmt: skip
    text = json.dumps({"name": adult.name, "mandate": adult.mandate}, ensure_ascii=False, sort_keys=True)
    row.sealed = seal_for(subject_id, "people", row.id, "sealed", text)
    row.save(force_insert=True)
    fact_happened(
        fact="INTERIM_ADULT_ENDED", subject_id=subject_id, record=case.id
    )  # an earlier mandate's end
    ends = dt.datetime.combine(adult.until + dt.timedelta(days=1), dt.time(), office_of(subject_id)[0])
    fact_happened(fact="INTERIM_ADULT_NAMED", subject_id=subject_id, record=case.id, due=max(ends, at))
    log("INTERIM_ADULT_NAMED", subject=subject_id, record=row.id)
    return row.id
