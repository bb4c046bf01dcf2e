"""The duty desk's pages, by keyboard and without JavaScript: links and forms alone."""

from __future__ import annotations

import datetime as dt

import pytest

from amparo.rooms.desk.tests.pages import page, values

from . import duty_world

NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)
CHECKS = (
    "safe_now",
    "body_cared_for",
    "can_speak_alone",
    "language_known",
    "interpreter_safe",
    "nobody_listens",
)


@pytest.fixture
def harbour(world):
    it = duty_world.build(world)
    duty_world.no_rota(it)
    it.admin.execute("DELETE FROM concerns_signoflife")
    return it


@pytest.fixture
def subject(harbour):
    return duty_world.concern(
        harbour,
        at=NOW - HOUR,
        danger_now="yes",
        urgency_rules=["DANGER_NOW"],
        channel="school",
        area_id="QM01",
    )


@pytest.fixture
def concern(harbour, subject):
    return duty_world.id_of(harbour, subject)


def test_from_the_queue_to_a_closed_concern(harbour, concern, subject, door, keeper):
    duty_world.sealed_words(harbour, subject, "account", "He sleeps in the shop <b>", kind="first")
    dina, omar = door("dina"), door("omar")
    queue = page(dina.get("/duty/?channel=school"))
    assert "In danger now" in queue
    assert f"/duty/concerns/{concern}/take-up/" in queue
    answer = dina.post(f"/duty/concerns/{concern}/take-up/", {"next": "/duty/?channel=school"})
    assert answer["Location"] == "/duty/?channel=school"  # the filter is kept
    assert "He sleeps" not in page(dina.get(f"/duty/concerns/{concern}/"))
    asked = page(dina.get(f"/duty/concerns/{concern}/words/"))
    assert "He sleeps" not in asked
    shown = page(dina.post(f"/duty/concerns/{concern}/words/", {"because": "first look at this concern"}))
    assert "He sleeps in the shop &lt;b&gt;" in shown
    form = values(page(dina.get(f"/duty/concerns/{concern}/decide/")))
    sent = {**form, "outcome": "no_further_action", "reason": "visited with an interpreter: he is at home"}
    assert dina.post(f"/duty/concerns/{concern}/decide/", sent).status_code == 302
    decision = harbour.rows("SELECT id FROM concerns_decision WHERE concern_id = %s", concern)[0][0]
    own = page(dina.get(f"/duty/decisions/{decision}/"))
    assert "It waits for another person" in own
    read = page(omar.post(f"/duty/decisions/{decision}/", {"because": "second reader of it"}))
    assert "visited with an interpreter" in read
    assert omar.post(f"/duty/decisions/{decision}/", {"agrees": "yes"}).status_code == 302
    assert f"/duty/concerns/{concern}/" not in page(dina.get("/duty/?channel=school"))


def test_every_page_of_a_concern_answers_the_desk_and_nobody_else(harbour, concern, subject, door, keeper):
    pages = [f"/duty/concerns/{concern}/", *(f"/duty/concerns/{concern}/{p}/" for p in (
        "words", "reporter", "before-talking", "health", "decide", "reply"))]  # fmt: skip
    for path in (*pages, f"/duty/concerns/{concern}/reply/words/"):
        page(door("dina").get(path))
        for who in ("tom", "oren", "pia", "tesfa", "hadi", "kofi"):
            assert door(who).get(path).status_code in (403, 404), (who, path)
        assert door("lena").get(path).status_code == 404  # another desk: hidden is absent


def test_an_answer_that_is_missing_is_asked_for_in_words(harbour, concern, door, keeper):
    dina = door("dina")
    for path, sent in (("decide", {"version": "1"}), ("before-talking", {}), ("reply", {}), ("health", {"when": "x"}),
                       ("reply/words", {"text": ""}), ("words", {"because": "no"})):  # fmt: skip
        answer = dina.post(f"/duty/concerns/{concern}/{path}/", sent)
        assert "There is a problem" in page(answer), path
    form = {"version": "1", "outcome": "existing_case", "reason": "the same family as last week", "code": ""}
    assert "Write the code" in page(dina.post(f"/duty/concerns/{concern}/decide/", form))


