"""Intake on screen: nothing is lost, one press sends once, and what comes back is a number and a fixed answer."""

from __future__ import annotations

import html
import re
import uuid
from zoneinfo import ZoneInfo

import pytest

from amparo.foundation import errors
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.actions import sending
from amparo.rooms.concerns.forms.intake_data import intake_forms
from amparo.rooms.concerns.queries.sending import calls_counted, sent_list, sent_one
from amparo.rooms.desk.tests.pages import page

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not gathered for tests
NAMES = tuple(intake_forms())
HAND_OVER = {"reach": "Tent 4, ask for Fay", "danger_now": "yes", "age": "9-12", "language": "ar",
             "needs": ["safe_place", "doctor"], "with_child": "yes"}  # fmt: skip
AGENCY = {"reach": "Extension 12", "danger_now": "no", "what": "She sells\nwater at night", "child_name": "Lulu",
          "age": "9", "area": "QM0101", "gender": "girl"}  # fmt: skip
PAPER = {"received_on_day": "3", "received_on_month": "5", "received_on_year": "2026", "received_time": "02:10",
         "paper_number": "000123"}  # fmt: skip


@pytest.fixture
def fay(desks, door, keeper):
    return door("fay")


def key_of(text):
    return re.search(r'name="key" value="([^"]+)"', text)[1]


def last(desks, columns="id, subject_id"):
    return desks.rows(f"SELECT {columns} FROM concerns_concern ORDER BY entered_at DESC LIMIT 1")[0]


