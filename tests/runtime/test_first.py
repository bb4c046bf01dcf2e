"""The first administrator of an empty installation: made once, by the owner, and able to sign in and to set up a second step."""

from __future__ import annotations

import http.cookiejar
import os
import re
import ssl
import subprocess
import sys
import urllib.parse
import urllib.request

import psycopg
import pytest
from conftest import PASSWORDS, Database, migrate

from tests.browser import live
from tests.keeper_process import KeeperProcess

from .live import SOURCES

NAMED = ("--agency", "National office", "--name", "Invented Person", "--email", "first@example.org")


@pytest.fixture(scope="module")
def empty(cluster, tmp_path_factory):
    """A migrated installation with nobody in it, and a socket for a keeper of its own: the suite's may run too."""
    from amparo.runtime.provision import drop, provision

    it = Database(cluster, "amparo_first")
    provision(cluster.admin_url(), it.name, PASSWORDS)
    migrate(it.url("owner"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMPARO_KEEPER_SOCKET", str(tmp_path_factory.mktemp("k") / "keeper.sock"))
        yield it
    drop(cluster.admin_url(), it.name)


def first_administrator(database, *words, **environment):
    given = {k: os.environ[k] for k in ("AMPARO_KEEPER_SOCKET", "AMPARO_KEEPER_WORKER_TOKEN")}
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AMPARO_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "amparo.cli", "first-administrator", *words],
        env=clean | given | {"PYTHONPATH": str(SOURCES), "AMPARO_DATABASE_URL": database.url("owner")} | environment,
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


def count(database):
    with psycopg.connect(database.cluster.admin_url(database.name), autocommit=True) as admin:
        return tuple(
            admin.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in ("access_agency", "access_person", "access_membership")
        )


def logged(database):
    with psycopg.connect(database.cluster.admin_url(database.name), autocommit=True) as admin:
        return admin.execute(
            "SELECT e.what, e.role, e.actor_id = (SELECT id FROM access_person) FROM audit.entry e WHERE e.role <> 'door'"
        ).fetchall()


def is_one_line(done, words):
    return (
        done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr and not done.stdout
    )


def test_without_its_keeper_or_with_a_slip_nothing_is_made(empty):
    assert is_one_line(first_administrator(empty, *NAMED), "amparo keeper")
    with KeeperProcess(empty.url("keeper")):
        for words, said in (
            (("--time-zone", "Mars/Here"), "no time zone"),
            (("--email", "nobody"), "no address"),
        ):
            assert is_one_line(first_administrator(empty, *NAMED, *words), said)
        assert is_one_line(
            first_administrator(empty, *NAMED, AMPARO_KEEPER_SOCKET=""), "AMPARO_KEEPER_SOCKET"
        )
    assert count(empty) == (0, 0, 0)


def test_they_are_made_once_sign_in_and_are_led_to_a_second_step(empty, tmp_path):
    with KeeperProcess(empty.url("keeper")):
        done = first_administrator(empty, *NAMED)
        assert done.returncode == 0, done.stderr
        assert count(empty) == (1, 1, 1)
        assert is_one_line(first_administrator(empty, *NAMED), "Somebody is in this Amparo already")
        assert count(empty) == (1, 1, 1)
        assert logged(empty) == [("FIRST_ADMINISTRATOR_MADE", "national_administrator", True)]
        password = re.search(r"password  (\S+)", done.stdout)[1]
        with live.door(empty, "staff", tmp_path, demo=False) as base:
            wrong, where = signed_in(base, "first@example.org", password + "x")
            assert "/account/login/" in where
            page, where = signed_in(base, "first@example.org", password)
    assert urllib.parse.urlsplit(where).path == "/account/2fa/"
    assert "Invented Person" in page
    assert "Invented Person" not in wrong


def signed_in(base, email, password):
    """(the page somebody stands on after asking for Today, its address)"""
    trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), trusting
    )
    page = opener.open(f"{base}/account/login/", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": email, "password": password})
    asked = urllib.request.Request(
        f"{base}/account/login/", sent.encode(), {"Referer": f"{base}/account/login/"}
    )
    opener.open(asked, timeout=20).close()
    with opener.open(f"{base}/", timeout=20) as answer:
        return answer.read().decode(), answer.url
