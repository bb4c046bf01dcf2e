"""Marked words in every protected field, written by real actions: where do they come out again? Nowhere but their pages."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import secrets
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from . import rooms
from .test_urls import addresses, path_of

pytestmark = [pytest.mark.attack, pytest.mark.filterwarnings("ignore:No directory at")]
REASON = "the clinic asks tonight"
#: canary -> addresses that may show it to whoever may read that section
CELLS = {
    "note": {"desk:notes", "desk:edit_note", "desk:note_versions"},
    "old note": {"desk:note_versions"},
    "task": {"desk:task"},
    "title": {"desk:attachments", "desk:attachment", "desk:picture"},
    "picture": {"desk:original"},
    "draft": {"desk:add_task"},
    "name": {"vault:show_name", "vault:record_name"},
    "other name": {"vault:show_name", "vault:record_name"},
    "document": {"vault:show_name", "vault:record_name"},
    "phone": {"vault:show_name", "vault:record_contacts"},
    "place": {"vault:show_place", "vault:record_place"},
    "landmark": {"vault:show_place", "vault:record_place"},
} | rooms.mapping("CANARIES")
#: canary -> the address that shows it to the desk that answers for a concern, after a reason was posted
DESK = rooms.mapping("DESK_CANARIES")
#: What somebody typed into a search stands there again.
TYPED = {"vault:find": {"phone"}, "cases:open": {"phone"}}
#: Addresses that show theirs after a reason was posted.
REVEALS = ("vault:show_name", "vault:show_place", "desk:original", *rooms.everything("REVEALS"))


def forms_of(canary: str) -> dict[str, bytes]:
    """Every shape in which the word could lie about."""
    plain, wide = canary.encode(), canary.encode("utf-16-le")
    shapes = {"utf-8": plain, "utf-16": wide, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode(),
              "hex of utf-16": wide.hex().encode(), "json": json.dumps(canary)[1:-1].encode(),
              "percent": "".join(f"%{b:02X}" for b in plain).encode()}  # fmt: skip
    for shift in range(3):  # base64 of the word inside longer text, at each of three places
        whole = base64.b64encode(b"x" * shift + plain)
        shapes[f"base64+{shift}"] = whole[4 if shift else 0 : len(whole) - len(whole) % 4 - 4]
    return shapes


@dataclass
class Planted:
    words: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)
    began: float = field(default_factory=time.time)

    def found_in(self, data: bytes) -> set[tuple[str, str]]:
        """{(which canary, in which shape)}"""
        return {
            (name, shape)
            for name, word in self.words.items()
            for shape, raw in forms_of(word).items()
            if raw in data
        }


def new_words() -> dict[str, str]:
    return {name: f"Kanár{secrets.token_hex(9)}ß" for name in (*CELLS, *DESK)}


@pytest.fixture(scope="module")
def errors():
    """Everything that would have been logged, in the form of the settings."""
    from amparo.foundation.logging import NoContent

    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(NoContent())
    root = logging.getLogger()
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)


@pytest.fixture(scope="module")
def browser_of(world, real_keeper):
    from django.test import Client
    from django.urls import reverse

    made: dict[str, Client] = {}

    def browser(who: str) -> Client:
        if who not in made:
            made[who] = Client(raise_request_exception=False)
            if who:
                made[who].post(reverse("demo_sign_in"), {"person": world.ids[who]})
        return made[who]

    return browser


@pytest.fixture(scope="module")
def planted(world, browser_of, errors):
    from amparo.rooms.desk import actions as desk
    from amparo.rooms.desk.pictures import reencode
    from amparo.rooms.vault import actions as vault
    from amparo.rooms.vault.records import Contacts, Identity, Whereabouts

    it = Planted(new_words())
    w, child = it.words, world.child("ama")
    ama = world.actor("ama", strong=True)
    note = desk.add_note(by=ama, subject_id=child, text=w["old note"], key=str(uuid.uuid4()))
    desk.edit_note(by=ama, note_id=note, version=1, text=w["note"], key=str(uuid.uuid4()))
    task = desk.add_task(by=ama, subject_id=child, order=desk.TaskOrder("CALL_BACK", w["task"], ama.id))
    raw = _picture(w["picture"])
    attachment = desk.add_attachment(
        by=ama, subject_id=child, title=w["title"], original=raw, view=reencode(raw), key=str(uuid.uuid4())
    )
    vault.record_identity(by=ama, subject_id=child, version=0, identity=Identity(
        w["name"], "Haddad", w["other name"], "Lulu", "2011", documents=(w["document"],)))  # fmt: skip
    vault.record_contacts(by=ama, subject_id=child, version=0, contacts=Contacts((w["phone"],)))
    vault.record_place(by=ama, subject_id=child, version=0, place=Whereabouts("", w["place"], w["landmark"]))
    it.ids = {k: str(v) for k, v in {
        "subject_id": child, "note_id": note, "task_id": task, "attachment_id": attachment}.items()}  # fmt: skip
    for plant in (m.plant_canaries for m in rooms.modules() if hasattr(m, "plant_canaries")):
        it.ids |= {k: str(v) for k, v in plant(world, child, w).items()}
    saved = browser_of("ama").post(f"/drafts/task/{child}/save/", {"detail": w["draft"]})
    assert saved.status_code == 204
    return it


def _picture(words: str) -> bytes:
    from PIL import Image, PngImagePlugin

    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", words.encode().decode("latin-1"))
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 120, 60)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def seen_by(browser, planted, method="GET", data=None):
    """address -> canaries in its answer, headers and all."""
    seen = {}
    for name, routes in addresses().items():
        if name in ("account_logout", "web:leave"):
            continue
        for route in routes:
            path = path_of(route.replace("<slug:form>", "task"), planted.ids)
            answer = browser.get(path) if method == "GET" else browser.post(path, data)
            raw = answer.content + "".join(f"{k}: {v}\n" for k, v in answer.headers.items()).encode()
            found = {canary for canary, _ in planted.found_in(raw)}
            if found:
                seen.setdefault(name, set()).update(found)
    return seen


def test_every_identifying_field_holds_something_of_the_child(planted, admin):
    """A field that a room adds stands here until an act has written a word into it."""
    from django.apps import apps

    named = [
        (model._meta.db_table, model._meta.get_field(name).column)
        for model in apps.get_models()
        for name, kind in getattr(model, "CLASSIFIED", {}).items()
        if kind == "identifying"
    ]
    asked = "SELECT count(*) FROM {} WHERE subject_id = %s AND {} IS NOT NULL"
    empty = [
        f"{table}.{column}"
        for table, column in named
        if not any(
            admin.execute(asked.format(table, column), [planted.ids[held]]).fetchone()[0]
            for held in ("subject_id", "concern_subject")
        )
    ]
    assert len(named) >= 9
    assert empty == []


def test_its_worker_finds_every_canary_on_its_page_and_on_no_other(planted, browser_of):
    """The positive control, and the cells of whoever may read everything."""
    ama = browser_of("ama")
    seen = seen_by(ama, planted)
    for name in REVEALS:
        path = path_of(addresses()[name][0], planted.ids)
        shown = ama.post(path, {"because": REASON})
        seen.setdefault(name, set()).update(c for c, _ in planted.found_in(shown.content))
    shown_at = {canary: {name for name, found in seen.items() if canary in found} for canary in CELLS}
    print(
        f"\ncanaries: {len(CELLS)} planted, each shown at { ({k: len(v) for k, v in shown_at.items()}) } addresses"
    )
    assert [c for c, where in shown_at.items() if not where] == []
    assert {c: where - CELLS[c] for c, where in shown_at.items() if where - CELLS[c]} == {}


@pytest.mark.parametrize(
    "who", ["", "zoe", "cleo", "ilya", "dora", "hugo", "rana", "kofi", "nadia", "sol", "ines"]
)
def test_nobody_else_is_shown_a_canary(planted, browser_of, who):
    browser = browser_of(who)
    assert seen_by(browser, planted) == {}
    answer = {
        "because": REASON,
        "phone": planted.words["phone"],
        "text": "x",
        "code": "K74Q2M",
        "reason": REASON,
    }
    shown = seen_by(browser, planted, "POST", answer)
    assert {
        name: found - TYPED.get(name, set())
        for name, found in shown.items()
        if found - TYPED.get(name, set())
    } == {}


@pytest.mark.parametrize("canary", sorted(DESK))
def test_the_desk_is_shown_what_was_told_after_a_reason(planted, browser_of, canary):
    """The positive control of the words of a concern, which the child's worker above is never shown."""
    path = path_of(addresses()[DESK[canary]][0], planted.ids)
    dina = browser_of("dina")
    assert planted.found_in(dina.get(path).content) == set()
    shown = {name for name, _ in planted.found_in(dina.post(path, {"because": REASON}).content)}
    assert canary in shown


