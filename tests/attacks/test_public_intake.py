"""The public page attacked: SQL on its own login, floods, forged work, and every trace of who wrote."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import secrets
import threading
import urllib.parse
from html import unescape
from pathlib import Path

import psycopg
import pytest

from amparo.rooms.concerns import receipts
from amparo.rooms.concerns.tests.public_door import carried, receipt_in, work_out

SPAN = "date_bin('10 minutes', now(), timestamptz '2000-01-01 00:00+00')"
REPORTS = 110


@pytest.fixture
def desks(world):
    from tests.desks import add_desks

    world = add_desks(world)
    world.admin.execute("DELETE FROM concerns_gate")
    yield world
    world.admin.execute("DELETE FROM concerns_gate")


@pytest.fixture
def stranger(desks, login):
    """A raw connection of amparo_public, as code execution in the public page would have it."""
    return login("public")


def body(stranger, **more):
    """A report as the page seals it, made anew each time."""
    from amparo.rooms.concerns.intake import Intake, keks_from, sealed
    from amparo.rooms.concerns.kinds import Channel

    rows = stranger.execute("SELECT * FROM intake.keys('QM01')").fetchall()
    made = json.loads(
        sealed(Intake(channel=Channel.PUBLIC, area="QM01", account="words"), keks_from(rows)).body
    )
    return json.dumps(made | more)


def submit(connection, what, work=None, search_id=None):
    search_id = search_id or secrets.token_bytes(32)
    row = connection.execute(
        "SELECT intake.submit(%s::jsonb, %s, %s, %s::jsonb)",
        [what, search_id, secrets.token_bytes(32), None if work is None else json.dumps(work)],
    ).fetchone()
    return row[0]


def challenge(connection):
    work, expires, bits, mac = connection.execute("SELECT * FROM intake.challenge()").fetchone()
    return {"work": str(work), "expires": expires, "bits": bits, "mac": mac}


def solved(connection):
    it = challenge(connection)
    return it | {"nonce": work_out(f"{it['work']}.{it['expires']}.{it['bits']}.{it['mac']}")}


# --- rights ------------------------------------------------------------------------------------------


def test_no_table_view_or_sequence_is_within_reach(stranger, desks):
    names = [
        name
        for (name,) in desks.rows(
            "SELECT n.nspname || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'S') AND n.nspname IN ('public', 'sec', 'audit', 'keeper', 'intake')"
        )
    ]
    assert len(names) > 60
    open_to_it = []
    for name in names:
        for statement in (
            f"SELECT * FROM {name}",
            f"INSERT INTO {name} DEFAULT VALUES",
            f"DELETE FROM {name}",
        ):
            try:
                stranger.execute(statement)
                open_to_it.append(statement)
            except psycopg.errors.InsufficientPrivilege:
                pass
    assert open_to_it == []


def test_only_the_functions_of_the_door_can_be_called(desks):
    may = desks.rows(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE has_function_privilege('amparo_public', p.oid, 'EXECUTE')"
        " AND p.pronamespace::regnamespace::text IN ('public', 'sec', 'audit', 'keeper', 'intake') ORDER BY 1"
    )
    assert [name for (name,) in may] == [
        "intake.add(bytea,uuid,bytea,boolean)", "intake.areas()", "intake.challenge()",
        "intake.hours(text,integer)", "intake.keys(text)", "intake.knock()", "intake.read(bytea)",
        "intake.submit(jsonb,bytea,bytea,jsonb)", "intake.withdraw(bytea,uuid,bytea)",
    ]  # fmt: skip


def test_the_page_s_process_cannot_send_as_staff_or_back_date(stranger, desks):
    for channel in ("agency", "custody", "hand_over", None):
        with pytest.raises(psycopg.Error) as refused:
            submit(stranger, body(stranger, channel=channel))
        assert refused.value.sqlstate == "AM403"
    what = body(stranger, received_at="2001-01-01T00:00:00Z", in_custody="yes", event=secrets.token_hex(16),
                call_type="x", children=900)  # fmt: skip
    assert submit(stranger, what) == "received"
    row = desks.rows(
        "SELECT received_at > now() - interval '1 minute', in_custody, event, call_type, children, sender_id"
        " FROM concerns_concern WHERE id = %s",
        json.loads(what)["concern"],
    )
    assert row == [(True, "unknown", None, "", 1, None)]


def test_keys_of_another_agency_are_refused(stranger, desks):
    made = json.loads(body(stranger))
    for purpose, wrapped in made["keys"]["wrapped"].items():
        made["keys"]["wrapped"][purpose] = [str(desks.ids["lantern"]), *wrapped[1:]]
    with pytest.raises(psycopg.Error) as refused:
        submit(stranger, json.dumps(made))
    assert refused.value.sqlstate == "AM409"


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_receipt_has_one_length(stranger, length):
    with pytest.raises(psycopg.Error) as refused:
        submit(stranger, body(stranger), search_id=secrets.token_bytes(length) or b"\x00")
    assert refused.value.sqlstate == "AM403"


def test_a_report_of_a_megabyte_is_refused(stranger):
    with pytest.raises(psycopg.Error) as refused:
        submit(stranger, body(stranger, needs=["x" * 1_000_000]))
    assert refused.value.sqlstate == "AM403"


# --- work against floods -----------------------------------------------------------------------------


def test_work_is_taken_once_and_a_replay_is_refused(stranger):
    work = solved(stranger)
    assert submit(stranger, body(stranger), work) == "received"
    with pytest.raises(psycopg.Error) as refused:
        submit(stranger, body(stranger), work)
    assert (refused.value.sqlstate, refused.value.diag.message_primary) == ("AM403", "work")


FORGED = {
    "easier": lambda w: w | {"bits": 0},
    "longer": lambda w: w | {"expires": w["expires"] + 86400},
    "expired": lambda w: w | {"expires": 1},
    "another": lambda w: w | {"work": "00000000-0000-4000-8000-000000000000"},
    "not signed": lambda w: w | {"mac": "0" * 64},
    "no mac": lambda w: {k: v for k, v in w.items() if k != "mac"},
    "not done": lambda w: w | {"nonce": "x"},
    "null nonce": lambda w: w | {"nonce": None},
    "null bits": lambda w: w | {"bits": None},
    "null expires": lambda w: w | {"expires": None},
    "no nonce": lambda w: {k: v for k, v in w.items() if k != "nonce"},
    "long": lambda w: w | {"nonce": "9" * 40},
    "empty": lambda w: {},
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_forged_work_is_refused(stranger, forge):
    with pytest.raises(psycopg.Error) as refused:
        submit(stranger, body(stranger), forge(solved(stranger)))
    assert refused.value.sqlstate == "AM403"


def test_counting_zero_bits_is_right(admin):
    for n in (0, 1, 7, 8, 9, 13, 31, 255):
        value = (1 << (255 - n)).to_bytes(32, "big")
        assert admin.execute("SELECT intake._zeros(%s)", [value]).fetchone()[0] == n
    assert admin.execute("SELECT intake._zeros(%s)", [bytes(32)]).fetchone()[0] == 256


def test_work_grows_harder_as_the_lane_fills(stranger, desks):
    bits = []
    for passed in (0, 300, 500):
        desks.admin.execute("DELETE FROM concerns_gate")
        desks.admin.execute(
            f"INSERT INTO concerns_gate (id, lane, span, passed) VALUES (gen_random_uuid(), 'work', {SPAN}, %s)",
            [passed],
        )
        bits.append(challenge(stranger)["bits"])
    assert bits == sorted(bits)
    assert bits[0] < bits[1] < bits[2]


def test_the_gate_counts_exactly_under_threads(desks, database):
    left = 5
    desks.admin.execute(
        f"INSERT INTO concerns_gate (id, lane, span, passed) VALUES (gen_random_uuid(), 'slow', {SPAN}, %s)",
        [60 - left],
    )
    through, refused = [], []

    def flood():
        with database.connect("public") as connection:
            for _ in range(5):
                try:
                    through.append(submit(connection, body(connection)))
                except psycopg.Error as error:
                    refused.append(error.sqlstate)

    threads = [threading.Thread(target=flood) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(through) == left
    assert set(refused) == {"AM429"}
    assert len(refused) == 25


def test_the_same_receipt_from_many_sides_is_one_concern(desks, database):
    search_id, told = secrets.token_bytes(32), []

    def send():
        with database.connect("public") as connection:
            told.append(submit(connection, body(connection), search_id=search_id))

    threads = [threading.Thread(target=send) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(told) == ["again"] * 5 + ["received"]


# --- receipts ----------------------------------------------------------------------------------------


def test_no_receipt_is_guessed_and_none_answers_more_than_it_may(stranger):
    search_id = secrets.token_bytes(32)
    submit(stranger, body(stranger), search_id=search_id)
    (mine,) = stranger.execute("SELECT intake.read(%s)", [search_id]).fetchone()
    assert set(mine) == {"concern", "subject", "answer", "channel", "is_withdrawn", "key", "replies"}
    guesses = [secrets.token_bytes(32) for _ in range(300)]
    guesses += [search_id[:-1], search_id + b"\x00", bytes(32), b""]
    guesses += [bytes([search_id[0] ^ 1]) + search_id[1:]]
    found = [stranger.execute("SELECT intake.read(%s)", [g]).fetchone()[0] for g in guesses]
    assert set(found) == {None}
    for guess in guesses[-5:]:
        for call in (
            "intake.add(%s, gen_random_uuid(), 'x', true)",
            "intake.withdraw(%s, gen_random_uuid(), 'x')",
        ):
            with pytest.raises(psycopg.Error) as refused:
                stranger.execute(f"SELECT {call}", [guess])
            assert refused.value.sqlstate == "AM404"


def test_additions_end_somewhere_and_the_concern_stays(stranger, desks):
    search_id = secrets.token_bytes(32)
    submit(stranger, body(stranger), search_id=search_id)
    with pytest.raises(psycopg.Error) as refused:
        for _ in range(60):
            stranger.execute("SELECT intake.add(%s, gen_random_uuid(), 'x', false)", [search_id])
    assert refused.value.sqlstate == "AM429"
    with pytest.raises(psycopg.Error) as large:
        stranger.execute("SELECT intake.add(%s, gen_random_uuid(), %s, false)", [search_id, b"x" * 70_000])
    assert large.value.sqlstate == "AM429"


# --- who wrote ---------------------------------------------------------------------------------------


class Reporter:
    """One of many, each with an address, an agent and a language that can be found again anywhere."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.marks = (f"203.0.113.{number}", f"AgentMark{number:04d}x", f"zz-Mark{number:04d}")
        address, agent, language = self.marks
        self.headers = {
            "X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}", "User-Agent": agent,
            "Accept-Language": language, "Referer": f"http://search.example/?q={agent}", "Cookie": f"track={agent}",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        self.canary = f"CANARY-{secrets.token_hex(6)}"
        self.answers: list[http.client.HTTPResponse] = []
        self.set_cookies: list[str] = []

    def ask(self, method: str, fields: dict[str, str] | None = None) -> str:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        connection.request(method, "/en/report/", urllib.parse.urlencode(fields or {}), self.headers)
        answer = connection.getresponse()
        html = answer.read().decode()
        assert answer.status == 200, html[-1500:]
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers.get("Set-Cookie") is None
        connection.close()
        return html

    def report(self) -> str:
        secret = carried(self.ask("GET"))["secret"]
        fields = {"secret": secret, "step": "contact", "saw": f"{self.canary}-saw", "spot": f"{self.canary}-spot",
                  "contact": f"{self.canary}-contact", "danger": "no", "area": "QM01"}  # fmt: skip
        checked = self.ask("POST", fields | {"go": "next"})
        form = carried(checked)
        it = form["work"]
        return receipt_in(self.ask("POST", form | {"go": "send", "nonce": work_out(it)}))


def forms_of(text: str) -> list[bytes]:
    """How a text could lie on a disk."""
    return [
        text.encode(),
        text.encode("utf-16-le"),
        text.encode().hex().encode(),
        json.dumps(text)[1:-1].encode(),
    ]


@pytest.fixture(scope="module")
def door(database, world, tmp_path_factory):
    from tests.browser import live

    folder = tmp_path_factory.mktemp("public-door")
    (folder / "tmp").mkdir()
    with live.door(database, "public", folder) as address:
        yield int(address.rpartition(":")[2]), folder


def test_nothing_of_who_wrote_is_left_anywhere(desks, door, admin, database):
    port, folder = door
    people = [Reporter(port, n) for n in range(1, REPORTS + 1)]
    codes: list[str] = []

    def work_off(share):
        for person in share:
            codes.append(person.report())

    threads = [threading.Thread(target=work_off, args=(people[n::3],)) for n in range(3)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(set(codes)) == REPORTS
    admin.execute("CHECKPOINT")
    cluster_folder = Path(admin.execute("SHOW data_directory").fetchone()[0])
    where = (
        cluster_folder,
        database.cluster.data_dir,
        folder,
    )  # tables, WAL, the server's log, the door's log and temp
    disk = {p for each in where for p in each.rglob("*") if p.is_file()}
    assert len(disk) > 500
    wanted = {form for person in people for mark in (*person.marks, person.canary) for form in forms_of(mark)}
    # in one pass over the disk: the parts all marks of a kind share, then the marks themselves
    shared = re.compile(b"|".join(re.escape(w) for w in sorted(wanted)))
    found = []
    for path in disk:
        try:
            content = path.read_bytes()
        except OSError:
            continue  # a file the server took away meanwhile
        found += [(path.name, hit[:60]) for hit in shared.findall(content)[:3]]
    assert found == []


def test_the_search_of_the_disk_is_not_blind(desks, door, admin):
    """The same marks, written where they must not be, are found."""
    person = Reporter(door[0], 250)
    admin.execute("CREATE TABLE IF NOT EXISTS leak_control (words text, sealed bytea)")
    try:
        admin.execute(
            "INSERT INTO leak_control VALUES (%s, %s)", [person.marks[1], person.canary.encode("utf-16-le")]
        )
        admin.execute("CHECKPOINT")
        folder = Path(admin.execute("SHOW data_directory").fetchone()[0])
        content = b"".join(p.read_bytes() for p in (folder / "base").rglob("*") if p.is_file())
        assert any(form in content for form in forms_of(person.marks[1]))
        assert any(form in content for form in forms_of(person.canary))
    finally:
        admin.execute("DROP TABLE leak_control")


def test_the_door_writes_no_access_log(door):
    port, folder = door
    Reporter(port, 251).ask("GET")
    log = (folder / "public.log").read_text()
    assert "GET " not in log
    assert "/en/report/" not in log


def test_pages_load_nothing_from_elsewhere_and_carry_nothing_of_the_reader(door):
    port, _ = door
    html = unescape(Reporter(port, 252).ask("GET"))
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', html)
    assert len(addresses) > 5
    assert [a for a in addresses if not a.startswith(("/", "#", "tel:"))] == []
    assert "AgentMark" not in html


def test_the_code_is_not_in_the_database_in_any_form(desks, stranger):
    secret = receipts.new_secret()
    code = receipts.code_of(secret)
    receipt = receipts.receipt_for(code)
    submit(stranger, body(stranger), search_id=receipt.search_id)
    for (column,) in [("search_id",), ("public_key",)]:
        for (value,) in desks.rows(f"SELECT {column} FROM concerns_receipt"):
            assert bytes(value) not in (
                hashlib.sha256(code.encode()).digest(), hashlib.sha256(secret.encode()).digest(), code.encode()
            )  # fmt: skip