def test_the_code_of_a_file_links_the_concern_and_a_hidden_one_does_not(harbour, concern, door, keeper):
    from amparo.foundation.codes import new_code

    dina = door("dina")
    mine, hidden = harbour.child("tom"), harbour.child("ama")
    codes = {}
    for file in (mine, hidden):
        codes[file] = new_code()
        harbour.admin.execute("UPDATE access_subject SET code = %s WHERE id = %s", [codes[file], file])
    sent = {"version": "1", "outcome": "existing_case", "reason": "the same child as in this file"}
    refused = page(dina.post(f"/duty/concerns/{concern}/decide/", {**sent, "code": codes[hidden]}))
    assert "No file with this code" in refused
    assert dina.post(f"/duty/concerns/{concern}/decide/", {**sent, "code": codes[mine]}).status_code == 302
    assert harbour.rows("SELECT linked_id FROM concerns_concern WHERE id = %s", concern) == [(mine,)]


def test_before_talking_health_and_help_by_forms_alone(harbour, concern, subject, door, keeper):
    dina = door("dina")
    talk = page(dina.get(f"/duty/concerns/{concern}/before-talking/"))
    assert "I must tell the people" in talk
    assert "Nobody has confirmed this text" in talk
    assert (
        dina.post(
            f"/duty/concerns/{concern}/before-talking/", {**dict.fromkeys(CHECKS, "unknown"), "now": "no"}
        ).status_code
        == 302
    )
    assert dina.post(f"/duty/concerns/{concern}/health/", {"when": "unknown"}).status_code == 302
    shown = page(dina.get(f"/duty/concerns/{concern}/"))
    assert "See a doctor today" in shown
    assert "Talk at a better time" in shown
    assert "no confirmed source yet" in shown
    assert dina.post(f"/duty/concerns/{concern}/helped/", {"fact": "DOCTOR_SAW_CHILD"}).status_code == 302


def test_outages_are_said_on_the_page(harbour, door, keeper):
    dina = door("dina")
    assert "Calling has never run here" in page(dina.get("/duty/"))
    harbour.admin.execute(
        "INSERT INTO concerns_signoflife (name, at, failed_at) VALUES ('worker', now() - interval '12 minutes', NULL),"
        " ('paging', now() - interval '30 minutes', now() - interval '8 minutes')"
    )
    said = page(dina.get("/duty/"))
    assert "Calling has not run for 12 minutes" in said
    assert "Calls have not gone out for 8 minutes" in said
    assert "Calling has not run for 12 minutes" in page(dina.get("/"))
    harbour.admin.execute("UPDATE concerns_signoflife SET at = now(), failed_at = NULL")
    keeper.is_away = True
    said = page(dina.get("/duty/"))
    assert "Words cannot be opened just now" in said
    assert "Calling has not run" not in said
    keeper.is_away = False
    assert "does not work" not in page(dina.get("/duty/"))


def test_words_that_cannot_be_opened_lose_nothing(harbour, concern, subject, door, keeper):
    duty_world.sealed_words(harbour, subject, "account", "later", kind="first")
    keeper.is_away = True
    answer = door("dina").post(f"/duty/concerns/{concern}/words/", {"because": "first look at it"})
    assert answer.status_code == 503
    keeper.is_away = False
    assert "later" in page(
        door("dina").post(f"/duty/concerns/{concern}/words/", {"because": "first look at it"})
    )


def test_an_empty_desk_teaches_and_an_empty_filter_leads_back(harbour, door, keeper):
    harbour.admin.execute(
        "UPDATE concerns_concern SET state = 'decided', outcome = 'other_service' WHERE unit_id = %s AND state IN ('waiting', 'acknowledged')",
        [harbour.ids["harbour/team"]],
    )
    assert "No concern waits" in page(door("dina").get("/duty/"))
    assert "Show all that is open" in page(door("dina").get("/duty/?urgency=now&channel=custody"))


