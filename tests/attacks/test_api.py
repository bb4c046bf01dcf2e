"""The door of partners' systems, attacked from its own description: valid and broken requests, each with a live secret
and with one that is none. No 5xx, and no answer that the description does not name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

#: In all, over every operation and both kinds of request. A night may ask for more.
REQUESTS = int(os.environ.get("AMPARO_API_REQUESTS", "2000"))
MODES = ("POSITIVE", "NEGATIVE")
pytestmark = [pytest.mark.attack, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(900)]


@dataclass
class Door:
    """What a partner's system knows and does not know."""

    secret: str
    dead: list[str]  # what once opened, opens something else, or nearly is a secret
    own: str
    hidden: str
    receipt: str  # of a concern it sent
    statuses: Counter[tuple[str, bool, int]] = field(default_factory=Counter)

    def seen(self, *, live: bool) -> set[int]:
        return {status for _, with_live, status in self.statuses if with_live == live}


@pytest.fixture
def door(world):
    from amparo.foundation.actors import actor_for
    from amparo.foundation.clock import now
    from amparo.rooms.access import actions

    nadia, until = world.actor("nadia", strong=True), now() + dt.timedelta(days=1)

    def system():
        return actions.add_api_client(by=nadia, name="Hotline", unit_id=world.ids["river/team"],
                                      role="hotline_operator", until=until)  # fmt: skip

    def end(client):
        world.admin.execute("UPDATE access_membership SET until_at = now() WHERE actor_id = %s", [client.id])

    live, ended = system(), system()
    end(ended)
    own = actions.open_subject(by=actor_for(live.secret), kind="child", key="the first of all")
    almost = (live.secret[:-1], live.secret + "a", live.secret.swapcase(), live.secret[::-1])
    yield Door(
        live.secret, [*almost, ended.secret, world.actor("ama").secret], str(own), str(world.child("zoe")),
        a_receipt(world, actor_for(live.secret)),
    )  # fmt: skip
    end(live)


def a_receipt(world, client):
    from amparo.rooms.concerns import actions
    from amparo.rooms.concerns.intake import Intake
    from amparo.rooms.concerns.kinds import Channel
    from amparo.rooms.concerns.queries.sending import sent_about
    from tests.desks import add_desks

    add_desks(world)
    concern = actions.receive_concern(by=client, intake=Intake(channel=Channel.PARTNER, account="Invented."))
    return sent_about(client, concern).number


class Signing:
    """The door, reached by a client that signs what it sends: a broken signature is tried in the room's own tests."""

    def __init__(self, application, secret):
        self.application, self.secret = application, secret

    def __call__(self, environ, start_response):
        if (
            environ.get("HTTP_AUTHORIZATION") == f"Bearer {self.secret}"
            and environ["REQUEST_METHOD"] == "POST"
        ):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            timestamp, key = str(int(time.time())), environ.get("HTTP_IDEMPOTENCY_KEY", "")
            parts = ("POST", environ["PATH_INFO"], timestamp, key, hashlib.sha256(body).hexdigest())
            signed = hmac.new(self.secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()
            environ |= {"HTTP_AMPARO_TIMESTAMP": timestamp, "HTTP_AMPARO_SIGNATURE": signed}
        return self.application(environ, start_response)


def headers_without(door):
    """Headers that carry no live secret, in every shape somebody could try."""
    dead = st.sampled_from(door.dead) | st.text("ABCabc012-_", min_size=20, max_size=60)
    odd = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60).map(str.strip)
    other = st.sampled_from([f"Basic {door.secret}", f"bearer {door.secret}", f"Bearer  {door.secret}", door.secret,
                             f"Bearer {door.secret} {door.secret}", f"Bearer {door.secret}\u00e9"])  # fmt: skip
    return st.none() | (dead.map("Bearer {}".format) | odd | other).map(
        lambda value: {"Authorization": value}
    )


def is_no_address(case):
    """An id that is none makes an address that is none, and that answers so to everybody."""
    is_one = {"id": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "receipt": r"[-a-zA-Z0-9_]+"}
    parts = (case.path_parameters or {}).items()
    return any(not re.fullmatch(is_one[name], str(part), re.ASCII) for name, part in parts)


def attack(operation, mode, door, examples):
    """Each made request twice: as a partner's system, and as somebody who is none."""
    import schemathesis
    from schemathesis.specs.openapi.checks import negative_data_rejection

    cases = operation.as_strategy(generation_mode=getattr(schemathesis.GenerationMode, mode))
    files = st.sampled_from([None, door.own, door.hidden]) if mode == "POSITIVE" else st.none()

    def answer(case, live, headers):
        # the tool calls broken what the door may read all the same: which mistake is refused is asked one by one in
        # the room's own tests
        got = case.call_and_validate(headers=headers or {}, excluded_checks=[negative_data_rejection])
        door.statuses[operation.label, live, got.status_code] += 1
        return got

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases, files, headers_without(door))
    def send(case: Any, subject: str | None, without: dict[str, str] | None) -> None:
        if case.headers:
            case.headers.pop(
                "Authorization", None
            )  # the tool breaks it too; here that is the second request's part
        if subject and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = subject
        if subject and "receipt" in (case.path_parameters or {}):
            case.path_parameters["receipt"] = door.receipt
        got = answer(case, True, {"Authorization": f"Bearer {door.secret}"})
        if subject == door.hidden and "id" in (case.path_parameters or {}):
            assert got.status_code == 404
        refused = answer(case, False, without)
        assert refused.status_code == (404 if is_no_address(case) else 401)
        assert door.own not in refused.text
        assert door.receipt not in refused.text

    send()


def operations(application):
    import schemathesis

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    assert schema.raw_schema.pop("security") == [
        {"secret": []}
    ]  # the secret is put in and left out by hand above
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", MODES)
def test_every_operation_answers_as_described_whatever_is_sent(door, mode):
    from amparo.config.doors.staff.wsgi import application

    found = operations(Signing(application, door.secret))
    if mode == "NEGATIVE":  # without an operation that has nothing in it that could be wrong
        found = [o for o in found if o.query or o.headers or o.body or o.path_parameters]
    examples = -(-REQUESTS // (2 * len(MODES) * len(found)))
    for operation in found:
        attack(operation, mode, door, examples)

    sent, live, dead = sum(door.statuses.values()), door.seen(live=True), door.seen(live=False)
    print(
        f"\napi {mode.lower()}: {sent} requests in {len(found)} operations, {dict(sorted(door.statuses.items()))}"
    )
    assert sent >= REQUESTS // len(MODES)
    assert live >= ({200, 201, 404} if mode == "POSITIVE" else {422})
    assert max(live | dead) < 500
    assert dead <= {401, 404}
    assert 401 not in live
    if mode == "POSITIVE":
        assert door.statuses["GET /api/files/{id}", True, 200] > 0
        assert door.statuses["GET /api/concerns/{receipt}", True, 200] > 0
        assert door.statuses["POST /api/concerns", True, 201] > 0
