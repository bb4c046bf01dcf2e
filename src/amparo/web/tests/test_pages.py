from __future__ import annotations

import re

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory, override_settings
from django.utils import translation

from amparo.foundation import registries
from amparo.foundation.registries import Link, Navigation, Panel, Panels
from amparo.web import context, home, public, views
from amparo.web.answers import AnswerPages
from amparo.web.languages import ALL

STAFF_DOOR = override_settings(ROOT_URLCONF="amparo.config.doors.staff.urls")
PUBLIC_DOOR = override_settings(ROOT_URLCONF="amparo.config.doors.public.urls")


@pytest.fixture
def empty_registries(monkeypatch):
    monkeypatch.setattr(registries, "panels", Panels())
    monkeypatch.setattr(registries, "navigation", Navigation())
    return registries


# --- Today -------------------------------------------------------------------------------------------


@STAFF_DOOR
def test_today_without_anything_tells_what_this_person_can_do(get, ama, empty_registries):
    html = home.home(get()).content.decode()
    assert "Nothing is waiting for you" in html
    assert "Read the file of a child one works for" in html
    assert "Add agencies and units" not in html


@STAFF_DOOR
def test_today_puts_panels_in_order_and_counts_what_cannot_wait(get, empty_registries):
    def panel(order, title, urgent=0, permission="USE_AMPARO"):
        shown = {"title": title, "urgent": urgent, "text": "", "url": "", "label": ""}
        return Panel("today", order, permission, "parts/empty.html", lambda viewer: shown)

    one, two, hidden = panel(1, "First", 2), panel(2, "Second"), panel(3, "Hidden", 5, "MANAGE_PEOPLE")
    empty_registries.panels._of["today"] = [one, two, hidden]
    html = home.home(get()).content.decode()
    assert html.index("First") < html.index("Second")
    assert "Hidden" not in html
    assert "2 things cannot wait." in html


@STAFF_DOOR
def test_navigation_shows_what_the_role_may_and_marks_where_one_is(get, ama, empty_registries):
    empty_registries.navigation.add(Link("Today", "web:home", "USE_AMPARO", 1))
    empty_registries.navigation.add(Link("Gallery", "web:gallery", "USE_AMPARO", 2))
    empty_registries.navigation.add(Link("People", "web:help", "MANAGE_PEOPLE", 3))
    empty_registries.navigation.add(Link("Elsewhere", "nowhere:here", "USE_AMPARO", 4))
    links = context.navigation_for(get("/gallery/"), ama)
    assert [(link["label"], link["current"]) for link in links] == [("Today", False), ("Gallery", True)]


@STAFF_DOOR
def test_every_page_names_who_acts_and_for_whom(get, empty_registries):
    html = home.home(get()).content.decode()
    assert "Ama Serwaa" in html
    assert "Caseworker" in html
    assert "District A Child Protection" in html


# --- language, leaving -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/help/?a=1", "/help/?a=1"),
        ("https://evil.example/x", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_language_switch_stays_on_this_site(target, goes):
    request = RequestFactory().post("/language/", {"language": "ar", "next": target})
    response = views.language(request)
    assert response.headers["Location"] == goes
    assert (
        response.cookies[
            "amparo-language" if "amparo-language" in response.cookies else "django_language"
        ].value
        == "ar"
    )


def test_unknown_language_changes_nothing():
    response = views.language(RequestFactory().post("/language/", {"language": "tlh"}))
    assert not response.cookies


@STAFF_DOOR
def test_leaving_ends_the_sign_in_and_shows_nothing(monkeypatch):
    ended = []
    monkeypatch.setattr(views, "logout", ended.append)
    request = RequestFactory().post("/leave/")
    request.actor = None
    request.user = type("User", (), {"is_authenticated": True})
    html = views.leave(request).content.decode()
    assert ended == [request]
    assert "Amparo" not in html
    assert "child" not in html
    assert views.leave(RequestFactory().get("/leave/")).status_code == 405


@override_settings(AMPARO_LEAVE_URL="https://weather.example/")
def test_leaving_moves_on_to_the_chosen_site_and_says_nothing_of_where_one_was():
    request = RequestFactory().get("/away/")
    request.actor = None
    html = views.away(request).content.decode()
    assert 'content="0;url=https://weather.example/"' in html
    assert 'name="referrer" content="no-referrer"' in html


# --- what can go wrong -------------------------------------------------------------------------------


@STAFF_DOOR
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 503])
def test_each_error_has_a_page_that_says_what_to_do(status, get):
    response = views.error_page(get(actor=None), status)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content.decode().count("<h1>") == 1


