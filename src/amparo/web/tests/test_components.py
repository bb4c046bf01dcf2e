from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation

from amparo.foundation.forms import DateField, EnteredDate, PlainForm, PlainText
from amparo.web.components import times
from amparo.web.components.fields import first_control
from amparo.web.gallery import Sample, gallery
from amparo.web.templatetags import amparo_web

STAFF_DOOR = override_settings(ROOT_URLCONF="amparo.config.doors.staff.urls")


def draw(source: str, **context) -> str:
    return Template("{% load amparo_web %}" + source).render(Context(context))


@pytest.fixture
def wrong() -> Sample:
    return Sample({"called": "", "born_day": "31", "born_month": "2", "born_year": "2014"}, auto_id="id_%s")


def test_every_error_stands_once_in_the_summary_and_leads_to_its_field(wrong):
    summary = draw("{% error_summary form %}", form=wrong)
    page = draw("{% form_fields form %}", form=wrong)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert len(links) == sum(len(errors) for errors in wrong.errors.values())
    for target, text in links:
        assert f'id="{target}"' in page
        assert text in page


def test_no_summary_while_nothing_is_wrong():
    assert draw("{% error_summary form %}", form=Sample()).strip() == ""
    assert draw("{% error_prefix form %}", form=Sample()) == ""
    assert draw("{% error_prefix no_such_form %}{% error_summary no_such_form %}").strip() == ""


def test_title_of_a_page_with_errors_begins_with_the_word(wrong):
    assert draw("{% error_prefix form %}", form=wrong) == "Error: "


def test_an_exact_date_offers_no_about_and_another_does():
    class Dates(PlainForm):
        due = DateField(exact=True, allow_future=True)
        born = DateField()

    form = Dates()
    assert "This is not exact" not in draw("{% field bound %}", bound=form["due"])
    assert "This is not exact" in draw("{% field bound %}", bound=form["born"])


def test_each_visible_field_has_a_name_and_describes_itself(wrong):
    for bound in wrong.visible_fields():
        html = draw("{% field bound %}", bound=bound)
        assert "<legend" in html or f'for="{bound.id_for_label}"' in html, bound.name
        for described in re.findall(r'aria-describedby="([^"]+)"', html):
            for part in described.split():
                assert f'id="{part}"' in html, (bound.name, part)
        if bound.errors:
            assert '<span class="hidden">Error:</span>' in html
        assert f'id="{first_control(bound)}"' in html


def test_optional_answers_say_so_and_no_label_carries_a_star():
    html = draw("{% form_fields form %}", form=Sample())
    assert html.count("(optional)") == sum(
        not f.required for n, f in Sample.base_fields.items() if n not in {"key", "told"}
    )
    assert "*" not in re.sub(r"<[^>]+>", "", html)
    assert " required" not in html
    assert "placeholder" not in html


def test_entered_values_are_kept_beside_their_errors(wrong):
    html = draw("{% form_fields form %}", form=wrong)
    assert 'value="31"' in html
    assert 'value="2014"' in html


def test_words_of_a_person_never_become_markup():
    evil = "<script>alert(1)</script>\n\nsecond"
    for source in ("{% user_text words %}", '{% tag "high" words %}', "{% code words %}", "{% empty words %}",
                   '{% alert "info" words %}', "{% details words %}x{% enddetails %}"):  # fmt: skip
        html = draw(source, words=evil)
        assert "<script" not in html, source
        assert "&lt;script" in html, source
    assert draw("{% user_text words %}", words=evil).count("<p>") == 2


def test_a_label_cannot_become_markup():
    class Evil(PlainForm):
        words = PlainText(label="<b>bold</b>", help_text="<i>hint</i>")

    html = draw("{% form_fields form %}{% error_summary form %}", form=Evil({}))
    assert "<b>" not in html
    assert "<i>" not in html


def test_code_is_shown_in_its_written_form_and_isolated():
    assert draw('{% code "K74Q2M" %}') == '<bdi class="code" dir="ltr" translate="no">K7-4Q2M</bdi>'


@pytest.mark.parametrize("kind", [k for k, shape in amparo_web.SHAPES.items() if shape])
def test_a_tag_has_a_shape_as_well_as_a_colour(kind):
    html = draw('{% tag kind "Words" %}', kind=kind)
    assert f'<span aria-hidden="true">{amparo_web.SHAPES[kind]}</span> Words' in html


