"""Licensed screens: off until two people switch them on, and then only for a clinic and for the ages tested."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from amparo.foundation.errors import NotThere, Refused
from amparo.rooms.desk.tests.sql import run_as
from amparo.rooms.screening import actions, queries
from amparo.rooms.screening.engine import Outcome

from .people import person

pytestmark = pytest.mark.usefixtures("keeper")
TEXTS = {f"q_{letter}": f"Invented question {letter}" for letter in "abcdef"}
ANSWERS = {"q_a": "seen", "q_b": "seen"}


@pytest.fixture
def second_administrator(world):
    """Omar, beside Nadia."""
    if "orla" not in world.ids:
        world.ids["orla"] = person(world, "orla", world.ids["bridge/team"], "national_administrator")
    return "orla"


@pytest.fixture
def clinic(world):
    """Dr Lea, a service provider of a health agency; Sami, a service provider elsewhere."""
    if "lea" not in world.ids:
        agency, unit = uuid.uuid4(), uuid.uuid4()
        world.admin.execute(
            "INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)"
            " VALUES (%s, '{}', 'health', '{}', '{en}', 'UTC', 'QM', true)", [agency])  # fmt: skip
        world.admin.execute(
            "INSERT INTO access_unit (id, agency_id, names, kind, areas) VALUES (%s, %s, '{}', 'team', '{}')",
            [unit, agency])  # fmt: skip
        world.ids["lea"] = person(world, "lea", unit, "service_provider")
        world.ids["midwife"] = person(world, "midwife", unit, "caseworker")
        world.ids["sami"] = person(world, "sami", world.ids["lantern/team"], "service_provider")


@pytest.fixture
def child(world, clinic):
    """Ama's; Lea, Sami, Ben and the midwife may write in its screening section."""
    child = world.child()
    for who in ("lea", "sami", "midwife", "ben"):
        world.grant(child, who, ("register", "screening", "task"), "write")
    return child


def entered(world, who="nadia", **more):
    wanted = {"instrument": "clinical_six", "language": "en", "texts": TEXTS, "is_reworded": False,
              "licence": "Letter of the owner, 3 May"} | more  # fmt: skip
    return actions.switch_on(by=world.actor(who), **wanted)


@pytest.fixture
def off(world):
    """Every test begins as the software is shipped."""
    world.admin.execute("UPDATE screening_wording SET ended_at = now() WHERE ended_at IS NULL")


@pytest.fixture
def on(world, off, second_administrator):
    wording = entered(world)
    actions.approve(by=world.actor("orla"), wording_id=wording)
    return wording


def noted(world, child, who="lea", **more):
    wanted = {"instrument": "clinical_six", "version": 1, "answers": ANSWERS, "age_years": 15} | more
    return actions.note_signs(by=world.actor(who), subject_id=child, **wanted)


def test_as_shipped_both_screens_are_off_for_everybody(world, child, off):
    for who in ("lea", "ama", "nadia"):
        rows = {r.instrument.id: r for r in queries.instruments_for(world.actor(who))}
        for name in ("clinical_six", "clinical_four"):
            assert (rows[name].is_on, rows[name].may_use) == (False, False)
    with pytest.raises(Refused, match="instrument_off"):
        noted(world, child)
    with pytest.raises(NotThere):
        queries.instrument_in_use(world.actor("lea"), "clinical_six", "en")
    with pytest.raises(NotThere):
        queries.blank_printed(world.actor("lea"), "clinical_six", "en")


def test_one_person_alone_cannot_switch_a_screen_on(world, child, off, second_administrator):
    wording = entered(world)
    with pytest.raises(Refused, match="second_person"):
        actions.approve(by=world.actor("nadia"), wording_id=wording)
    with pytest.raises(Refused, match="instrument_off"):
        noted(world, child)
    assert actions.approve(by=world.actor("orla"), wording_id=wording) == "clinical_six"
    assert noted(world, child)
    with pytest.raises(NotThere):  # twice
        actions.approve(by=world.actor("orla"), wording_id=wording)


@pytest.mark.parametrize("who", ["ama", "ben", "hugo", "kofi", "dora", "lea"])
def test_only_national_administrators_switch_instruments(world, clinic, on, who):
    for act in (
        lambda: entered(world, who),
        lambda: actions.approve(by=world.actor(who), wording_id=on),
        lambda: actions.switch_off(by=world.actor(who), wording_id=on),
    ):
        with pytest.raises(Refused, match="permission"):
            act()
    sql = "SELECT sec.end_wording(%s)"
    with pytest.raises(psycopg.Error, match=r"permission|refused"):
        run_as(world, who, sql, on)
    assert run_as(world, "nadia", sql, on)


def test_the_table_of_texts_is_written_by_functions_only(world, on):
    for sql in (
        "UPDATE screening_wording SET approved_by_id = sec.actor()",
        "DELETE FROM screening_wording",
        "INSERT INTO screening_wording (id) VALUES (gen_random_uuid())",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_as(world, "nadia", sql)
    assert len(run_as(world, "nadia", "SELECT 1 FROM screening_wording WHERE id = %s", on)) == 1


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"instrument": "labour"}, NotThere, None),
        ({"instrument": "nothing"}, NotThere, None),
        ({"texts": {**TEXTS, "q_a": " "}}, Refused, "texts_incomplete"),
        ({"texts": {"q_a": "one"}}, Refused, "texts_incomplete"),
        ({"language": "fr"}, Refused, "unknown_language"),
    ],
)
def test_a_text_that_is_not_whole_is_not_taken(world, off, more, error, said):
    with pytest.raises(error, match=said):
        entered(world, **more)
    assert entered(world)


