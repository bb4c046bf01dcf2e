"""What the room of cases adds to the attacks: rows, pages, words, forms."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from tests.attacks.pages import Page

CLOSED = {"cases_link", "cases_handover", "cases_cover"}
IDS = {"around_id": "cases_person", "allegation_id": "cases_allegation"}
#: An offer and a cover stand for people; a link is seen only with a second file, which is attacked in the room's own tests.
NOT_CHILDREN = {"batch", "cover_id", "link_id"}
#: One case for each child: a second row is another child's.
FRESH = {
    "cases_link": lambda row: {"group": uuid.uuid4()},
    "cases_handover": lambda row: {"batch": uuid.uuid4()},
}
AROUND = {"name": "Somebody", "relation": "other", "lives_with": "no", "holds_custody": "no", "may_contact": "no",
          "may_know": "no"}  # fmt: skip
PAGES = (
    Page("cases:sheet", "files/<uuid:subject_id>/case/", "case", "read", shows="cases_risk"),
    Page("cases:around", "files/<uuid:subject_id>/case/people/", "around", "read"),
    Page("cases:allegations", "files/<uuid:subject_id>/case/allegations/", "allegation", "read"),
    Page("cases:add_person", "files/<uuid:subject_id>/case/people/add/", "around", "insert", "POST", AROUND,
         leads="/case/people/"),
)  # fmt: skip
CANARIES = {
    "case description": {"cases:sheet"}, "risk reasons": {"cases:sheet"}, "guardian": {"cases:sheet"},
    "interim adult": {"cases:sheet"}, "apart reason": {"cases:sheet"},
    "around name": {"cases:around", "cases:change_person", "cases:allegations"},
    "around note": {"cases:around", "cases:change_person"},
    "allegation": {"cases:allegations", "cases:change_allegation"},
}  # fmt: skip
NO_FORM = {
    "cases:new": "comes after a search, whose proof stands in its address; sent in the room's own tests",
    "cases:group": "comes after a search, as above",
    "cases:accept": "its buttons stand on the receiver's Today; pressed in the room's own tests",
    "cases:decline": "as above",
    "cases:together": "stands on a sheet of children who are kept apart; pressed in the room's own tests",
    "cases:take": "only for a child at the duty desk; pressed in the room's own tests",
}
SAME_PAGE = {"cases:open": "what was found stands above the questions"}


def rows(
    child: uuid.UUID, unit: uuid.UUID, actor: uuid.UUID, recipient: uuid.UUID
) -> dict[str, dict[str, Any]]:
    new, when = uuid.uuid4, "now"
    person, by = new(), {"written_by_id": actor, "written_at": when}

    def row(section: str) -> dict[str, Any]:
        return {"id": new(), "subject_id": child, "unit_id": unit, "section": section}

    # closed: several people hold an assignment to one planted child, which no open case would bear
    case = {**row("case"), "state": "closed", "opened_at": when, "opened_by_id": actor, "closed_at": when, "age_on": dt.date(2026, 1, 1), "gender": "girl",
            "language": "ar", "understands": [], "sign_language": "", "interpreter_gender": "", "risk_level": "high",
            "risk_at": when, "night": "fact", "night_kind": "foster", "is_place_fit": True, "night_at": when,
            "guardian": "requested", "version": 1}  # fmt: skip
    sealed = {"sealed": b"\x01x", "version": 1, **by}
    return {
        "cases_case": case,
        "cases_risk": {**row("case"), "level": "high", "reasons": b"\x01x", "decided_by_id": actor, "decided_at": when},
        "cases_person": {**row("people"), "id": person, **sealed},
        "cases_allegation": {**row("allegation"), "person_id": person, **sealed},
        "cases_guardian": {**row("people"), "state": "requested", "requested_at": when, "requested_by_id": actor},
        "cases_interimadult": {**row("people"), **sealed, "until_on": dt.date(2030, 1, 1)},
        "cases_link": {"id": new(), "group": new(), "subject_id": child, "kind": "siblings", "part": "",
                       "is_apart": False, "made_by_id": actor, "made_at": when},
        "cases_handover": {"id": new(), "batch": new(), "subject_id": child, "from_unit_id": unit, "to_unit_id": unit,
                           "to_actor_id": recipient, "reason": "other", "state": "declined", "made_by_id": actor,
                           "made_at": when},
        "cases_cover": {"id": new(), "person_id": actor, "stand_in_id": recipient, "unit_id": unit, "from_at": when,
                        "until_at": dt.datetime(2090, 1, 1, tzinfo=dt.UTC), "made_by_id": actor, "made_at": when,
                        "ended_at": when, "grants": [], "tasks": []},
    }  # fmt: skip


def _case(world: Any, child: Any) -> Any:
    """An open case on a file that the story already has; its worker is the file's."""
    from amparo.foundation.acts import log, step
    from amparo.foundation.clock import now
    from amparo.foundation.ids import new_id
    from amparo.rooms.cases.models import Case

    ama, at = world.actor("ama", strong=True), now()
    with step(ama):
        case = Case(
            id=new_id(), subject_id=child, unit_id=world.ids["river/team"], lead_agency_id=ama.agency, worker_id=ama.id,
            opened_at=at, opened_by_id=ama.id, age_on=at.date(), gender="girl", language="ar", risk_level="high",
            risk_at=at, night="fact", night_kind="foster", is_place_fit=True, night_at=at,
        )  # fmt: skip
        case.save(force_insert=True)
        log("CASE_OPENED", subject=child, record=case.id)
    return case