def test_the_week_shows_who_stands_and_where_nobody_does(harbour, door, keeper):
    begin = dt.datetime.now(dt.UTC).replace(hour=6, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    shift = duty_world.shift(harbour, "dina", 1, begin, begin + 8 * HOUR)
    shown = page(door("dina").get("/duty/week/"))
    assert "Dina" in shown
    assert "nobody" in shown
    assert "no working day" in shown  # Saturday and Sunday by the working calendar
    assert f"/duty/shifts/{shift}/swap/" in shown
    assert page(door("pia").get("/duty/week/")).count("Dina") == 0  # another agency's rota is not theirs
    assert door("pia").get(f"/duty/shifts/{shift}/swap/").status_code == 404
    assert door("pia").post(f"/duty/shifts/{shift}/end/").status_code == 403
    assert door("lena").post(f"/duty/shifts/{shift}/end/").status_code == 404
    for odd in (
        "?from=0001-01-01",
        "?from=x",
        "?unit=x",
        f"?unit={harbour.ids['harbour/team']}&from=2026-02-31",
    ):
        page(door("dina").get("/duty/week/" + odd))


def test_a_shift_changes_hands_only_when_the_other_agrees(harbour, door, keeper):
    begin = dt.datetime.now(dt.UTC) + 5 * HOUR
    shift = duty_world.shift(harbour, "dina", 1, begin, begin + 8 * HOUR)
    ask = page(door("dina").get(f"/duty/shifts/{shift}/swap/"))
    assert "Omar" in ask
    assert "Tom" not in ask  # who may not answer a concern is not put on duty
    assert door("omar").get(f"/duty/shifts/{shift}/swap/").status_code == 200  # plans duty as well
    assert "There is a problem" in page(
        door("dina").post(f"/duty/shifts/{shift}/swap/", {"person": str(harbour.ids["tom"])})
    )
    assert (
        door("dina").post(f"/duty/shifts/{shift}/swap/", {"person": str(harbour.ids["dara"])}).status_code
        == 302
    )
    swap = harbour.rows("SELECT id FROM concerns_shiftswap WHERE shift_id = %s", shift)[0][0]
    assert harbour.rows("SELECT actor_id FROM access_shift WHERE id = %s", shift) == [(harbour.ids["dina"],)]
    assert door("omar").post(f"/duty/swaps/{swap}/answer/", {"agreed": "yes"}).status_code == 404
    assert "asks you" in page(door("dara").get("/duty/"))
    assert door("dara").post(f"/duty/swaps/{swap}/answer/", {"agreed": "yes"}).status_code == 302
    assert harbour.rows("SELECT actor_id FROM access_shift WHERE id = %s", shift) == [(harbour.ids["dara"],)]
    codes = harbour.rows("SELECT code FROM desk_notice WHERE record = %s ORDER BY code", swap)
    assert codes == [("SWAP_AGREED",), ("SWAP_ASKED",)]


def test_a_shift_that_has_begun_is_cut_where_it_changes_hands(harbour, door, keeper):
    begin = dt.datetime.now(dt.UTC) - 2 * HOUR
    shift = duty_world.shift(harbour, "dina", 1, begin, begin + 8 * HOUR)
    door("dina").post(f"/duty/shifts/{shift}/swap/", {"person": str(harbour.ids["omar"])})
    swap = harbour.rows("SELECT id FROM concerns_shiftswap WHERE shift_id = %s", shift)[0][0]
    door("omar").post(f"/duty/swaps/{swap}/answer/", {"agreed": "yes"})
    rows = harbour.rows("SELECT actor_id, from_at, until_at FROM access_shift ORDER BY from_at")
    assert [r[0] for r in rows] == [harbour.ids["dina"], harbour.ids["omar"]]
    assert rows[0][2] == rows[1][1]  # no minute without anybody


def test_ones_own_telephone_is_ones_own(harbour, door, keeper):
    assert "There is a problem" in page(door("dina").post("/duty/phone/", {"number": "12", "how": "sms"}))
    assert (
        door("dina").post("/duty/phone/", {"number": "+20 (2) 5550-1234", "how": "call"}).status_code == 302
    )
    assert "+20255501234" in page(door("dina").get("/duty/phone/"))
    assert "+20255501234" not in page(door("omar").get("/duty/phone/"))
    door("dina").post("/duty/phone/", {"number": "+20 2 5550 9999", "how": "sms"})
    assert "+20255509999" in page(door("dina").get("/duty/phone/"))
    from amparo.rooms.desk.tests.sql import run_as

    assert run_as(
        harbour, "sana", "SELECT count(*) FROM concerns_dutyphone WHERE person_id = %s", harbour.ids["dina"]
    ) == [(0,)]


def test_today_shows_what_waits_and_where_nobody_stands(harbour, concern, door, keeper):
    today = page(door("sana").get("/"))
    assert "In danger now" in today
    assert "Empty slots in the rota" in today
    assert "Empty slots in the rota" in page(door("hadi").get("/"))
    assert "Concerns" not in page(door("tom").get("/"))
    assert "The rota of the week" in page(door("sana").get("/duty/plan/"))
