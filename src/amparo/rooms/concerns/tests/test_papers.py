"""Paper twins: from the same data as the screen, numbered, logged, and one's own."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from django.utils import translation

from amparo.foundation import errors
from amparo.rooms.concerns.actions import print_form
from amparo.rooms.concerns.forms.intake_data import (
    WRITTEN_IN,
    intake_forms,
    options_of,
    paper_words,
    unreviewed,
)
from amparo.rooms.concerns.queries.papers import LARGEST, paper_of
from amparo.rooms.desk.tests.pages import page

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not gathered for tests
FORMS = intake_forms()


@pytest.fixture
def fay(desks, door, keeper):
    return door("fay")


def printed(desks, fay, form, language):
    answer = fay.post(f"/report/{form.slug}/paper/?language={language}", {"key": str(uuid.uuid4())})
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize("language", WRITTEN_IN)
@pytest.mark.parametrize("name", FORMS)
def test_a_paper_asks_what_the_screen_asks(desks, fay, name, language):
    form = FORMS[name]
    text = page(fay.get(printed(desks, fay, form, language)))
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in text
    wanted = [form.title, form.lead, *(q.label for q in form.questions()), paper_words()["keep"]]
    assert [w[language] for w in wanted if html.escape(w[language]) not in text] == []
    with translation.override(language):
        options = [t for q in form.questions() if q.kind in ("choice", "choices") for _v, t in options_of(q)]
    assert [o for o in options if html.escape(o) not in text] == []
    assert (unreviewed().get("ar", "") in text) == (language == "ar")
    assert text.count('<tr><th scope="row">') == form.rows


def test_a_copy_has_a_number_and_the_printing_is_logged(desks, fay):
    form = FORMS["custody"]
    before = desks.rows("SELECT count(*) FROM audit.entry WHERE what = 'FORM_PRINTED'")[0][0]
    one, other = (printed(desks, fay, form, "en") for _ in range(2))
    numbers = [int(re.search(r"/(\d+)/$", address)[1]) for address in (one, other)]
    assert numbers[1] > numbers[0]
    assert f">{numbers[0]:06d}<" in page(fay.get(one))
    assert f"CU-{form.version} / {numbers[0]:06d}" in page(fay.get(one))
    entries = desks.rows(
        "SELECT actor_id, detail FROM audit.entry WHERE what = 'FORM_PRINTED' ORDER BY at DESC LIMIT 1"
    )
    assert entries == [(desks.ids["fay"], {"form": "custody", "language": "en", "number": numbers[1]})]
    assert desks.rows("SELECT count(*) FROM audit.entry WHERE what = 'FORM_PRINTED'")[0][0] == before + 2


def test_one_press_is_one_copy(desks, fay):
    key = str(uuid.uuid4())
    sent = [fay.post("/report/agency/paper/", {"key": key}).headers["Location"] for _ in range(2)]
    assert sent[0] == sent[1]


def test_looking_numbers_and_logs_nothing(desks, fay):
    before = desks.rows("SELECT count(*) FROM concerns_paperprint")
    text = page(fay.get("/report/agency/paper/?language=ar"))
    assert "paper-unnumbered" in text
    assert desks.rows("SELECT count(*) FROM concerns_paperprint") == before


@pytest.mark.parametrize("language", ["xx", "", "<script>", "fr", "en\x00"])
def test_a_language_without_a_paper_is_english(fay, language):
    assert 'lang="en"' in page(fay.get("/report/agency/paper/", {"language": language}))


def test_somebody_elses_copy_and_none_are_not_there(desks, fay, door):
    address = printed(desks, fay, FORMS["agency"], "en")
    hedi = door("hedi")
    assert hedi.get(address).status_code == 404
    assert hedi.get("/report/papers/999999999/").status_code == 404
    assert hedi.get(f"/report/papers/{10**30}/").status_code == 404
    assert fay.get(address).status_code == 200
    with pytest.raises(errors.NotThere):
        paper_of(desks.actor("fay"), LARGEST)


def test_who_may_not_report_prints_nothing(desks, fay, door):
    assert fay.get("/report/agency/paper/").status_code == 200
    assert door("kofi").get("/report/agency/paper/").status_code == 403
    with pytest.raises(errors.Refused):
        print_form(by=desks.actor("kofi"), form="agency", language="en")


def test_an_arabic_reader_gets_the_arabic_paper_at_once(desks, fay):
    fay.cookies["amparo-language"] = "ar"
    assert 'dir="rtl"' in page(fay.get("/report/agency/paper/"))