@pytest.mark.parametrize("who", ["ama", "ben", "sami", "midwife"])
def test_only_a_service_provider_of_a_health_agency_uses_it(world, child, on, who):
    with pytest.raises(NotThere):
        noted(world, child, who)
    with pytest.raises(NotThere):
        queries.instrument_in_use(world.actor(who), "clinical_six", "en")
    assert noted(world, child)


@pytest.mark.parametrize("who", ["ama", "ben", "sami", "midwife"])
def test_the_database_refuses_it_to_all_others_too(world, child, on, who):
    sql = (
        "INSERT INTO screening_screening (id, subject_id, unit_id, section, instrument, instrument_version,"
        " noted_by_id, noted_at, sealed) SELECT gen_random_uuid(), %s, unit_id, 'screening', %s, 1, sec.actor(),"
        " now(), '\\x00' FROM access_subject WHERE id = %s RETURNING 1"
    )
    assert run_as(world, who, sql, child, "begging", child)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run_as(world, who, sql, child, "clinical_six", child)
    assert run_as(world, "lea", sql, child, "clinical_six", child)


@pytest.mark.parametrize(("age", "fits"), [(9, False), (10, True), (18, True), (19, False), (None, False)])
def test_only_for_the_ages_it_was_tested_for(world, child, on, age, fits):
    if fits:
        assert noted(world, child, age_years=age)
    else:
        with pytest.raises(Refused, match="age_not_tested"):
            noted(world, child, age_years=age)


def test_the_screen_for_young_adults_is_never_used_for_a_child(world, child, off, second_administrator):
    texts = {f"q_{letter}": "Invented" for letter in "abcd"}
    wording = entered(world, instrument="clinical_four", texts=texts)
    actions.approve(by=world.actor("orla"), wording_id=wording)
    for age in (12, 17):
        with pytest.raises(Refused, match="age_not_tested"):
            noted(world, child, instrument="clinical_four", answers={}, age_years=age)
    assert noted(world, child, instrument="clinical_four", answers={}, age_years=18)


def test_two_of_six_are_signs_noted_and_one_is_not(world, child, on):
    two = queries.screening_opened(world.actor("lea"), noted(world, child))
    assert two.document.outcome is Outcome.SIGNS_NOTED
    rest = dict.fromkeys(TEXTS, "not_seen")
    one = noted(world, child, answers={**rest, "q_a": "seen"}, reason="the mother came back with more")
    assert queries.screening_opened(world.actor("lea"), one).document.outcome is Outcome.NONE_NOTED


def test_old_answers_are_read_with_the_text_they_were_given_to(world, child, on):
    before = noted(world, child)
    newer = entered(world, "orla", texts={name: f"New {text}" for name, text in TEXTS.items()})
    actions.approve(by=world.actor("nadia"), wording_id=newer)
    after = noted(world, child, reason="the text was changed since")

    def first_line(row):
        return queries.screening_opened(world.actor("lea"), row).instrument.items[0].text["en"]

    assert (first_line(before), first_line(after)) == ("Invented question a", "New Invented question a")
    in_use = [w.id for w in queries.wordings_of(world.actor("lea"), "clinical_six")]
    assert in_use == [newer]  # the one before ended in the same moment
    actions.switch_off(by=world.actor("nadia"), wording_id=newer)
    assert first_line(after) == "New Invented question a"


def test_figures_are_shown_for_the_published_words_and_for_no_others(world, on):
    def shown():
        return queries.instrument_for(world.actor("ama"), "clinical_six").shows_figures

    assert shown()
    actions.switch_off(by=world.actor("nadia"), wording_id=on)
    again = entered(world, is_reworded=True)
    actions.approve(by=world.actor("orla"), wording_id=again)
    assert not shown()
    assert not queries.instrument_for(world.actor("ama"), "begging").shows_figures


def test_a_text_that_waits_is_seen_by_administrators_only(world, off, second_administrator):
    wording = entered(world)
    assert [w.id for w in queries.wordings_of(world.actor("nadia"), "clinical_six")] == [wording]
    assert queries.wordings_of(world.actor("nadia"), "clinical_six")[0].is_mine
    assert not queries.wordings_of(world.actor("orla"), "clinical_six")[0].is_mine
    assert queries.wordings_of(world.actor("ama"), "clinical_six") == ()


def test_an_unknown_instrument_is_not_there(world):
    for ask in (
        lambda: queries.instrument_for(world.actor("ama"), "palmistry"),
        lambda: queries.instrument_in_use(world.actor("ama"), "palmistry", "en"),
        lambda: queries.blank_printed(world.actor("ama"), "palmistry", "en"),
    ):
        with pytest.raises(NotThere):
            ask()
    assert queries.instrument_for(world.actor("ama"), "begging").may_use


def test_printing_a_blank_form_is_logged_with_the_number_on_the_paper(world):
    it, number = queries.blank_printed(world.actor("ama"), "begging", "ar")
    records = [str(entry[2]) for entry in world.entries("BLANK_FORM_PRINTED")]
    assert it.id == "begging"
    assert any(record.replace("-", "")[:8].upper() == number for record in records)