def test_an_error_tells_nothing(planted, browser_of, errors, monkeypatch):
    from amparo.rooms.desk import queries

    def fails(viewer, *args, **kwargs):
        word = planted.words["note"]
        raise RuntimeError(f"could not show {word}")

    monkeypatch.setattr(queries, "notes_opened", fails)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    answer = browser_of("ama").get(f"/files/{planted.ids['subject_id']}/notes/")
    assert answer.status_code == 500
    assert planted.found_in(answer.content) == set()
    assert "RuntimeError at fails" in errors.getvalue()
    assert planted.found_in(errors.getvalue().encode()) == set()


def test_statements_that_fail_leave_no_words_in_the_servers_log(planted, database, login, world):
    """As literals and as parameters, on the logins that hold children's words."""
    for name in ("staff", "worker", "keeper"):
        connection, word = login(name), planted.words["name"]
        for statement, values in (
            (f"SELECT 1 / 0 WHERE '{word}' <> ''", []),
            ("INSERT INTO public.desk_note (text) VALUES (%s)", [word.encode()]),
            (f"INSERT INTO public.desk_task (title) VALUES ('{word}')", []),
            (f"SELECT * FROM no_such_table WHERE a = '{word}'", []),
            (f"SELECT '{word}'::uuid", []),
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, values)
    log = database.cluster.log_file.read_bytes()
    assert len(log) > 200  # something was written
    told = planted.found_in(log)
    print(f"\nserver log: {len(log)} bytes, canaries {told or 'none'}")
    assert told == set()


