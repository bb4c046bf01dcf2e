"""What leaves for a gateway: one line of JSON, signed, with the same few words and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
import stat
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import override_settings

from amparo.rooms.concerns.paging import (
    Address,
    DemoPager,
    FilePager,
    NoPager,
    PagingFailed,
    WebhookPager,
    pager,
)

TO = Address(uuid.uuid4(), "+20255501234", "sms", "en")
SECRET = "s" * 40


def keep(to, text):
    raise AssertionError("only the demo keeps")


def test_a_file_gets_one_line_a_call_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "calls"
    for _ in "12":
        FilePager(path).call(TO)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 2
    assert {k: v for k, v in lines[0].items() if k != "at"} == {
        "to": "+20255501234", "how": "sms", "text": "Item waiting. Sign in.",
    }  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(PagingFailed):
        FilePager(tmp_path / "none" / "calls").call(TO)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(PagingFailed):
        FilePager(tmp_path / "link").call(TO)


@pytest.mark.parametrize(
    "pager_of", [lambda p: FilePager(p / "calls"), lambda p: WebhookPager("http://127.0.0.1:9/", b"x")]
)
def test_whoever_has_no_number_cannot_be_called(tmp_path, pager_of):
    with pytest.raises(PagingFailed, match="no_number"):
        pager_of(tmp_path).call(Address(uuid.uuid4(), "", "sms", "en"))


class Gateway(BaseHTTPRequestHandler):
    got: list = []
    status = 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Gateway.got.append((body, self.headers["X-Amparo-Signature"]))
        self.send_response(Gateway.status)
        if Gateway.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def gateway():
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Gateway.got.clear()
    Gateway.status = 204
    yield f"http://127.0.0.1:{server.server_port}/calls"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_gateway_gets_a_signed_call(gateway):
    with override_settings(AMPARO_PAGING=gateway, AMPARO_PAGING_SECRET=SECRET):
        pager(keep).call(TO)
    ((body, signature),) = Gateway.got
    assert signature == hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert set(json.loads(body)) == {"to", "how", "text", "at"}


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_a_gateway_refuses_was_not_sent(gateway, status):
    Gateway.status = status
    with pytest.raises(PagingFailed):
        WebhookPager(gateway, SECRET.encode()).call(TO)
    assert len(Gateway.got) == 1  # and a number never follows to another address


def test_a_gateway_that_is_away_was_not_reached():
    with pytest.raises(PagingFailed):
        WebhookPager("http://127.0.0.1:9/calls", SECRET.encode()).call(TO)


@pytest.mark.parametrize("where", ["http://gateway.example/", "ftp://x/", "file:calls", "calls"])
def test_an_address_in_clear_or_of_another_kind_is_refused(where):
    with (
        override_settings(AMPARO_PAGING=where, AMPARO_PAGING_SECRET=SECRET),
        pytest.raises(ValueError, match="AMPARO_PAGING"),
    ):
        pager(keep)


def test_a_short_secret_is_refused():
    short = override_settings(AMPARO_PAGING="https://gateway.example/", AMPARO_PAGING_SECRET="short")
    with short, pytest.raises(ValueError, match="32 signs"):
        pager(keep)


def test_without_a_gateway_a_demo_keeps_and_a_real_installation_fails_and_says_so():
    with override_settings(AMPARO_PAGING="", AMPARO_DEMO=True):
        assert isinstance(pager(keep), DemoPager)
    with override_settings(AMPARO_PAGING="", AMPARO_DEMO=False):
        assert isinstance(pager(keep), NoPager)
        with pytest.raises(PagingFailed, match="not_set_up"):
            pager(keep).call(TO)
    with override_settings(AMPARO_PAGING="file:/var/spool/calls"):
        assert isinstance(pager(keep), FilePager)
