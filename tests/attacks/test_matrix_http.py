"""The same declared matrix over HTTP: every relation and role at the pages of a file, through the whole door."""

from __future__ import annotations

import json
import uuid

import pytest

from . import rooms
from .cells import Cell, declared, roles
from .pages import Page
from .population import RELATIONS, populate
from .test_urls import TABLE, ids, path_of

pytestmark = [
    pytest.mark.attack,
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.timeout(900),
]
REASON = "the clinic asks tonight"


PAGES = (
    Page("access:subject", "files/<uuid:subject_id>/", "register", "read", shows="access_subject"),
    Page("access:subject_log", "files/<uuid:subject_id>/log/", "register", "read"),
    Page("access:sharing", "files/<uuid:subject_id>/access/", "register", "read"),
    Page("desk:notes", "files/<uuid:subject_id>/notes/", "note", "read", shows="desk_note"),
    Page("desk:edit_note", "notes/<uuid:note_id>/change/", "note", "read", shows="desk_note"),
    Page("desk:add_note", "files/<uuid:subject_id>/notes/add/", "note", "insert", "POST", {"text": "Words."}, leads="/notes/"),
    Page("desk:tasks", "files/<uuid:subject_id>/tasks/", "task", "read"),
    Page("desk:task", "tasks/<uuid:task_id>/", "task", "read"),
    Page("desk:attachments", "files/<uuid:subject_id>/attachments/", "attachment", "read", shows="desk_attachment"),
    Page("desk:notices", "notices/", "my_notice", "read", shows="my_notice"),
    Page("access:me", "me/", "my_notice", "read"),
    Page("vault:show_name", "files/<uuid:subject_id>/name/", "identity", "read", "POST", {"because": REASON}, "vault_person"),
    Page("vault:show_place", "files/<uuid:subject_id>/place/", "place", "read", "POST", {"because": REASON}, "vault_place"),
    *rooms.everything("PAGES"),
)  # fmt: skip


@pytest.fixture(scope="module")
def people(admin):
    return populate(admin, roles())


@pytest.fixture(scope="module")
def opener(people):
    """Opens each sealed value to its own record's id, so that a page that shows a row can be told by it."""
    from amparo.foundation import sealing
    from amparo.rooms.desk.tests.keeper import InProcessKeeper

    class Opener(InProcessKeeper):
        def _opened(self, item):
            return json.dumps({"given_names": str(item.record), "address": str(item.record)}).encode()

    people.world.admin = people.admin
    it, before = Opener(people.world), sealing.keeper
    sealing.keeper = lambda: it
    yield it
    sealing.keeper = before


@pytest.fixture(scope="module")
def browser_of(people, opener):
    from django.test import Client
    from django.urls import reverse

    made = {}

    def browser(group, role):
        if (group, role) not in made:
            made[group, role] = client = Client(raise_request_exception=False)
            person = people.people[group, role]
            client.post(reverse("demo_sign_in"), {"person": person})
            people.admin.execute(
                "UPDATE sec.session s SET membership_id = m.id FROM access_membership m WHERE s.actor_id = %s"
                " AND m.actor_id = s.actor_id AND m.role = %s",
                [person, role],
            )
        return made[group, role]

    return browser


def allowed(page: Page, relation: str, role: str, table: dict[Cell, bool]) -> bool:
    who = TABLE["addresses"][page.name][0]
    return role in TABLE["who"][who] and table[Cell(relation, role, page.object, page.act)]


def got(page: Page, browser, people, relation: str, role: str) -> tuple[bool, bool]:
    """(whether it was answered or done, whether the planted row is on it)."""
    path = path_of(page.path, ids(people, relation))
    data = {**page.form, "key": str(uuid.uuid4())}
    answer = browser.get(path) if page.method == "GET" else browser.post(path, data)
    if answer.status_code >= 500:
        raise AssertionError(f"{page.name}: {answer.status_code}")
    done = answer.status_code == (302 if page.act == "insert" else 200)
    if page.act == "insert" and done:
        done = answer.headers["Location"].endswith(page.leads)
    rows = people.mine if page.shows == "my_notice" else people.planted[relation]
    key = (relation, role, page.shows) if page.shows == "my_notice" else page.shows
    planted = str(rows[key]["id"]) if page.shows else ""
    # an address that names the row repeats its id on every page, refusals too; a file's page is told by its links
    body = answer.content if page.shows == "access_subject" else answer.content.replace(path.encode(), b"")
    return done, planted.encode() in body


def disagreements(people, browser_of, only_roles=None, only_relations=None):
    table, tried, allows, wrong = declared(), 0, 0, []
    for relation, (group, _, _) in RELATIONS.items():
        for role in roles():
            if (only_roles and role not in only_roles) or (only_relations and relation not in only_relations):
                continue
            browser = browser_of(group, role)
            for page in PAGES:
                may = allowed(page, relation, role, table)
                done, shown = got(page, browser, people, relation, role)
                tried, allows = tried + 1, allows + may
                if (
                    may != done
                    or (may and not shown)
                    or (not may and page.shows and page.shows != "access_subject" and shown)
                ):
                    wrong.append(
                        (relation, role, page.name, "declared" if may else "not declared", done, shown)
                    )
    return tried, allows, wrong


def test_every_cell_over_http(people, browser_of):
    tried, allows, wrong = disagreements(people, browser_of)
    print(
        f"\nmatrix over HTTP: {tried} cells, {allows} allows ({allows / tried:.0%}), {len(wrong)} disagreements"
    )
    assert wrong == [], wrong[:40]
    assert allows / tried >= 0.20


def test_permissions_dropped_from_views_and_actions_are_found(people, browser_of, monkeypatch):
    """The first wall gone, in the two places where it stands: the matrix must notice, though row security holds."""
    from amparo.foundation import actors, acts

    monkeypatch.setattr(actors.Actor, "has", lambda self, permission: True)
    monkeypatch.setattr(acts, "check", lambda actor, permission, *, strong: None)
    _, _, wrong = disagreements(people, browser_of, {"lawyer", "authority_member"}, {"granted_write"})
    assert {(role, page) for _, role, page, *_ in wrong} >= {
        ("lawyer", "desk:add_note"),
        ("authority_member", "desk:add_note"),
    }


def test_a_query_without_its_filter_is_stopped_by_row_security(people, browser_of, monkeypatch):
    """The second wall gone: the answers are the same, because the third one asks again."""
    from django.db.models import Q

    from amparo.foundation.models import Protected
    from amparo.rooms.access.models import Subject

    for model in (Protected, Subject):
        monkeypatch.setattr(model, "reach", classmethod(lambda cls, viewer: Q()))
    few = {"caseworker", "supervisor", "coordinator", "interpreter"}
    tried, _, wrong = disagreements(people, browser_of, few)
    assert tried >= 500
    assert wrong == []