def test_nothing_was_mailed_or_queued(planted, admin):
    from django.core import mail

    queued = admin.execute(
        "SELECT coalesce(string_agg(args::text, ' '), '') FROM procrastinate_jobs"
    ).fetchone()[0]
    outbox = "".join(m.subject + m.body for m in getattr(mail, "outbox", []))
    assert planted.found_in((queued + outbox).encode()) == set()


@pytest.fixture(scope="module")
def dump(database):
    """The whole database as text, by a superuser: what a thief of the backup holds."""
    cluster = database.cluster

    def make() -> bytes:
        command = [str(cluster.bindir / "pg_dump"), "--dbname", cluster.admin_url(database.name)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    return make


def test_the_dump_holds_no_canary_and_an_unsealed_copy_would_be_found(planted, dump, admin):
    before = dump()
    assert len(before) > 100_000
    assert planted.found_in(before) == set()
    control = Planted(new_words())  # other words, so that the disk keeps none of the real ones
    admin.execute("CREATE TABLE public.unsealed_copy (a text, b bytea, c jsonb)")
    try:
        for word in control.words.values():
            admin.execute("INSERT INTO unsealed_copy VALUES (%s, %s, jsonb_build_object('k', %s::text))",
                          [word, word.encode(), word])  # fmt: skip
        caught = control.found_in(dump())
    finally:
        admin.execute("DROP TABLE public.unsealed_copy")
    assert {name for name, _ in caught} == {*CELLS, *DESK}
    assert {shape for _, shape in caught} >= {"utf-8", "hex"}


def files_since(began: float, *places: Path):
    walked = (
        Path(folder) / name for place in places for folder, _, names in os.walk(place) for name in names
    )
    for path in walked:
        try:  # a server at work removes files while they are looked at
            if path.is_file() and path.stat().st_mtime >= began - 1 and path.stat().st_size < 2**26:
                yield path, path.read_bytes()
        except OSError:
            continue


def test_no_file_of_the_database_or_of_this_run_holds_a_canary(planted, database, admin):
    """Tables, write-ahead log, temporary files: after a checkpoint, as they lie on the disk."""
    fresh = Planted(new_words(), began=planted.began)
    admin.execute("CHECKPOINT")
    places = [database.cluster.place, database.cluster.data_dir, *ours_in_tmp(planted.began)]
    looked, hits = 0, []
    for path, data in files_since(planted.began, *places):
        looked += 1
        hits += [(str(path), *found) for found in planted.found_in(data)]
    print(f"\nfiles on disk: {looked} looked through, {len(hits)} hits")
    assert looked >= 20
    assert hits == []
    with tempfile.TemporaryDirectory(prefix="amparo-unsealed-") as place:
        for name, word in fresh.words.items():
            (Path(place) / name).write_bytes(word.encode("utf-16-le"))
        caught = {n for _, data in files_since(fresh.began, Path(place)) for n, _ in fresh.found_in(data)}
    assert caught == {*CELLS, *DESK}


def ours_in_tmp(began: float) -> list[Path]:
    mine = os.getuid()
    return [
        p for p in Path(tempfile.gettempdir()).glob("amparo-*")
        if p.is_dir() and p.stat().st_uid == mine and p.stat().st_mtime >= began - 60
    ]  # fmt: skip


@pytest.mark.parametrize(
    "shape", ["utf-8", "utf-16", "hex", "json", "base64+0", "base64+1", "base64+2", "percent"]
)
def test_the_scan_finds_each_shape(shape):
    it = Planted(new_words())
    word = it.words["name"]
    raw = {
        "utf-8": word.encode(), "utf-16": word.encode("utf-16-le"), "hex": word.encode().hex().encode(),
        "json": json.dumps({"a": [word]}).encode(), "base64+0": base64.b64encode(f"{word} and more".encode()),
        "base64+1": base64.b64encode(f"a{word} and more".encode()),
        "base64+2": base64.b64encode(f"ab{word} and more".encode()),
        "percent": ("q=" + "".join(f"%{b:02X}" for b in word.encode())).encode(),
    }[shape]  # fmt: skip
    assert ("name", shape) in it.found_in(b"before " + raw + b" after")
