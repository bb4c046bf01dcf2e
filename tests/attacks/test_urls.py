"""Every address of the staff door × every role and nobody × eight methods, through the whole stack of the door."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from amparo.foundation.doors import endpoints

from . import rooms
from .cells import roles
from .population import populate

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not gathered for tests
METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST")
TABLE = yaml.safe_load((Path(__file__).parent / "addresses.yaml").read_text(encoding="utf-8"))
for part in ("who", "addresses"):
    TABLE[part] |= rooms.table(part)
#: Where an id stands for a person and not for a row about a child: a stranger's, so that nobody is really ended.
NOT_CHILDREN = {"person_id", "membership_id", "sign_in_id", "protocol_id", "pk", "emergency_id"}.union(
    rooms.everything("NOT_CHILDREN")
)
#: Ends the sign-in of whoever asks; asked for last.
LAST = ("account_logout", "web:leave")
HIDDEN_FROM_HOME = "restricted"


@pytest.fixture(scope="module")
def people(admin):
    return populate(admin, roles())


@pytest.fixture(scope="module")
def opener(people):
    """A keeper that asks the database and writes the log as the real one does, and opens everything to the same."""
    from amparo.foundation import sealing
    from amparo.rooms.desk.tests.keeper import InProcessKeeper

    class Opener(InProcessKeeper):
        def _opened(self, item):
            return b"{}"

        def match(self, secret, terms, request_id):
            return []

    people.world.admin = people.admin
    it, before = Opener(people.world), sealing.keeper
    sealing.keeper = lambda: it
    yield it
    sealing.keeper = before


@pytest.fixture(scope="module")
def clients(people, opener, django_db_blocker):
    """role -> a browser in which that role's person of the child's own team is signed in; "" is nobody."""
    from django.test import Client
    from django.urls import reverse

    found = {"": Client(raise_request_exception=False)}
    for role in roles():
        browser = found[role] = Client(raise_request_exception=False)
        answer = browser.post(reverse("demo_sign_in"), {"person": people.people["home", role]})
        assert answer.status_code == 302, answer.content[-500:]
    return found


def addresses():
    seen = {}
    for route, name, _ in endpoints(import_module("amparo.config.doors.staff.urls").urlpatterns):
        seen.setdefault(name, []).append(route)
    return seen


def ids(people, relation):
    """converter name -> an id, for the rows planted for a relation."""
    rows = people.planted[relation]
    given = {
        "subject_id": people.children[relation], "note_id": rows["desk_note"]["id"], "task_id": rows["desk_task"]["id"],
        "clock_id": rows["desk_clock"]["id"], "notice_id": rows["desk_notice"]["id"],
        "draft_id": rows["desk_draft"]["id"], "attachment_id": rows["desk_attachment"]["id"],
        "grant_id": rows["access_grant"]["id"], "consent_id": rows["access_consent"]["id"],
        "block_id": rows["access_block"]["id"],
    }  # fmt: skip
    given |= {name: rows[table]["id"] for name, table in rooms.mapping("IDS").items()}
    return {k: str(v) for k, v in given.items()}


def path_of(route, values):
    def fill(match):
        name = match[1].rpartition(":")[2]
        words = {"form": "note", "language": "en", "instrument": "labour", "licensed": "clinical_six"}
        return words.get(name) or values.get(name) or str(uuid.uuid4())

    return "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)", fill, re.sub(r"<([\w:]+)>", fill, route)).strip("^$")


def may(name, role, method):
    who, methods = TABLE["addresses"][name]
    allowed = who == "anyone" or role in TABLE["who"][who]
    return allowed and method in methods.split()


def test_every_address_is_declared():
    assert sorted(set(addresses()) ^ set(TABLE["addresses"])) == []


def test_roles_of_the_table_are_all_roles():
    assert set(TABLE["who"]["everyone"]) == set(roles())


@pytest.mark.attack
@pytest.mark.timeout(1200)
def test_every_address_by_every_role_and_method(people, clients):
    values, statuses, wrong, got = ids(people, "own"), Counter(), [], set()
    names = sorted(addresses().items(), key=lambda item: item[0] in LAST)
    for method in METHODS:
        for name, routes in names:
            for role, browser in clients.items():
                path = path_of(routes[-1], values)
                answer = browser.generic(method, path)
                statuses[answer.status_code] += 1
                if answer.status_code >= 500:
                    wrong.append((name, role, method, answer.status_code))
                elif 200 <= answer.status_code < 300:
                    got.add((name, role, method))
                    if not may(name, role, method):
                        wrong.append((name, role, method, answer.status_code))
    strangers = {n for n, routes in addresses().items() if any(f":{x}>" in routes[-1] for x in NOT_CHILDREN)}
    declared = {(n, r, "GET") for n in TABLE["addresses"] for r in clients if may(n, r, "GET")}
    declared = {k for k in declared if k[0] not in strangers}  # asked for nobody who is there
    missing = sorted(k for k in declared - got if not k[0].startswith(("mfa_", "account_", "demo_")))
    print(f"\naddresses: {sum(statuses.values())} requests, by status {dict(sorted(statuses.items()))}; "
          f"{len(wrong)} wrong, {len(declared & got)} pages got by whoever may")  # fmt: skip
    assert wrong == [], wrong[:40]
    assert missing == [], missing[:40]


def masked(answer):
    """What a person could see of an answer: headers and body, without what is random in each."""
    headers = {k: re.sub(r"nonce-[\w+/=-]+", "nonce", v) for k, v in answer.headers.items()}
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', b"", answer.content)
    body = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"ID", body)
    location = re.sub(r"[0-9a-f-]{36}", "ID", headers.pop("Location", ""))
    return answer.status_code, location, headers, body


def asked(browser, method, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        answer = browser.generic(method, path)
    return masked(answer), len(seen)


@pytest.mark.attack
@pytest.mark.timeout(600)
def test_hidden_and_absent_answer_alike(people, clients):
    hidden, pairs, differ, found = ids(people, HIDDEN_FROM_HOME), 0, [], []
    for name, routes in addresses().items():
        parts = set(re.findall(r"<uuid:(\w+)>", routes[-1]))
        if not parts or parts & NOT_CHILDREN:
            continue
        for role in ("caseworker", "supervisor", "duty_officer", "coordinator", "lawyer", "interpreter"):
            for method in ("GET", "POST"):
                absent = {k: str(uuid.uuid4()) for k in hidden}
                one, other = (path_of(routes[-1], values) for values in (hidden, absent))
                asked(
                    clients[role], method, other
                )  # warm: what is cached once must not count for one of them
                first, second = asked(clients[role], method, one), asked(clients[role], method, other)
                pairs += 1
                if first != second:
                    differ.append((name, role, method, first[0][0], second[0][0], first[1], second[1]))
                if 200 <= first[0][0] < 300:
                    found.append((name, role, method))
    print(f"\nhidden and absent: {pairs} pairs, {len(differ)} told apart")
    assert pairs >= 300
    assert found == []
    assert differ == []
