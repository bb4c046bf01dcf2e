"""Whatever is sent to whichever form: a clear answer, nothing lost, nothing run, nothing written into a log."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.conf import settings as django_settings
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks import rooms
from tests.forms import reading, values
from tests.forms.planted import picture, plant
from tests.forms.staff import (
    NOBODY,
    VARIANTS,
    Place,
    Staff,
    address,
    methods_of,
    name_of,
    parameters,
    routes,
)
from tests.forms.values import MARK

EXAMPLES = 30
#: Addresses that take a POST and stand on no page that the walk can open, each with its reason.
NO_FORM = {
    "desk:save_draft": "sent by the script that saves while somebody writes; fuzzed below without a page",
    "access:api_files": "partners' systems, without a page; attacked from its description",
    "access:api_nothing": "says in JSON that nothing is there, whatever is sent",
    "mfa_authenticate": "the second step of a sign-in under way; signed in through in the browser tests",
    "mfa_reauthenticate": "only for people with a second step; used in the browser tests",
    "mfa_reauthenticate_webauthn": "only for people with a passkey, sent by its script",
    "mfa_deactivate_totp": "only for people with an app; removed in the browser tests",
    "mfa_edit_webauthn": "only for people with a passkey; used in the browser tests",
    "mfa_remove_webauthn": "only for people with a passkey; used in the browser tests",
    **rooms.mapping("NO_FORM"),
}
#: Forms that answer a good sending on the same page.
SAME_PAGE = {
    "vault:find": "what was found stands below the questions",
    "vault:show_name": "the name is shown once",
    "vault:show_place": "the place is shown once",
    **rooms.mapping("SAME_PAGE"),
}
AGREED = frozenset({200, 302, 400, 403, 404, 405, 409, 413, 422, 429})

pytestmark = pytest.mark.attack


@dataclass
class Tally:
    sent: Counter[str] = field(default_factory=Counter)
    shown_again: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    statuses: Counter[int] = field(default_factory=Counter)


tally = Tally()


def posts() -> list[str]:
    return sorted(n for n, (_r, view) in routes().items() if "POST" in methods_of(view) and n not in NO_FORM)


@pytest.fixture(scope="module", autouse=True)
def logs() -> Iterator[io.StringIO]:
    """What this process would write into its own log, through the formatter of the settings."""
    from amparo.foundation.logging import NoContent

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(NoContent())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


class Showing:
    """One form on its page, fresh as long as the rows behind it live; planted anew when it was used up."""

    def __init__(self, staff: Staff, place: Place) -> None:
        self.staff, self.place = staff, place
        self.renew()

    def renew(self) -> None:
        if self.place.person == NOBODY:
            self.staff.sign_in(NOBODY)
        needs = [p for name in (self.place.page, self.place.target) for p in parameters(routes()[name][0])]
        self.planted = plant(self.staff.world, frozenset([*needs, *VARIANTS[self.place.variant].values()]))
        url = address(self.place.page, self.planted, self.place.variant)
        assert url is not None
        self.browser = self.staff.browser(self.place.person)
        same = self._found(url)
        if not same:  # an earlier sending signed this person out
            self.browser = self.staff.sign_in(self.place.person)
            same = self._found(url)
        assert same, f"{self.place.target} is no longer on {url}"
        self.form, self.url = same[-1], same[-1].action or url

    def _found(self, url: str) -> list[reading.Form]:
        response = self.browser.get(url)
        if response.status_code != 200:
            return []
        found = [f for f in reading.answer(response).forms
                 if name_of(f.action or url) == self.place.target and f.method == self.place.method]  # fmt: skip
        return [f for f in found if f.shape() == self.place.shape] or found

    def send(self, pairs: list[tuple[str, str]], raw: str = "", upload: Any = None) -> Any:
        token = self.form.fields["csrfmiddlewaretoken"].values[0]
        if upload is not None:
            from django.core.files.uploadedfile import SimpleUploadedFile

            sent: dict[str, Any] = {"csrfmiddlewaretoken": token}
            for name, value in pairs:
                sent.setdefault(name, []).append(value)
            for name in (f.name for f in self.form.fields.values() if f.kind == "file"):
                sent[name] = SimpleUploadedFile(*upload)
            return self.browser.post(self.url, sent)
        body = "&".join(
            f"{quote_plus(n)}={quote_plus(v)}" for n, v in [("csrfmiddlewaretoken", token), *pairs]
        )
        return self.browser.post(self.url, body + raw, content_type="application/x-www-form-urlencoded")


UPLOADS = st.sampled_from([
    None, (f"{MARK}.jpg", picture(), "image/jpeg"), ("x.jpg", b"", "image/jpeg"), ("../../x.svg", b"<svg/>", "image/svg+xml"),
    ("\u202egpj.exe", b"MZ" + bytes(500), "image/png"), ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(60), "image/png"),
])  # fmt: skip


@pytest.mark.parametrize("target", posts())
def test_form(target: str, staff: Staff, places: list[Place]) -> None:
    here = [p for p in places if p.target == target and p.method == "post"]
    assert here, f"No page shows a form for {target}: plant what it needs, or declare it in NO_FORM."
    for place in here:
        _attack(Showing(staff, place))


def _attack(showing: Showing) -> None:
    foreign = [str(v) for v in showing.planted.values()] + [str(showing.staff.world.child("zoe"))]
    raws = st.just("") | st.tuples(st.sampled_from(sorted(showing.form.fields)), values.RAW).map(
        lambda p: f"&{p[0]}={p[1]}"
    )
    uploads = UPLOADS if showing.form.is_multipart else st.none()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(values.answers(showing.form, foreign), raws, uploads)
    def attack(pairs: list[tuple[str, str]], raw: str, upload: Any) -> None:
        response = showing.send(pairs, raw, upload)
        name = showing.place.target
        tally.sent[name] += 1
        tally.statuses[response.status_code] += 1
        assert response.status_code in AGREED, response.status_code
        judge(showing, pairs, raw, response)
        # a row that was used up answers 404 the next time; a token that was changed 403
        where = response.headers.get("Location", "")
        if response.status_code in (403, 404) or where.startswith(("/account/login", "/demo/", "/acting/")):
            showing.renew()

    attack()


def judge(showing: Showing, pairs: list[tuple[str, str]], raw: str, response: Any) -> None:
    if "text/html" not in response.headers.get("Content-Type", ""):
        return
    html = response.content.decode()
    for payload in (values.SCRIPT, values.HANDLER):
        assert payload not in html
    page = reading.read(html)
    assert page.handlers == [], "a handler of an event stands in the page"
    assert not any(MARK in script for script in page.scripts)
    again = [f for f in page.forms if f.method == "post" and f.shape() == showing.form.shape()]
    if not again or not showing.form.typed() or response.status_code not in (200, 400, 409, 422):
        return
    if response.status_code == 409 and 'id="conflict-title"' in html:
        return  # both versions stand side by side
    if not page.has_summary:
        assert showing.place.target in SAME_PAGE, "shown again without a word of what is wrong"
        return
    tally.shown_again[showing.place.target] += 1
    assert len(page.summary) > len("There is a problem") + 8, page.summary
    assert "<title>Error: " in html
    if not raw:
        _kept(showing, pairs, again)


def _kept(showing: Showing, pairs: list[tuple[str, str]], again: list[reading.Form]) -> None:
    """Everything typed once stands there again, except passwords and what no control can hold."""
    for asked in showing.form.typed():
        sent = [v for n, v in pairs if n == asked.name]
        if len(sent) != 1 or asked.kind in ("password", "file"):
            continue
        if asked.choices and sent[0] not in asked.choices:
            continue
        shown = [_plain(v) for f in again if asked.name in f.fields for v in f.fields[asked.name].values]
        if any(ord(c) < 32 and c not in "\n\t\r" for c in sent[0]):
            continue
        assert _plain(sent[0]) in shown or (not _plain(sent[0]) and shown in ([], [""])), (
            asked.name,
            sent[0][:80],
        )
        tally.kept += 1


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def test_drafts_take_whatever_a_script_sends(staff: Staff) -> None:
    planted, browser = plant(staff.world), staff.sign_in("ama")
    page = browser.get(address("desk:add_note", planted))
    token = (
        next(f for f in reading.answer(page).forms if "text" in f.fields)
        .fields["csrfmiddlewaretoken"]
        .values[0]
    )

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(values.OTHERWISE, st.sampled_from(["note", "task", "rubbish", "x" * 90]))
    def attack(text: str, form: str) -> None:
        url = address("desk:save_draft", planted | {"form": form})
        response = browser.post(url, {"text": text, "csrfmiddlewaretoken": token, "x" * 50: text})
        tally.sent["desk:save_draft"] += 1
        assert response.status_code in AGREED | {204}

    attack()


def test_every_query_string_gets_an_answer(staff: Staff, places: list[Place]) -> None:
    """Filters, positions in lists and where to go next are typed by whoever writes the address."""
    planted = plant(staff.world)
    for person in {p.person for p in places}:
        staff.sign_in(person)
    names = {n for p in places if p.method == "get" for n in p.shape} | {
        "after",
        "before",
        "next",
        "page",
        "process",
    }
    pages = sorted({(p.page, p.person) for p in places})
    assert len(pages) >= 30

    @settings(
        max_examples=200,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(pages), st.lists(st.tuples(st.sampled_from(sorted(names)), values.OTHERWISE), min_size=1, max_size=3),
           st.just("") | values.RAW)  # fmt: skip
    def attack(where: tuple[str, str], pairs: list[tuple[str, str]], raw: str) -> None:
        page, person = where
        query = "&".join(f"{n}={quote_plus(v[:2000])}" for n, v in pairs) + (f"&after={raw}" if raw else "")
        response = staff.browser(person).get(f"{address(page, planted)}?{query}")
        assert response.status_code in AGREED, (page, response.status_code)
        if "text/html" in response.headers.get("Content-Type", ""):
            read = reading.answer(response)
            assert read.handlers == []
            assert not any(MARK in script for script in read.scripts)
            assert values.SCRIPT not in response.content.decode()

    attack()


def test_what_was_typed_stands_in_no_log(logs: io.StringIO, cluster: Any) -> None:
    logging.getLogger("django.request").error("%s", MARK, extra={"status_code": 500})
    assert "django.request ERROR 500" in logs.getvalue(), "nothing is listened to"
    assert MARK not in logs.getvalue()
    assert cluster.log_file.stat().st_size, "the database's own log was not found"
    assert MARK.encode() not in cluster.log_file.read_bytes()


def test_the_attack_reached_the_forms(places: list[Place]) -> None:
    """Last: how much was sent. A walk that found little would make everything above a check of nothing."""
    forms = {(p.target, p.shape) for p in places if p.method == "post"}
    print(f"\n{len(forms)} forms, {sum(tally.sent.values())} sendings, {sum(tally.shown_again.values())} shown again,"
          f" {tally.kept} answers kept, statuses {dict(tally.statuses)}")  # fmt: skip
    assert len(forms) >= 35
    assert all(count >= EXAMPLES for count in tally.sent.values())
    assert len(tally.shown_again) >= 15
    assert tally.kept >= 300
    assert django_settings.AMPARO_DEMO
    assert resolve("/").view_name == "web:home"
