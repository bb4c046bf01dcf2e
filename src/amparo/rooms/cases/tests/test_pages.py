"""The pages of this room, in a browser without a script."""

from __future__ import annotations

import uuid

import pytest

from amparo.foundation.codes import new_code
from amparo.foundation.ids import SubjectId
from amparo.rooms.cases import actions, queries
from amparo.rooms.cases.opening import Taker

from .pages import SIX, opened, page, searched

pytestmark = pytest.mark.usefixtures("people", "keeper", "sent")


def test_search_comes_first_and_its_proof_is_ones_own(door):
    ama, emil = door("ama"), door("emil")
    assert ama.get("/cases/open/new/")["Location"] == "/cases/open/"
    assert "Answer one of these questions" in page(ama.post("/cases/open/", {}))
    proof = searched(ama)
    assert "Six answers are enough" in page(ama.get(proof))
    assert emil.get(proof)["Location"] == "/cases/open/"


def test_a_search_finds_ones_own_file_and_tells_nothing_of_anothers(world, door, opening):
    subject = actions.open_case(by=world.actor("ama"), opening=opening())
    code = world.rows("SELECT code FROM access_subject WHERE id = %s", subject)[0][0]
    assert f"/files/{subject}/" in page(door("ama").post("/cases/open/", {"code": code}))
    hidden = page(door("zoe").post("/cases/open/", {"code": code}))
    absent = page(door("zoe").post("/cases/open/", {"code": new_code()}))
    assert str(subject) not in hidden
    assert "ask the duty desk" in hidden.lower()
    assert _lasting(hidden) == _lasting(absent)


def _lasting(text):
    """Without what differs from one showing of a page to the next."""
    passing = ("searched=", "csrf", 'name="code"')
    return [line for line in text.splitlines() if not any(word in line for word in passing)]


def test_six_answers_open_a_case_and_each_missing_one_is_asked_for(world, door):
    ama = door("ama")
    subject = opened(ama)
    text = page(ama.get(f"/files/{subject}/"))
    assert "High risk" in text
    assert "In a fit place" in text
    assert text.count('<ol class="steps">') == 1
    assert text.split('<ol class="steps">')[1].split("</ol>")[0].count("<li>") == 3
    for name in SIX:
        said = {k: v for k, v in SIX.items() if k != name}
        assert "There is a problem" in page(ama.post(searched(ama), said)), name


def test_only_six_questions_are_required():
    from amparo.rooms.cases.forms import OpenForm

    needed = {name for name, field in OpenForm().fields.items() if field.required}
    # danger is a level with its reasons, tonight is fact or plan with the kind of place: two boxes, one question each
    assert needed == {"called", "gender", "language", "risk", "reasons", "night", "night_kind"}


def test_an_unfit_plan_is_refused_on_the_page_and_nothing_typed_is_lost(door):
    ama = door("ama")
    text = page(ama.post(searched(ama), SIX | {"night": "plan", "night_kind": "hotel"}))
    assert "not fit for a child" in text
    assert "works in a house, is never let out" in text


def test_a_plan_is_kept_as_a_plan(world, door):
    subject = opened(door("ama"), night="plan", night_kind="foster", address="Lime yard")
    assert world.rows("SELECT night FROM cases_case WHERE subject_id = %s", subject) == [("plan",)]
    assert world.rows("SELECT kind FROM vault_place WHERE subject_id = %s", subject) == [("plan",)]


def test_a_double_press_opens_one_case(world, door):
    ama, key = door("ama"), str(uuid.uuid4())
    address = searched(ama)
    first = ama.post(address, SIX | {"key": key})["Location"]
    assert ama.post(address, SIX | {"key": key})["Location"] == first


def test_a_draft_is_kept_without_a_script_and_goes_on(door):
    ama = door("ama")
    address = searched(ama)
    said = SIX | {
        "interim_name": "Mirem",
        "interim_until_day": "3",
        "interim_until_month": "5",
        "interim_until_year": "2027",
    }
    assert ama.post(address, said | {"save_draft": "1"}).status_code == 302
    text = page(ama.get(address))
    assert "You go on with your draft" in text
    assert 'value="Lulu"' in text
    assert 'value="2027"' in text
    assert "You go on with your draft" not in page(door("emil").get(searched(door("emil"))))
    assert ama.post(address, said).status_code == 302
    assert "You go on with your draft" not in page(ama.get(searched(ama)))


def test_given_to_the_desk_the_opener_goes_to_today(world, door):
    answer = door("ama").post(searched(door("ama")), SIX | {"taker": str(world.ids["river/team"])})
    assert answer["Location"] == "/"


@pytest.fixture
def child(world, opening):
    return actions.open_case(by=world.actor("ama"), opening=opening())


