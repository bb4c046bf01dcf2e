"""Partners' systems send concerns: signed, once, answered with a number and nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import time
import uuid

import pytest
from django.test import Client

from amparo.foundation.clock import now
from amparo.rooms.access import actions as access
from amparo.rooms.concerns.kinds import FixedReply, SentState
from amparo.rooms.concerns.views import api_description
from amparo.rooms.concerns.views.api import FITS, message

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # static files are not gathered for tests
BODY = {"account": "Kanarie sells flowers at the station", "danger_now": "yes", "age_low": 9, "language": "ar",
        "area": "QM0101", "needs": ["doctor"], "reporter": "Control room, line 4"}  # fmt: skip


class Partner:
    """A system with its secret, and how it signs."""

    def __init__(self, secret, who):
        self.secret, self.id = secret, who
        self.client = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)

    def signed(self, body, key, *, at=None, path="/api/concerns", secret=None, method="POST"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = str(int(at or time.time()))
        whole = message(method, path, timestamp, key, raw)
        signature = hmac.new((secret or self.secret).encode(), whole, hashlib.sha256).hexdigest()
        return raw, {"Idempotency-Key": key, "Amparo-Timestamp": timestamp, "Amparo-Signature": signature}

    def send(self, body=BODY, key=None, **how):
        raw, headers = self.signed(body, key or uuid.uuid4().hex, **how)
        return self.post(raw, headers)

    def post(self, raw, headers, kind="application/json"):
        return self.client.post("/api/concerns", raw, content_type=kind, headers=headers)


@pytest.fixture
def partner(desks):
    def make(role="hotline_operator", unit="lantern/team"):
        new = access.add_api_client(
            by=desks.actor("nadia", strong=True), name="School board", unit_id=desks.ids[unit], role=role,
            until=now() + dt.timedelta(days=1),
        )  # fmt: skip
        return Partner(new.secret, new.id)

    return make


def is_problem(answer, status):
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    return (answer.status_code, answer.json()["status"]) == (status, status)


def count(desks):
    return desks.rows("SELECT count(*) FROM concerns_concern")[0][0]


def test_a_signed_concern_is_answered_with_its_number_and_nothing_else(desks, partner):
    it, before = partner(), count(desks)
    answer = it.send()
    assert answer.status_code == 201
    assert set(answer.json()) == {"receipt"}
    assert answer.headers["Location"] == f"/api/concerns/{answer.json()['receipt']}"
    assert count(desks) == before + 1
    row = desks.rows("SELECT channel, danger_now, age_low, age_high, area_id, urgency, sender_id, language"
                     " FROM concerns_concern WHERE channel = 'partner' ORDER BY entered_at DESC LIMIT 1")  # fmt: skip
    assert row == [("partner", "yes", 9, 9, "QM0101", "now", it.id, "ar")]


def test_the_same_request_sent_again_has_the_first_answer(desks, partner):
    it, key, before = partner(), uuid.uuid4().hex, count(desks)
    first, again = it.send(key=key), it.send(key=key, at=time.time() - 60)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert count(desks) == before + 1
    assert is_problem(it.send(BODY | {"age_low": 10}, key=key, at=time.time() - 30), 409)
    assert count(desks) == before + 1


def test_a_copy_of_a_request_is_refused(desks, partner):
    it, before = partner(), count(desks)
    raw, headers = it.signed(BODY, uuid.uuid4().hex)
    assert it.post(raw, headers).status_code == 201
    assert is_problem(it.post(raw, headers), 409)
    assert count(desks) == before + 1


def test_a_request_that_was_changed_on_the_way_is_refused(desks, partner):
    it, other, before = partner(), partner(), count(desks)
    raw, headers = it.signed(BODY, "key-000001")
    changed = [
        (raw.replace(b"flowers", b"papers!"), headers),
        (raw, headers | {"Idempotency-Key": "key-000002"}),
        (raw, headers | {"Amparo-Timestamp": str(int(headers["Amparo-Timestamp"]) + 1)}),
        (raw, headers | {"Amparo-Signature": headers["Amparo-Signature"][::-1]}),
        (raw, headers | {"Amparo-Signature": headers["Amparo-Signature"].upper()}),
        (raw, headers | {"Amparo-Signature": ""}),
        (raw, {k: v for k, v in headers.items() if k != "Amparo-Timestamp"}),
    ]
    for body, sent in changed:
        assert is_problem(it.post(body, sent), 401)
    assert is_problem(other.post(raw, headers), 401)  # somebody else's signature
    for how in ({"path": "/api/files"}, {"method": "PUT"}, {"secret": "another secret of 20 signs"}):
        assert is_problem(it.send(**how), 401)
    assert count(desks) == before
    assert it.post(raw, headers).status_code == 201  # and the one that was not changed is taken


@pytest.mark.parametrize(("off", "taken"), [(-290, True), (290, True), (-330, False), (330, False)])
def test_a_clock_may_be_five_minutes_off(partner, off, taken):
    answer = partner().send(at=time.time() + off)
    assert answer.status_code == (201 if taken else 401)


def test_the_answer_by_number_is_a_fixed_one(desks, partner):
    it, other = partner(), partner()
    number = it.send().json()["receipt"]
    answer = it.client.get(f"/api/concerns/{number}")
    assert answer.json() == {"receipt": number, "state": "received", "answer": "received"}
    hidden, absent = other.client.get(f"/api/concerns/{number}"), other.client.get("/api/concerns/00000000")
    assert is_problem(hidden, 404)
    assert hidden.content == absent.content
    assert is_problem(it.client.get("/api/concerns/x"), 404)
    assert is_problem(it.client.get(f"/api/concerns/{number}?full=yes"), 422)
    assert is_problem(it.client.delete(f"/api/concerns/{number}"), 405)


def test_a_system_that_sends_reads_no_concern(desks, partner):
    it = partner()
    it.send()
    assert it.client.get("/api/files").json()["items"] == []
    subject = desks.rows(
        "SELECT subject_id FROM concerns_concern WHERE channel = 'partner' ORDER BY entered_at DESC LIMIT 1"
    )[0][0]
    assert is_problem(it.client.get(f"/api/files/{subject}"), 404)


def test_a_role_that_may_not_send_is_refused_beside_one_that_may(partner):
    assert partner().send().status_code == 201
    assert partner("justice_liaison", "station/team").send().status_code == 201
    for role in ("coordinator", "interpreter", "directory_editor"):
        assert is_problem(partner(role).send(), 403)


def test_without_a_live_secret_nothing_opens(partner):
    it = partner()
    raw, headers = it.signed(BODY, uuid.uuid4().hex)
    assert is_problem(
        Client().post("/api/concerns", raw, content_type="application/json", headers=headers), 401
    )
    assert is_problem(Client().get("/api/concerns/00000000"), 401)


WRONG = [
    [], "words", {}, {"account": ""}, {"account": "  \n"}, {"account": 5}, BODY | {"account": "x" * 8001},
    BODY | {"religion": "any"}, BODY | {"danger_now": "perhaps"}, BODY | {"danger_now": True},
    BODY | {"age_low": -1}, BODY | {"age_low": 31}, BODY | {"age_low": True}, BODY | {"age_low": 9.5},
    BODY | {"age_low": 1e400}, BODY | {"age_low": float("nan")}, BODY | {"gender": "f"}, BODY | {"language": "not a language"},
    BODY | {"language": "a" * 36}, BODY | {"area": "qm"}, BODY | {"area": ""}, BODY | {"needs": "doctor"},
    BODY | {"needs": ["visa"]}, BODY | {"needs": ["doctor"] * 7}, BODY | {"about_self": "yes"},
    BODY | {"received_at": "yesterday"}, BODY | {"received_at": "2026-05-03T10:00:00"}, BODY | {"received_at": 5},
    BODY | {"reporter": "x" * 501}, BODY | {"account": "\ud800"},
]  # fmt: skip


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_what_the_description_does_not_allow_is_said(desks, partner, body):
    before = count(desks)
    assert is_problem(partner().send(body), 422)
    assert count(desks) == before


def test_what_cannot_be_read_is_said(partner):
    it = partner()
    for raw in (b"{", b"\xff", b"[" * 100_000):
        assert it.send(raw).status_code in (400, 422)  # too large, or no JSON
    raw, headers = it.signed(BODY, uuid.uuid4().hex)
    assert is_problem(it.post(raw, headers, "text/plain"), 415)
    for key in ("", "short", "with space here", "k" * 65):
        assert is_problem(it.send(key=key) if key else it.post(raw, headers | {"Idempotency-Key": ""}), 422)
    assert is_problem(it.client.get("/api/concerns"), 405)
    assert is_problem(it.client.post("/api/concerns?x=1", {}), 422)


def test_a_paper_of_a_partner_counts_from_its_own_time(desks, partner):
    told = now() - dt.timedelta(hours=7)
    assert partner().send(BODY | {"received_at": told.isoformat()}).status_code == 201
    row = desks.rows(
        "SELECT received_at FROM concerns_concern WHERE channel = 'partner' ORDER BY entered_at DESC LIMIT 1"
    )
    assert row == [(told,)]


@pytest.mark.parametrize(
    ("told", "kept"),
    [("0001-01-01T00:00:00+14:00", dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
     ("2026-05-03t10:00:00z", dt.datetime(2026, 5, 3, 10, tzinfo=dt.UTC)), ("9999-12-31T23:59:59-12:00", None)],
)  # fmt: skip
def test_odd_clocks_of_partners_lose_no_concern(desks, partner, told, kept):
    ages = {"age_low": 12.0, "age_high": 9}
    assert partner().send({"account": "a\0b", "received_at": told} | ages).status_code == 201
    ((received, low, high),) = desks.rows(
        "SELECT received_at, age_low, age_high FROM concerns_concern WHERE channel = 'partner'"
        " ORDER BY entered_at DESC LIMIT 1"
    )
    assert (low, high) == (9, 12)
    assert received == kept or (kept is None and abs(received - now()) < dt.timedelta(minutes=2))


def test_the_description_names_what_the_door_does():
    whole = Client().get("/api/openapi.json").json()
    assert set(api_description.PATHS) <= set(whole["paths"])
    assert "/api/files" in whole["paths"]
    schema = whole["components"]["schemas"]["Concern"]
    assert set(schema["properties"]) == set(FITS) == set(api_description.FIELDS)
    answer = whole["components"]["schemas"]["ConcernAnswer"]["properties"]
    assert set(answer["answer"]["enum"]) == set(FixedReply.values)
    assert set(answer["state"]["enum"]) == set(SentState.values)