def plant_canaries(world: Any, child: Any, words: dict[str, str]) -> dict[str, Any]:
    from amparo.foundation.acts import log, step
    from amparo.foundation.sealing import seal_for
    from amparo.rooms.cases import actions, queries
    from amparo.rooms.cases.models import Case
    from amparo.rooms.cases.opening import Adult
    from amparo.rooms.cases.sheets import Around, Said

    case, ama = _case(world, child), world.actor("ama", strong=True)
    with step(ama):
        sealed = seal_for(child, "case", case.id, "description", words["case description"])
        Case.objects.in_action().filter(id=case.id).update(description=sealed)
        log("CASE_DESCRIBED", subject=child, record=case.id)
    actions.change_risk(by=ama, subject_id=child, level="medium", reasons=words["risk reasons"], version=1)
    actions.cannot_appoint(by=ama, subject_id=child, why=words["guardian"])
    adult = Adult(words["interim adult"], "by order of the court", dt.date(2030, 1, 1))
    actions.name_interim_adult(by=ama, subject_id=child, adult=adult)
    around = Around(words["around name"], "other", note=words["around note"])
    person = actions.add_person(by=ama, subject_id=child, around=around)
    said = Said(words["allegation"], "the eldest", "3 May")
    allegation = actions.add_allegation(by=ama, person_id=person, said=said)
    link = _sibling(world, child)
    actions.keep_apart(by=ama, subject_id=child, link_id=link, why=words["apart reason"])
    assert [x.is_apart for x in queries.links_of(ama, child)] == [True]
    return {"around_id": person, "allegation_id": allegation, "link_id": link}


def _sibling(world: Any, child: Any) -> Any:
    from amparo.rooms.cases import actions, queries
    from amparo.rooms.cases.opening import Night, Opening

    ama = world.actor("ama", strong=True)
    opening = Opening(
        "band 7", True, 9, 9, "boy", "ar", "medium", "begs in the town with others", Night(False, "foster")
    )
    actions.open_linked(by=ama, beside=child, kind="siblings", opening=opening)
    return queries.links_of(ama, child)[0].id


def _plant_forms(world: Any, child: Any) -> dict[str, Any]:
    from amparo.rooms.cases import actions
    from amparo.rooms.cases.sheets import Around, Said

    _case(world, child)
    ama = world.actor("ama", strong=True)
    person = actions.add_person(by=ama, subject_id=child, around=Around("Somebody", "other"))
    allegation = actions.add_allegation(
        by=ama, person_id=person, said=Said("took the wages", "the eldest", "3 May")
    )
    return {"around_id": person, "allegation_id": allegation, "link_id": _sibling(world, child)}


def _plant_work(world: Any, child: Any) -> dict[str, Any]:
    """A cover that runs, and an offer that waits."""
    from amparo.foundation.clock import now
    from amparo.rooms.cases import actions
    from amparo.rooms.cases.opening import Taker

    if not world.rows("SELECT 1 FROM cases_case WHERE subject_id = %s", child):
        _case(world, child)
    ama, cleo = world.actor("ama", strong=True), world.ids["cleo"]
    day = dt.timedelta(days=1)
    cover = actions.plan_cover(
        by=ama, person=ama.id, stand_in=cleo, from_at=now() + 9 * day, until_at=now() + 10 * day
    )
    taker = Taker(world.ids["river/team"], cleo)
    batch = actions.hand_over(by=ama, subject_id=child, taker=taker, reason="workload")
    return {"cover_id": cover, "batch": batch, "worker_id": ama.id}


FORMS = (
    (_plant_forms, frozenset({"subject_id", "around_id", "allegation_id", "link_id"})),
    (_plant_work, frozenset({"cover_id", "batch", "worker_id"})),
)
