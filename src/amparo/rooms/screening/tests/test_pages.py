"""The pages: words and a next step beside a child, figures on the instrument's page alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from amparo.foundation.ids import new_id
from amparo.rooms.desk.tests.pages import page
from amparo.rooms.screening import actions, loading, queries

from .people import person

pytestmark = pytest.mark.usefixtures("keeper")
REASON = "a neighbour told us more"


@pytest.fixture
def child(world):
    return world.child()


def sent(child, instrument="begging", step="check", **answers):
    """What a browser sends: every line that is asked from the start, untouched where nothing is said."""
    it = loading.current(instrument)
    lines = {f"item_{i.id}": "could_not_see" for i in it.items if i.ask_if is None}
    return lines | {f"item_{name}": answer for name, answer in answers.items()} | {"step": step}


def note_url(child, instrument="begging"):
    return reverse("screening:note", args=[child, instrument])


def test_from_the_file_to_words_and_a_next_step_without_a_script(door, world, child):
    ama = door("ama")
    assert reverse("screening:choose", args=[child]) in page(
        ama.get(reverse("screening:screenings", args=[child]))
    )
    assert note_url(child) in page(ama.get(reverse("screening:choose", args=[child])))
    form = page(ama.get(note_url(child)))
    assert form.count('value="could_not_see"') == form.count('value="seen"') == 12
    assert form.count("checked") == 12  # untouched is "could not see"
    check = page(ama.post(note_url(child), sent(child, watched="seen")))
    assert "Check what you noted" in check
    assert 'name="item_watched" value="seen"' in check
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', check))
    done = ama.post(note_url(child), fields | {"step": "save"})
    assert done.status_code == 302
    result = page(ama.get(done["Location"]))
    assert "Signs noted: talk to your supervisor today" in result
    assert not re.search(r"\d+ (of|signs)|%|score|sensitiv|victim|traffick", result, re.I)
    assert len(queries.screenings_of(world.actor("ama"), child).items) == 1


def test_nothing_touched_does_not_say_no_signs(door, child):
    ama = door("ama")
    done = ama.post(note_url(child), sent(child, step="save"))
    assert "but not everything could be seen" in page(ama.get(done["Location"]))


def test_a_line_that_an_answer_opens_is_shown_next_and_a_stray_answer_is_refused(door, child):
    ama = door("ama")
    assert "set amount" not in page(ama.get(note_url(child)))
    opened = page(ama.post(note_url(child), sent(child, step="save", collects="seen")))
    assert "set amount" in opened
    assert "opens further lines" in opened
    stray = page(ama.post(note_url(child), sent(child, step="save", collects="not_seen", amount="seen")))
    assert "follows from another one that is not noted as seen" in stray
    assert "<title>Error: " in stray.replace("\n", "")
    both = ama.post(note_url(child), sent(child, step="save", collects="seen", amount="seen"))
    assert both.status_code == 302


def test_a_line_left_out_or_spoilt_is_asked_for_and_nothing_is_lost(door, child):
    data = sent(child, watched="seen") | {"item_hurt": "maybe"}
    del data["item_moved"]
    text = page(door("ama").post(note_url(child), data))
    assert "There is a problem" in text
    assert "Choose one of the three answers." in text
    assert "Choose an answer to each line." in text
    assert re.search(r'name="item_watched" value="seen"[^>]*checked', text)


def test_change_leads_back_to_the_same_answers(door, child):
    text = page(
        door("ama").post(note_url(child), sent(child, step="change", collects="seen", amount="not_seen"))
    )
    assert re.search(r'name="item_collects" value="seen"[^>]*checked', text)
    assert re.search(r'name="item_amount" value="not_seen"[^>]*checked', text)


def test_again_begins_where_it_ended_and_asks_why(door, world, child, keeper):
    ama = door("ama")
    actions.note_signs(
        by=world.actor("ama"), subject_id=child, instrument="begging", version=1, answers={"collects": "seen"}
    )
    form = page(ama.get(note_url(child)))
    assert "Why is it done again?" in form
    assert re.search(r'name="item_collects" value="seen"[^>]*checked', form)
    assert "set amount" in form
    whole = sent(child, step="save", collects="seen", amount="could_not_see")
    assert "Write in a few words why it is done again." in page(ama.post(note_url(child), whole))
    assert ama.post(note_url(child), whole | {"reason": REASON}).status_code == 302
    assert REASON in page(ama.get(reverse("screening:screenings", args=[child])))
    keeper.is_away = True
    away = page(ama.get(note_url(child)))
    assert "Why is it done again?" in away
    assert not re.search(r'name="item_collects" value="seen"[^>]*checked', away)


def test_sent_twice_it_stands_once(door, child):
    ama = door("ama")
    key = re.search(r'name="key" value="([^"]+)"', page(ama.get(note_url(child))))[1]
    data = sent(child, step="save", watched="seen") | {"key": key}
    first = ama.post(note_url(child), data)
    assert first.status_code == 302
    assert ama.post(note_url(child), data)["Location"] == first["Location"]
    other = ama.post(note_url(child), data | {"key": str(new_id())})  # a new sending is asked why
    assert "Why is it done again?" in page(other)
    assert page(ama.get(reverse("screening:screenings", args=[child]))).count("<article") == 1


def test_the_task_for_the_supervisor_is_made_by_a_press_and_by_nothing_else(door, world, child):
    ama = door("ama")
    done = ama.post(note_url(child), sent(child, step="save", watched="seen"))
    count = "SELECT title, owner_id, detail FROM desk_task WHERE subject_id = %s"
    assert world.rows(count, child) == []
    text = page(ama.get(done["Location"]))
    key = re.search(r'name="key" value="([^"]+)"', text)[1]
    row_id = done["Location"].rstrip("/").rsplit("/", 1)[1]
    url = reverse("screening:ask_supervisor", args=[row_id])
    for _ in "12":
        assert ama.post(url, {"key": key})["Location"] == reverse("desk:tasks", args=[child])
    assert world.rows(count, child) == [("TALK_TO_SUPERVISOR", world.ids["ama"], None)]
    assert door("zoe").post(url, {"key": key}).status_code == 404


def test_no_press_is_offered_where_no_signs_were_noted(door, child):
    ama = door("ama")
    looked = {i.id: "not_seen" for i in loading.current("begging").items if i.ask_if is None}
    done = ama.post(note_url(child), sent(child, step="save", **looked))
    text = page(ama.get(done["Location"]))
    assert "No signs noted today: keep watching" in text
    assert "in my tasks" not in text


def test_a_draft_goes_on_where_it_stopped_and_is_gone_once_sent(door, child):
    ama = door("ama")
    url = reverse("desk:save_draft", args=["screening_begging", child])
    assert ama.post(url, sent(child, collects="seen", amount="seen")).status_code == 204
    assert "Begun" in page(ama.get(reverse("screening:choose", args=[child])))
    form = page(ama.get(note_url(child)))
    assert "You go on with your draft" in form
    assert re.search(r'name="item_amount" value="seen"[^>]*checked', form)
    ama.post(note_url(child), sent(child, step="save", collects="seen", amount="seen"))
    assert "Begun" not in page(ama.get(reverse("screening:choose", args=[child])))


def test_hidden_and_absent_are_the_same_and_roles_are_refused(door, world, child):
    assert Client().get(note_url(child))["Location"].startswith(reverse("account_login"))
    for url in ("screening:screenings", "screening:choose"):
        bodies = []
        for subject in (child, new_id()):
            text = page(door("zoe").get(reverse(url, args=[subject])), 404).replace(str(subject), "ID")
            bodies.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))
        assert bodies[0] == bodies[1]
        assert door("dora").get(reverse(url, args=[child])).status_code == 403
        assert door("ama").get(reverse(url, args=[child])).status_code == 200
    world.grant(child, "ilya", ("register", "screening"), "read")
    assert door("ilya").get(reverse("screening:screenings", args=[child])).status_code == 200
    assert door("ilya").get(note_url(child)).status_code == 403
    assert door("ama").get(note_url(child, "palmistry")).status_code == 404
    assert door("ama").get(note_url(child, "clinical_six")).status_code == 404
    assert door("ama").get(note_url(child, "child_indicators")).status_code == 200


def test_the_panel_says_that_a_guide_was_filled_in_and_not_what_came_of_it(door, world, child):
    url = reverse("access:subject", args=[child])
    assert "Nothing waits for one." in page(door("ama").get(url))
    actions.note_signs(
        by=world.actor("ama"), subject_id=child, instrument="begging", version=1, answers={"collects": "seen"}
    )
    text = page(door("ama").get(url))
    assert "Last filled in" in text
    assert "Begging" in text
    assert "Signs noted" not in text
    world.grant(child, "ilya", ("register", "note"), "read")
    other = page(door("ilya").get(url))
    assert "Begging" not in other
    assert "Signs looked for" not in other


def test_figures_stand_on_the_instruments_page_and_nowhere_beside_a_child(door, child):
    text = page(door("ama").get(reverse("screening:instrument", args=["clinical_six"])))
    assert "Of 100 who were exploited, 91 were found and 9 were missed." in text
    assert "Of 100 who were not, 47 were flagged all the same and 53 were not." in text
    assert text.count("<figure>") == 8
    assert "not validated for any other age" in text
    plain = page(door("ama").get(reverse("screening:instrument", args=["begging"])))
    assert "Not validated for this group" in plain
    assert "<figure>" not in plain
    for url in (
        note_url(child), reverse("screening:screenings", args=[child]), reverse("screening:choose", args=[child])
    ):  # fmt: skip
        assert not re.search(r"sensitivity|<figure>|Of 100", page(door("ama").get(url)))


def test_the_instruments_page_leaves_the_choice_of_languages_as_it_is(door):
    text = page(door("ama").get(reverse("screening:instrument", args=["begging"])))
    assert 'name="language" value="ar"' in text
    assert 'name="language" value=""' not in text
    for code in ("en", "ar"):
        assert reverse("screening:blank", args=["begging", code]) in text


def test_instruments_are_open_to_all_who_sign_in_and_switched_by_administrators(door):
    for who in ("ama", "sol", "nadia"):
        text = page(door(who).get(reverse("screening:instruments")))
        assert "Begging" in text
        assert "Off" in text
    url = reverse("screening:enter_text", args=["clinical_six"])
    assert door("ama").get(url).status_code == 403
    assert door("nadia").get(reverse("screening:enter_text", args=["begging"])).status_code == 404
    form = page(door("nadia").get(url))
    assert form.count("<textarea") == 6
    missing = page(door("nadia").post(url, {"language": "en"}))
    assert "There is a problem" in missing


def test_two_administrators_switch_a_screen_on_and_one_switches_it_off(door, world):
    if "orla" not in world.ids:
        world.ids["orla"] = person(world, "orla", world.ids["bridge/team"], "national_administrator")
    world.admin.execute("UPDATE screening_wording SET ended_at = now() WHERE ended_at IS NULL")
    texts = {f"q_{letter}": f"Invented <b>{letter}</b>" for letter in "abcd"}
    data = texts | {"language": "en", "licence": "Letter of the owner, 3 May"}
    here = reverse("screening:instrument", args=["clinical_four"])
    enter = reverse("screening:enter_text", args=["clinical_four"])
    assert door("nadia").post(enter, data)["Location"] == here
    mine = page(door("nadia").get(here))
    assert "Waits for a second person" in mine
    assert "/approve/" not in mine
    assert "&lt;b&gt;a&lt;/b&gt;" in mine
    url = re.search(r'action="([^"]+/approve/)"', page(door("orla").get(here)))[1]
    assert door("nadia").post(url).status_code == 403
    assert door("orla").post(url)["Location"] == here
    assert "Invented" not in page(door("ama").get(here))  # the text is for those who use it
    off = re.search(r'action="([^"]+/off/)"', page(door("nadia").get(here)))[1]
    assert door("nadia").post(off)["Location"] == here
    assert "Switched off" in page(door("ama").get(here))
    assert door("nadia").post(off).status_code == 404


@pytest.mark.parametrize(
    ("language", "direction", "said"), [("en", "ltr", "Could not see"), ("ar", "rtl", "")]
)
def test_a_blank_form_prints_in_english_and_arabic_whatever_the_page_was(door, language, direction, said):
    text = page(door("ama").get(reverse("screening:blank", args=["begging", language])))
    assert f'<html lang="{language}" dir="{direction}">' in text
    for item in loading.current("begging").items:
        assert item.text[language].replace("'", "&#x27;") in text
    assert text.count("☐") == 13 * 3
    assert said in text
    assert re.search(r"\b[0-9A-F]{8}\b", text)
    assert door("ama").get(reverse("screening:blank", args=["begging", "fr"])).status_code == 404
    assert door("nadia").get(reverse("screening:blank", args=["begging", language])).status_code == 403


def test_in_arabic_the_page_says_that_nobody_has_checked_the_lines(door, child):
    ama = door("ama")
    text = page(ama.get(note_url(child), headers={"accept-language": "ar"}))
    assert "يأتي شخص ليأخذ النقود" in text
    assert "alert-warning" in text
    assert "alert-warning" not in page(ama.get(note_url(child), headers={"accept-language": "en"}))


def test_a_paper_is_entered_with_its_own_date(door, world, child):
    data = sent(child, step="save", watched="seen")
    data |= {"paper_on_day": "3", "paper_on_month": "5", "paper_on_year": "2026"}
    assert door("ama").post(note_url(child), data).status_code == 302
    row = queries.noted_about(world.actor("ama"), child)
    assert str(row.paper_on) == "2026-05-03"
    assert "copied from a paper of" in page(door("ama").get(reverse("screening:screenings", args=[child])))


def test_the_indicator_scheme_fits_one_page_and_names_dimensions_not_numbers(door, child):
    ama = door("ama")
    url = note_url(child, "child_indicators")
    assert page(ama.get(url)).count("<fieldset") >= 67
    data = sent(child, "child_indicators", step="save", k_papers="seen", k_debt="seen")
    assert ama.post(url, data).status_code == 302
    text = page(ama.get(reverse("screening:screenings", args=[child])))
    assert "Coerced where the child is" in text
    assert not re.search(r"\bmedium\b|\bweak\b|[Ss]trength", text.split("<main")[1].split("</main>")[0])
