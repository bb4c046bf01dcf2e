"""Who sees which form where: a walk over every address of the staff door as everybody of the small world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

from amparo.foundation.doors import endpoints
from tests.forms import reading
from tests.forms.planted import plant
from tests.world import PEOPLE

NOBODY = "nobody"
PASSWORD = "invented-and-long-enough"  # everybody's but one: Ines has none


@dataclass(frozen=True)
class Place:
    """One form: on which page, seen by whom, leading where."""

    target: str  # URL name that the form is sent to
    page: str  # URL name of the page it stands on
    person: str
    shape: frozenset[str]
    method: str
    variant: str = ""  # which of several rows of a kind the page shows


#: Another row for the same address: what is done offers another form than what is not, a worker than a newcomer.
VARIANTS = {"": {}, "done": {"task_id": "done_task_id"}, "worker": {"person_id": "worker_id"}}


def routes() -> dict[str, tuple[str, Any]]:
    return {name: (route, view) for route, name, view in endpoints(get_resolver().url_patterns) if name}


def methods_of(view: Any) -> frozenset[str]:
    """What a view answers, as its decorator or its class says; all of them when neither says anything."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        return frozenset(m.upper() for m in kind.http_method_names if hasattr(kind, m))
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            return frozenset(view.__closure__[names.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return frozenset({"GET", "POST"})


def parameters(route: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def address(name: str, planted: dict[str, Any], variant: str = "") -> str | None:
    """The address with planted ids; None where nothing of the kind was planted."""
    planted = planted | {to: planted[of] for to, of in VARIANTS[variant].items() if of in planted}
    try:
        return reverse(name, kwargs={p: planted[p] for p in parameters(routes()[name][0])})
    except (KeyError, NoReverseMatch):
        return None


def name_of(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


class Staff:
    """Browsers of everybody, each signed in as the demo does it, with a fresh second step."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.browsers: dict[str, Client] = {}

    def browser(self, person: str) -> Client:
        if person not in self.browsers:
            self.browsers[person] = self.sign_in(person)
        return self.browsers[person]

    def sign_in(self, person: str) -> Client:
        browser = Client(enforce_csrf_checks=True)
        if person != NOBODY:
            token = hidden(browser.get("/demo/sign-in/"), "csrfmiddlewaretoken")
            sent = {"person": str(self.world.ids[person]), "csrfmiddlewaretoken": token}
            assert browser.post("/demo/sign-in/", sent).status_code == 302
        self.browsers[person] = browser
        return browser

    def places(self) -> list[Place]:
        """Every form that anybody finds, once for each address it is sent to and each set of questions."""
        planted, found = plant(self.world), {}
        for person in (*PEOPLE, NOBODY):
            for name, (_route, view) in routes().items():
                for variant in VARIANTS if "GET" in methods_of(view) else ():
                    url = address(name, planted, variant)
                    if url is None or (variant and url == address(name, planted)):
                        continue
                    for place in self._on(person, name, url, variant):
                        found.setdefault((place.target, place.shape, place.method), place)
        return list(found.values())

    def _on(self, person: str, name: str, url: str, variant: str) -> list[Place]:
        response = self.browser(person).get(url)
        assert response.status_code < 500, (person, url)
        if response.status_code != 200 or "text/html" not in response.headers["Content-Type"]:
            return []
        return [
            Place(name_of(form.action or url), name, person, form.shape(), form.method, variant)
            for form in reading.answer(response).forms
        ]


def hidden(response: Any, name: str) -> str:
    for form in reading.answer(response).forms:
        if name in form.fields:
            return form.fields[name].values[0]
    raise AssertionError(f"no {name} on the page")