def test_unknown_kind_of_tag_is_refused():
    with pytest.raises(KeyError):
        draw('{% tag "shiny" "Words" %}')


def test_pager_keeps_the_filter_and_drops_the_old_key():
    page = type("Page", (), {"next_key": "n&1", "previous_key": None})
    request = RequestFactory().get("/list/", {"role": "lead", "after": "old"})
    html = draw("{% pager page %}", page=page, request=request)
    assert 'href="?role=lead&amp;after=n%261"' in html
    assert 'rel="prev"' not in html


def test_filter_stands_in_the_address_and_offers_a_way_back():
    class Find(PlainForm):
        code = PlainText(label="Code", required=False)

    request = RequestFactory().get("/list/", {"code": "K7"})
    html = draw("{% filter_form form %}", form=Find(request.GET), request=request)
    assert 'method="get"' in html
    assert 'value="K7"' in html
    assert "Clear the filter" in html
    assert "(optional)" not in html
    assert "csrf" not in html


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        (EnteredDate(date(2014, 5, 3), "day"), "3 May 2014"),
        (EnteredDate(date(2014, 5, 1), "month"), "May 2014"),
        (EnteredDate(date(2014, 1, 1), "year"), "2014"),
        (EnteredDate(date(2014, 1, 1), "about"), "about 2014"),
        (None, "Not known"),
    ],
)
def test_a_date_is_never_shown_more_exact_than_it_was_given(entered, words):
    assert draw("{% entered_date entered %}", entered=entered) == words


def test_times_are_shown_in_the_viewers_zone(get):
    moment = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    html = draw("{% local_time moment %}", moment=moment, request=get())
    assert ">Tue 24 Nov" in html.replace(" 2026", "")
    assert "01:30</time>" in html


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(hours=3, minutes=5), "3 hours left"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(days=5), "5 days left"),
        (-timedelta(days=2, hours=3), "2 days over"),
        (-timedelta(hours=30), "30 hours over"),
    ],
)
def test_time_left_is_said_in_the_largest_unit(gap, words):
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert times.left_text(now + gap, now) == words


@pytest.mark.parametrize(
    ("language", "day"), [("en", "Mon 23 Nov"), ("ar", "الاثنين، 23 نوفمبر"), ("fr", "Mon 23 Nov")]
)
def test_days_are_written_in_the_language_that_the_page_is_really_in(language, day):
    with translation.override(language):
        assert times.day_text(date(2026, 11, 23), today=date(2026, 11, 24)) == day


def test_conflict_shows_both_and_marks_what_differs():
    rows = [
        {"label": "Where", "yours": "Aunt", "theirs": "Safe house"},
        {"label": "Who", "yours": "A", "theirs": "A"},
    ]
    html = draw("{% conflict rows %}", rows=rows)
    assert "Aunt" in html
    assert "Safe house" in html
    assert html.count("is-different") == 1


def test_second_signature_waits_for_another_person():
    html = draw("{% signature first %}", first={"name": "Ama", "role": "Caseworker", "at": None})
    assert "You cannot sign twice" in html


@STAFF_DOOR
def test_gallery_shows_every_component(get):
    html = gallery(get("/gallery/")).content.decode()
    here = Path(amparo_web.__file__)
    source = here.read_text(encoding="utf-8")
    tags = re.findall(r"^@register\.[^\n]+\n(?:@[^\n]+\n)*def (\w+)", source, re.MULTILINE)
    template = (here.parent.parent / "templates/web/gallery.html").read_text(encoding="utf-8")
    not_shown = {
        "panel",
        "error_prefix",
        "user_text",
        "local_date",
        "field",
    }  # drawn inside others or without a look
    assert [tag for tag in tags if f"{{% {tag} " not in template and tag not in not_shown] == []
    assert html.count("<h1") == 1


def test_a_select_keeps_its_own_markup():
    class One(PlainForm):
        pick = forms.ChoiceField(label="Pick", choices=[("a", "A")])

    assert '<select name="pick" class="box box-box"' in draw("{% field f.pick %}", f=One())
