"""The door of partners' systems: its secret opens it, nothing else does, and every refusal is said in JSON."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.test import Client

from amparo.foundation.clock import now
from amparo.foundation.ids import new_id
from amparo.rooms.access import actions, queries

from .people import hire

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not gathered for tests
KEY = {"Idempotency-Key": "form-0001"}


@pytest.fixture
def partner(world):
    """partner("hotline_operator") is a browser without cookies that carries a new system's secret."""

    def make(role="hotline_operator", agency="river"):
        new = actions.add_api_client(
            by=world.actor("nadia", strong=True), name="Hotline", unit_id=world.ids[f"{agency}/team"], role=role,
            until=now() + dt.timedelta(days=1),
        )  # fmt: skip
        make.id = new.id
        return Client(headers={"Authorization": f"Bearer {new.secret}"}, raise_request_exception=False)

    return make


def opened(client, key="form-0001", body=None, **more):
    return client.post(
        "/api/files", json.dumps({"kind": "child"} if body is None else body), content_type="application/json",
        headers={"Idempotency-Key": key}, **more,
    )  # fmt: skip


def is_problem(answer, status):
    assert answer.headers["Content-Type"] == "application/problem+json"
    return (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_system_says_who_it_is_and_reads_what_everybody_may(world, partner):
    client = partner()
    me = client.get("/api/me").json()
    assert (me["name"], me["role"], me["unit"]) == (
        "Hotline",
        "hotline_operator",
        str(world.ids["river/team"]),
    )
    assert {"id", "name"} == set(client.get("/api/agencies").json()["items"][0])
    assert client.get("/api/areas").json().keys() == {"items", "next"}
    assert client.get("/api/areas?limit=1").status_code == 200


def test_it_opens_a_file_once_for_each_key_and_reads_it_back(partner):
    client = partner()
    first, again = opened(client), opened(client)
    assert (first.status_code, first.json()) == (201, again.json())
    row = client.get(first.headers["Location"]).json()
    assert (row["id"], row["kind"], row["is_restricted"]) == (first.json()["id"], "child", False)
    assert [f["id"] for f in client.get("/api/files").json()["items"]] == [row["id"]]
    assert is_problem(opened(client, body={"kind": "adult"}), 409)
    assert opened(client, key="form-0002", body={"kind": "adult"}).status_code == 201


def test_hidden_and_absent_files_answer_alike(world, partner):
    client = partner()
    one, other = (client.get(f"/api/files/{i}") for i in (world.child(), new_id()))
    assert is_problem(one, 404)
    assert one.content == other.content


@pytest.mark.parametrize("path", ["/api/me", "/api/agencies", "/api/areas", "/api/files"])
def test_without_a_live_secret_of_a_system_nothing_opens(world, partner, path):
    good = partner()
    assert good.get(path).status_code == 200
    person = world.actor(hire(world, "river", "caseworker"))
    for sent in (
        "",
        "Bearer",
        "Bearer short",
        f"Bearer {person.secret}",
        "Basic " + "a" * 30,
        "Bearer " + "a" * 43,
    ):
        answer = Client(headers={"Authorization": sent}).get(path)
        assert is_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    world.admin.execute("UPDATE access_apiclient SET is_active = false WHERE id = %s", [partner.id])
    assert is_problem(good.get(path), 401)


def test_a_persons_cookie_opens_nothing_here(world):
    browser = Client()
    browser.post("/demo/sign-in/", {"person": world.ids["ama"]})
    assert browser.get("/files/").status_code == 200
    assert is_problem(browser.get("/api/files"), 401)


def test_a_role_without_it_is_refused(partner):
    client = partner("directory_editor")
    assert client.get("/api/me").status_code == 200
    assert is_problem(client.get("/api/files"), 403)
    assert is_problem(opened(partner("lawyer")), 403)


def test_an_ended_role_ends_the_secret(world, partner):
    client = partner()
    world.admin.execute("UPDATE access_membership SET until_at = now() WHERE actor_id = %s", [partner.id])
    assert is_problem(client.get("/api/me"), 401)


def test_what_cannot_be_read_is_said(partner):
    client = partner()
    assert is_problem(client.delete("/api/files"), 405)
    assert client.delete("/api/files").headers["Allow"] == "GET, HEAD, POST"
    assert is_problem(client.post("/api/files", {"kind": "child"}, headers=KEY), 415)
    for body in (b" ", b"{", b"\xff", b"[" * 100_000):
        answer = client.post("/api/files", body, content_type="application/json", headers=KEY)
        assert is_problem(answer, 400)
    for body in (
        [],
        "child",
        {"kind": "dog"},
        {"kind": ["child"]},
        {"kind": "child", "name": "A"},
        {"kind": None},
    ):
        assert is_problem(opened(client, body=body), 422)
    for key in ("", "short", "with space here", "k" * 65):
        assert is_problem(opened(client, key=key), 422)
    for query in ("limit=0", "limit=2001", "limit=x", "limit=-1", "after=qm", "after=%00", "after=QM%0A"):
        assert is_problem(client.get(f"/api/areas?{query}"), 422)
    for query in ("aftr=x", "after=x&after=y"):
        assert is_problem(client.get(f"/api/files?{query}"), 422)
    for path in ("/api/", "/api/other", "/api/files/x", "/api/files/x%0Ay"):
        assert is_problem(client.get(path), 404)
    assert is_problem(client.post("/api/other", {}), 404)
    for after in ("x", "%00_%00", "nan_" + "0" * 32, "inf_" + "0" * 32):
        assert client.get(f"/api/files?after={after}").status_code == 200


def test_whoever_holds_the_file_sees_the_system_among_those_with_access(world, partner):
    child = opened(partner()).json()["id"]
    rows = queries.who_has_access(world.actor("ben"), child)
    assert [(r.who, r.cause) for r in rows] == [("Hotline", "assignment")]