@STAFF_DOOR
def test_hidden_and_absent_get_the_same_page_to_the_byte(get):
    def body(path):
        html = views.not_found(get(path, actor=None)).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.replace(path, ""))

    assert body("/children/K74Q2M/") == body("/children/ZZZZZZ/")


@STAFF_DOOR
def test_too_much_at_once_is_413_and_nonsense_is_400(get):
    assert views.bad_request(get(actor=None), RequestDataTooBig()).status_code == 413
    assert views.bad_request(get(actor=None), ValueError()).status_code == 400


def test_the_page_for_our_own_mistakes_needs_nothing_that_may_be_broken():
    response = views.server_error(object())
    assert response.status_code == 500
    assert b"It was not you" in response.content


@STAFF_DOOR
def test_bare_405_gets_a_page_and_keeps_what_is_allowed(get):
    answer = AnswerPages(lambda request: HttpResponseNotAllowed(["POST"]))(get(actor=None))
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert b"<h1>" in answer.content
    own = AnswerPages(lambda request: HttpResponse("own", status=405))(get(actor=None))
    assert own.content == b"own"


# --- the public door ---------------------------------------------------------------------------------


@PUBLIC_DOOR
@pytest.mark.parametrize("language", [language.code for language in ALL])
@pytest.mark.parametrize("view", [public.front, public.safety])
def test_public_page_stands_in_six_languages_without_a_cookie(view, language, get):
    response = view(get(f"/{language}/", actor=None), language)
    html = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert "Leave this page" in html or "غادر هذه الصفحة" in html
    assert "<form" not in html
    assert ("لا تواجه أحدًا" in html) == (language == "ar" and view is public.front)


@PUBLIC_DOOR
def test_public_page_says_what_not_to_do_and_where_to_write(get):
    html = public.front(get("/en/", actor=None), "en").content.decode()
    for words in ("Do not confront", "Do not follow", "Do not film", "Do not question"):
        assert words in html
    for path in ("report", "me", "answer"):
        assert f'href="/en/{path}/"' in html


@PUBLIC_DOOR
def test_invented_numbers_say_so_and_cannot_be_dialled(get):
    html = public.front(get("/en/", actor=None), "en").content.decode()
    assert "These numbers are invented" in html
    assert "tel:" not in html


@PUBLIC_DOOR
@override_settings(
    AMPARO_HELP_NUMBERS=[{"label": "Help", "number": "116 111", "hours": "9 to 17 on working days"}]
)
def test_real_numbers_can_be_dialled_with_their_true_hours(get):
    html = public.front(get("/en/", actor=None), "en").content.decode()
    assert 'href="tel:116111"' in html
    assert "9 to 17 on working days" in html
    assert "invented. Do not call" not in html


@PUBLIC_DOOR
@override_settings(AMPARO_DEMO=False)
def test_safety_words_that_nobody_reviewed_are_not_shown_outside_a_demo(get):
    html = public.front(get("/ar/", actor=None), "ar").content.decode()
    assert "لا تواجه أحدًا" not in html
    assert "Do not confront anyone." in html
    assert '<main id="main" tabindex="-1" lang="en" dir="ltr">' in html
    assert "غادر هذه الصفحة" in html  # the frame itself stays in the reader's language


@PUBLIC_DOOR
@pytest.mark.parametrize(
    ("asked", "goes"), [("ar,en;q=0.5", "/ar/"), ("sw", "/en/"), ("zh-CN", "/zh-hans/"), ("", "/en/")]
)
def test_first_visit_goes_to_the_browsers_language(asked, goes):
    with translation.override("en"):
        response = public.choose(RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=asked))
    assert response.headers["Location"] == goes
    assert "Accept-Language" in response.headers["Vary"]


@STAFF_DOOR
@pytest.mark.parametrize(
    ("language", "lang", "direction"), [("en", "en", "ltr"), ("ar", "ar", "rtl"), ("fr", "en", "ltr")]
)
def test_page_says_the_language_its_words_are_really_in(language, lang, direction, get, empty_registries):
    with translation.override(language):
        html = home.home(get()).content.decode()
    assert f'<html lang="{lang}" dir="{direction}">' in html
    assert ("n’est pas encore traduite" in html) == (language == "fr")