def masked(answer):
    """Without what is random in every answer, and without the address that was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)


def count(desks):
    return desks.rows("SELECT count(*) FROM concerns_concern")[0][0]


def opened(desks, name, section, concern=None):
    """The sealed words of a concern, opened by somebody of the duty desk."""
    from amparo.foundation.sealing import Sealed, open_sealed

    concern = concern or last(desks)[0]
    ((holder, record, text),) = desks.rows(
        f"SELECT subject_id, id, text FROM concerns_{section} WHERE concern_id = %s", concern
    )
    item = Sealed(holder, section, record, "text", bytes(text))
    return open_sealed(desks.actor(name), [item], "duty desk")[0].decode()


@pytest.mark.parametrize("name", NAMES)
def test_each_form_asks_what_its_file_says_and_offers_a_way_back(fay, name):
    form = intake_forms()[name]
    text = page(fay.get(f"/report/{form.slug}/"))
    assert html.escape(form.title["en"]) in text
    for question in form.questions():
        assert html.escape(question.label["en"]) in text
    assert 'class="back" href="/report/"' in text
    assert re.search(r"<form method=\"post\" novalidate data-once", text)
    assert "*" not in re.sub(r"<[^>]+>", "", text)


def test_the_first_page_leads_to_every_form(fay):
    text = page(fay.get("/report/"))
    for form in intake_forms().values():
        assert f'href="/report/{form.slug}/"' in text
        assert f'href="/report/{form.slug}/paper/"' in text


def test_hand_over_now_is_six_answers_and_then_a_call(desks, fay):
    before = count(desks)
    answer = fay.post("/report/hand-over/", HAND_OVER | {"key": str(uuid.uuid4())})
    assert answer.status_code == 302
    text = page(fay.get(answer.headers["Location"]))
    assert count(desks) == before + 1
    channel, danger, health, needs, low, high, language, urgency = last(
        desks, "channel, danger_now, health_today, needs, age_low, age_high, language, urgency"
    )
    assert (channel, danger, health, sorted(needs)) == ("hand_over", "yes", "yes", ["doctor", "safe_place"])
    assert (low, high, language, urgency) == (9, 12, "ar", "now")
    assert "Now call the duty desk" in text
    assert "000 222" in text
    number = sent_list(desks.actor("fay")).items[0].number
    assert f"{number[:4]}-{number[4:]}" in text
    assert "We have your report. Thank you." in text


def test_what_is_missing_is_said_and_what_was_typed_stands(fay):
    text = page(
        fay.post("/report/hand-over/", {"age": "ninety", "reach": "", "language": "ar", "needs": ["advice"]})
    )
    assert "<title>Error: " in text
    assert "There is a problem" in text
    assert 'href="#id_reach"' in text
    assert 'href="#id_danger_now_0"' in text
    assert 'value="ninety"' in text
    assert re.search(r'<option value="ar" selected', text)
    assert re.search(r'value="advice"[^>]* checked', text)
    assert "Write the age in years" in text


def test_answers_are_checked_changed_and_sent(desks, fay, keeper):
    key = str(uuid.uuid4())
    check = page(fay.post("/report/agency/", AGENCY | {"key": key, "step": "check"}))
    assert "Check your answers" in check
    assert "She sells<br>water at night" in check
    assert check.count('name="step" value="change"') >= len(intake_forms()["agency"].questions())
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', check))
    assert hidden["what"] == "She sells\nwater at night"
    changed = page(fay.post("/report/agency/", hidden | {"step": "change"}))
    assert ">\nShe sells\nwater at night</textarea>" in changed
    assert "There is a problem" not in changed
    assert key_of(changed) == key
    answer = fay.post("/report/agency/", hidden | {"step": "send"})
    assert answer.status_code == 302
    assert "call=now" not in answer.headers["Location"]
    assert last(desks, "channel, area_id, gender") == ("agency", "QM0101", "girl")
    account = opened(desks, "dina", "account")
    assert "Called: Lulu" in account
    assert "Seen or heard: She sells\nwater at night" in account
    assert "Extension 12" in opened(desks, "dina", "reporter")


def test_one_press_sent_twice_is_one_concern(desks, fay):
    before, sending_ = count(desks), AGENCY | {"key": str(uuid.uuid4()), "step": "send"}
    first, again = (fay.post("/report/agency/", sending_) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert count(desks) == before + 1
    other = page(fay.post("/report/agency/", sending_ | {"what": "Other words"}))
    assert "There is a problem" in other
    assert count(desks) == before + 1


def test_a_step_keeps_the_draft_and_sending_forgets_it(desks, fay, keeper):
    page(fay.post("/report/agency/", AGENCY | {"key": str(uuid.uuid4()), "needs": ["doctor", "advice"]}))
    text = page(fay.get("/report/agency/"))
    assert "You go on with your draft" in text
    assert 'value="Lulu"' in text
    assert re.search(r'value="doctor"[^>]* checked', text)
    assert re.search(r'value="advice"[^>]* checked', text)
    assert "There is a problem" not in text
    fresh = key_of(text)
    assert uuid.UUID(fresh)
    answer = fay.post("/report/agency/", AGENCY | {"key": fresh, "step": "send"})
    assert answer.status_code == 302
    assert "You go on with your draft" not in page(fay.get("/report/agency/"))
    assert "Lulu" not in page(fay.get("/report/agency/"))


def test_a_keeper_that_is_away_never_stops_the_writing(desks, fay, keeper):
    page(fay.post("/report/agency/", AGENCY | {"key": str(uuid.uuid4())}))
    keeper.is_away = True
    text = page(fay.get("/report/agency/"))
    assert "Drafts cannot be opened just now" in text
    assert fay.post("/report/agency/", AGENCY | {"step": "send"}).status_code == 302


def test_without_a_desk_nothing_is_lost_and_the_page_says_what_to_do(desks, fay, monkeypatch):
    def nobody(**_):
        raise errors.Refused("nobody_answers")

    monkeypatch.setattr(sending, "send_intake", nobody)
    text = page(fay.post("/report/agency/", AGENCY | {"step": "send"}))
    assert "no duty desk is set up" in text
    assert 'value="Lulu"' in text


@pytest.mark.parametrize("kind", ["advice", "silent", "wrong_number", "test", "repeat_caller"])
def test_a_call_that_is_no_concern_is_counted_and_nothing_else_is_kept(desks, door, keeper, kind):
    hedi, before = door("hedi"), count(desks)
    counted = {(c.call_type, c.calls) for c in calls_counted(desks.actor("hedi"))}
    sent = {"call_type": kind, "what": "Nothing of this", "caller_reach": "Zed 555", "key": str(uuid.uuid4())}
    check = page(hedi.post("/report/hotline/", sent))
    assert "This call is counted only" in check
    for _ in range(2):
        assert hedi.post("/report/hotline/", sent | {"step": "send"}).headers["Location"] == "/report/calls/"
    assert count(desks) == before
    now = {(c.call_type, c.calls) for c in calls_counted(desks.actor("hedi"))}
    ((_, calls),) = now - counted
    assert calls == 1 + max([c for k, c in counted if k == kind], default=0)
    assert calls_counted(desks.actor("fay")) == ()
    columns = desks.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'concerns_callcount'"
    )
    assert {c for (c,) in columns} == {"id", "unit_id", "day", "call_type", "calls"}
    assert "Nothing of this" not in page(hedi.get("/report/hotline/"))


@pytest.mark.parametrize("kind", ["concern", "repeat_concern"])
def test_a_call_about_a_child_becomes_a_concern(desks, door, keeper, kind):
    hedi, before = door("hedi"), count(desks)
    sent = {"call_type": kind, "about_self": "yes", "what": "I am hungry", "step": "send"}
    assert hedi.post("/report/hotline/", sent).status_code == 302
    assert count(desks) == before + 1
    assert last(desks, "channel, call_type, about_self, urgency") == ("hotline", kind, True, "now")


GROUP = {"reach": "Bus 7", "group_what": "A bus was stopped", "group_danger": "no", "group_area": "QM01", "count": "5",
         "r1_child": "Boy in a red shirt", "r1_age": "8", "r1_language": "mis", "r1_need": "doctor", "r1_number": "W-17",
         "r3_child": "Girl, green scarf", "r3_gender": "girl", "r3_with": "a sister"}  # fmt: skip


def test_a_group_is_a_concern_for_each_child_and_none_leads_to_another(desks, fay, keeper):
    before = count(desks)
    check = page(fay.post("/report/group/", GROUP | {"key": str(uuid.uuid4())}))
    assert "Boy in a red shirt" in check
    assert "Child 3" in check
    assert "Child 2" not in check
    answer = fay.post("/report/group/", GROUP | {"key": str(uuid.uuid4()), "step": "send"})
    assert answer.headers["Location"] == "/report/sent/"
    assert count(desks) == before + 2
    text = page(fay.get("/report/sent/"))
    assert "a concern for each of 2 children" in text
    rows = desks.rows("SELECT id, number_in_event, health_today, gender, event FROM concerns_concern"
                      " ORDER BY entered_at DESC, number_in_event LIMIT 2")  # fmt: skip
    assert [r[1:4] for r in rows] == [(1, "yes", "unknown"), (2, "unknown", "girl")]
    boy, girl = (opened(desks, "dina", "account", row[0]) for row in rows)
    assert "A bus was stopped" in boy
    assert "A bus was stopped" in girl
    assert "W-17" in boy
    assert "red shirt" not in girl
    assert "scarf" not in boy


def test_rows_are_added_without_a_script_and_keep_what_was_typed(fay):
    text = page(fay.post("/report/group/", GROUP | {"step": "more"}))
    assert "Child 10" in text
    assert "Child 11" not in text
    assert "Boy in a red shirt" in text
    assert "There is a problem" not in text
    most = page(fay.post("/report/group/", GROUP | {"step": "more", "count": "58"}))
    assert "Child 60" in most
    assert "Child 61" not in most


def test_sixty_children_go_in_one_sending(desks, fay, keeper):
    before = count(desks)
    rows = {f"r{n}_{name}": value for n in range(1, 61)
            for name, value in {"child": f"Child {n}", "age": "9", "gender": "boy", "language": "ar", "need": "doctor",
                                "with": "alone", "number": str(n)}.items()}  # fmt: skip
    sent = {"reach": "x", "count": "60", "step": "send", "key": str(uuid.uuid4())} | rows
    assert fay.post("/report/group/", sent).status_code == 302
    assert count(desks) == before + 60


def test_a_group_without_a_child_is_asked_for_one(fay):
    text = page(fay.post("/report/group/", {"reach": "x", "count": "5"}))
    assert "Fill in one row at least" in text
    assert 'href="#id_r1_child"' in text


def test_a_paper_counts_from_its_own_date_and_names_who_typed_it(desks, fay, keeper):
    sent = AGENCY | PAPER | {"step": "send", "key": str(uuid.uuid4())}
    assert fay.post("/report/agency/from-paper/", sent).status_code == 302
    received, entered, sender = last(desks, "received_at, entered_at, sender_id")
    assert (
        received.astimezone(ZoneInfo("Africa/Cairo")).strftime("%d %H:%M") == "03 02:10"
    )  # River's own zone
    assert entered > received
    assert sender == desks.ids["fay"]
    (entry,) = desks.rows("SELECT detail->>'number' FROM audit.entry WHERE what = 'PAPER_ENTERED'"
                          " ORDER BY at DESC LIMIT 1")  # fmt: skip
    assert entry == ("000123",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"received_on_year": "2099"}, "not in the future"),
        ({"received_on_day": ""}, "Enter a day"),
        ({"received_time": "25:00"}, "Write the time such as 02:10"),
        ({"received_on_day": "", "received_on_month": "", "received_on_year": ""}, "Enter a date"),
    ],
)
def test_a_paper_without_a_true_date_is_asked_for_it(fay, wrong, said):
    text = page(fay.post("/report/agency/from-paper/", AGENCY | PAPER | wrong))
    assert said in text
    assert 'value="Lulu"' in text


def test_what_i_sent_is_a_number_a_state_and_a_fixed_answer(desks, fay, door, keeper):
    fay.post("/report/agency/", AGENCY | {"step": "send", "key": str(uuid.uuid4())})
    one = sent_list(desks.actor("fay")).items[0]
    text = page(fay.get(f"/report/sent/{one.id}/"))
    for hidden in ("Lulu", "water", "Harbour", "urgen", "Today", str(last(desks)[0]), str(last(desks)[1])):
        assert hidden not in re.sub(r"<header>.*?</header>", "", text, flags=re.DOTALL), hidden
    assert "Received" in text
    assert one.number[:4] in page(fay.get("/report/sent/"))


def test_somebody_elses_and_nobodys_are_not_there_alike(desks, fay, door, keeper):
    fay.post("/report/agency/", AGENCY | {"step": "send", "key": str(uuid.uuid4())})
    one = sent_list(desks.actor("fay")).items[0]
    other = door("hedi")
    hidden, absent = other.get(f"/report/sent/{one.id}/"), other.get(f"/report/sent/{uuid.uuid4()}/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert masked(hidden) == masked(absent)
    assert one.id not in {row.id for row in sent_list(desks.actor("hedi")).items}
    with pytest.raises(errors.NotThere):
        sent_one(desks.actor("dina"), one.id)  # the desk that answers reads concerns, not senders' lists


def test_the_police_liaison_reports_and_is_shown_nothing_else(desks, door, keeper):
    pia = door("pia")
    sent = {"reach": "Desk sergeant", "held_where": "Station North", "age": "15", "step": "send"}
    answer = pia.post("/report/custody/", sent | {"key": str(uuid.uuid4())})
    text = page(pia.get(answer.headers["Location"]))
    assert last(desks, "channel, in_custody, urgency") == ("custody", "yes", "now")
    assert "Now call the duty desk" in text
    assert not re.search(r"/files/|known|existing|case", re.sub(r"It never says whether.*?\.", "", text))
    for address in ("/files/", "/find/", "/tasks/", "/limits/", "/emergency/"):
        assert pia.get(address).status_code == 403, address
    _concern, subject = last(desks)
    assert pia.get(f"/files/{subject}/").status_code in (403, 404)


@pytest.mark.parametrize("who", ["kofi", "ines", "dora", "hugo", "sol"])
def test_who_may_not_report_is_refused_where_others_may(desks, fay, door, who):
    assert fay.get("/report/").status_code == 200
    browser = door(who)
    for address in (
        "/report/",
        "/report/hand-over/",
        "/report/sent/",
        "/report/calls/",
        "/report/group/paper/",
    ):
        assert browser.get(address).status_code == 403, address
    assert browser.post("/report/hand-over/", HAND_OVER).status_code == 403
    with pytest.raises(errors.Refused):
        sending.count_call(by=desks.actor(who), call_type="silent", draft="intake_hotline")
    assert not desks.actor(who).has(policy.SEND)


def test_a_concern_cannot_be_hidden_in_the_count_of_calls(desks):
    with pytest.raises(errors.Refused):
        sending.count_call(by=desks.actor("hedi"), call_type="concern", draft="intake_hotline")


def test_drafts_of_intake_are_listed_with_a_way_on(desks, fay, keeper):
    page(fay.post("/report/clinic/", {"reach": "Ward 3"}))
    text = page(fay.get("/drafts/"))
    assert 'href="/report/clinic/"' in text
    assert "Concern from a clinic" in text


def test_today_has_the_button_for_whoever_may_report(fay, door):
    assert 'href="/report/"' in page(fay.get("/"))
    assert 'href="/report/"' not in page(door("ines").get("/"))


def test_areas_are_offered_by_name(desks, fay):
    text = page(fay.get("/report/agency/"))
    assert 'value="QM0101"' in text
    assert 'value="QM"' not in text  # the country is no answer to "in which area"