CHANGES = {
    "risk": {"level": "low", "reasons": "the house is safe now"},
    "tonight": {"night": "plan", "night_kind": "foster"},
    "seen": {"at_day": "3", "at_month": "5", "at_year": "2026"},
    "languages": {"language": "other", "other_language": "quz", "understands": "fr ln", "needs_interpreter": "yes",
                  "interpreter_gender": "woman"},
    "guardian": {"what": "cannot", "text": "said to be in the debt of the employer"},
    "responsible-adult": {"name": "Mirem", "mandate": "head of the house", "until_day": "3", "until_month": "5",
                          "until_year": "2030"},
    "people/add": {"name": "Uncle Idris", "relation": "claims_family", "lives_with": "no", "holds_custody": "no",
                   "may_contact": "no", "may_know": "no"},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_each_change_is_made_by_its_worker_refused_empty_and_hidden_from_others(world, door, child, name):
    path = f"/files/{child}/case/{name}/"
    version = world.rows("SELECT version FROM cases_case WHERE subject_id = %s", child)[0][0]
    said = CHANGES[name] | {"version": str(version)}
    ama = door("ama")
    assert page(ama.get(path))
    assert "There is a problem" in page(ama.post(path, {"version": str(version)}))
    for stranger in ("zoe", "emil", "faye", "kofi", "pavel", "ines"):
        assert door(stranger).get(path).status_code in (403, 404), stranger
        assert door(stranger).post(path, said).status_code in (403, 404), stranger
    answer = ama.post(path, said)
    assert answer.status_code == 302, answer.content[-1500:]
    assert page(ama.get(answer["Location"]))


def test_a_change_on_an_old_sheet_is_shown_and_not_lost(door, child):
    ama, path = door("ama"), f"/files/{child}/case/risk/"
    assert ama.post(path, CHANGES["risk"] | {"version": "1"}).status_code == 302
    text = page(ama.post(path, {"level": "medium", "reasons": "somebody waits outside", "version": "1"}), 409)
    assert "somebody waits outside" in text
    assert 'value="2"' in text


def test_the_sheet_shows_its_words_to_its_worker_alone(world, door, child):
    ama = door("ama")
    assert "never let out" in page(ama.get(f"/files/{child}/case/"))
    for stranger in ("zoe", "emil", "faye", "kofi", "pavel"):
        assert door(stranger).get(f"/files/{child}/case/").status_code in (403, 404)
    world.grant(child, "ilya", ["register", "note"])  # may read the file, not its case sheet
    assert 'id="file-case"' not in page(door("ilya").get(f"/files/{child}/"))


def test_allegations_are_apart_and_about_one_child(world, door, child):
    ama = door("ama")
    assert ama.post(f"/files/{child}/case/people/add/", CHANGES["people/add"]).status_code == 302
    (person,) = queries.people_opened(world.actor("ama"), child)
    path = f"/files/{child}/case/people/{person.id}/allegation/"
    said = {"what": "took her wages", "said_by": "the child", "said_when": "3 May", "status": "said"}
    assert ama.post(path, said).status_code == 302
    assert "took her wages" in page(ama.get(f"/files/{child}/case/allegations/"))
    assert "took her wages" not in page(ama.get(f"/files/{child}/case/people/"))
    world.grant(child, "ilya", ["register", "case", "people"])
    ilya = door("ilya")
    around = page(ilya.get(f"/files/{child}/case/people/"))
    assert "Uncle Idris" in around
    assert "/case/allegations/" not in around
    assert ilya.get(f"/files/{child}/case/allegations/").status_code == 404
    assert ilya.post(path, said).status_code in (403, 404)


def test_today_says_what_cannot_wait_and_drills_to_the_child_in_one_click(world, door, opening):
    subject = actions.open_case(by=world.actor("faye"), opening=opening(risk="high"))
    text = page(door("faye").get("/"))
    assert "Children who cannot wait" in text
    assert f'href="/files/{subject}/"' in text
    assert f'href="/files/{subject}/"' not in page(door("zoe").get("/"))
    actions.child_seen(by=world.actor("faye"), subject_id=subject)
    urgent, _heading, later = page(door("faye").get("/")).partition("Morning list")
    assert f'href="/files/{subject}/"' in later
    assert f'href="/files/{subject}/"' not in urgent


def test_list_keeps_its_filter_and_its_page(world, door, opening):
    for _ in range(21):
        actions.open_case(by=world.actor("zoe"), opening=opening(risk="medium"))
    zoe = door("zoe")
    text = page(zoe.get("/cases/?whose=mine&risk=medium"))
    assert text.count('<li class="row">') == 20
    assert '<option value="medium" selected>' in text
    assert "risk=medium" in text.split('rel="next"')[1].split(">")[0]
    assert "No case fits this filter" in page(zoe.get("/cases/?risk=low"))
    assert page(zoe.get("/cases/?risk=nonsense&after=broken"))


def test_a_file_is_offered_and_accepted_on_pages(world, door, child):
    ama, emil = door("ama"), door("emil")
    said = {"taker": f"{world.ids['river/team']}/{world.ids['emil']}", "reason": "workload"}
    assert ama.post(f"/files/{child}/case/offer/", said).status_code == 302
    assert emil.get(f"/files/{child}/").status_code == 404
    (offer,) = [o for o in queries.hand_overs(world.actor("emil")) if o.files[0].subject_id == child]
    assert str(offer.batch) in page(emil.get("/"))
    assert emil.post(f"/cases/offers/{offer.batch}/accept/").status_code == 302
    assert page(emil.get(f"/files/{child}/"))
    assert ama.get(f"/files/{child}/").status_code == 404


def test_the_team_page_is_for_whoever_gives_out_its_work(world, door, child):
    text = page(door("ben").get("/cases/team/"))
    assert "Ama" in text
    assert "Zoe" not in text
    for other in ("ama", "zoe", "kofi", "pavel"):
        assert door(other).get("/cases/team/").status_code == 403
    assert "Offer a whole caseload" in page(door("ben").get(f"/cases/team/{world.ids['ama']}/offer/"))
    assert door("rana").get(f"/cases/team/{world.ids['ama']}/offer/").status_code == 404


def test_cover_is_planned_and_ended_on_a_page(world, door, child):
    ama = door("ama")
    pair = {
        name: f"{world.ids['river/team']}/{world.ids[who]}"
        for name, who in (("person", "ama"), ("stand_in", "emil"))
    }
    days = {"from_on_day": "1", "from_on_month": "1", "from_on_year": "2030", "until_on_day": "9", "until_on_month": "1",
            "until_on_year": "2030"}  # fmt: skip
    assert ama.post("/cases/cover/", pair | days).status_code == 302
    (cover,) = [c for c in queries.covers(world.actor("ama")) if c.until_at.year == 2030]
    assert "stands in for" in page(ama.get("/cases/cover/"))
    assert door("zoe").post(f"/cases/cover/{cover.id}/end/").status_code == 404
    assert ama.post(f"/cases/cover/{cover.id}/end/").status_code == 302
    assert cover.id not in [c.id for c in queries.covers(world.actor("ama"))]


@pytest.mark.parametrize(("kind", "words"), [("sibling", "Brother or sister"), ("baby", "Baby")])
def test_a_file_beside_is_opened_in_one_step_and_kept_apart_only_with_a_reason(
    world, door, child, kind, words
):
    ama = door("ama")
    answer = ama.post(f"/files/{child}/case/{kind}/", SIX | {"age_low": "1", "called": "Noor"})
    other = answer["Location"].split("/")[2]
    assert words in page(ama.get(f"/files/{child}/case/"))
    (link,) = queries.links_of(world.actor("ama"), child)
    path = f"/files/{child}/case/links/{link.id}/"
    assert "There is a problem" in page(ama.post(f"{path}apart/", {"why": ""}))
    assert ama.post(f"{path}apart/", {"why": "he hits the little one"}).status_code == 302
    assert queries.links_of(world.actor("ama"), SubjectId(uuid.UUID(other)))[0].is_apart
    assert "hits the little one" in page(ama.get(f"/files/{child}/case/"))
    assert "hits the little one" not in page(
        ama.get(f"/files/{other}/case/")
    )  # sealed to the child it is about
    assert ama.post(f"{path}together/").status_code == 302
    assert not queries.links_of(world.actor("ama"), child)[0].is_apart
    assert door("zoe").post(f"{path}together/").status_code in (403, 404)


def test_a_supervisor_takes_over_from_the_desk(world, door, opening):
    subject = actions.open_case(by=world.actor("ama"), opening=opening(taker=Taker(world.ids["river/team"])))
    assert "Take this child over" in page(door("dalia").get(f"/files/{subject}/"))
    assert door("dalia").post(f"/files/{subject}/case/take/").status_code == 302
    assert door("ama").get(f"/files/{subject}/case/take/").status_code == 403


def test_a_first_responder_opens_without_searching(door):
    text = page(door("gus").get("/cases/open/"))
    assert "Open a new case" in text
    assert 'name="phone"' not in text


def test_a_group_is_written_down_once_and_opens_a_file_for_each_row(world, door):
    ama = door("ama")
    address = searched(ama).replace("/cases/open/new/", "/cases/open/group/")
    assert page(ama.get(address)).count('name="called_') == 3
    shared = {k: v for k, v in SIX.items() if k not in ("called", "age_low", "gender")}
    assert "Write at least one child down" in page(ama.post(address, shared))
    before = {s for (s,) in world.rows("SELECT subject_id FROM cases_case")}
    rows = {"called_0": "band 7", "age_0": "9", "gender_0": "girl", "called_2": "band 9"}
    assert ama.post(address, shared | rows)["Location"] == "/cases/"
    new = {s for (s,) in world.rows("SELECT subject_id FROM cases_case")} - before
    assert len(new) == 2
    for subject in new:
        assert {x.subject_id for x in queries.links_of(world.actor("ama"), subject)} == new - {subject}
    assert ama.get("/cases/open/group/")["Location"] == "/cases/open/"
