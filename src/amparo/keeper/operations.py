"""What can be asked of the keeper: each operation parses its fields, and says who may ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import psycopg

from amparo.keeper import custody, opening, protocol, terms
from amparo.keeper.opening import Ask, Desk, Refusal, ask_for

Message = Mapping[str, Any]
Answer = dict[str, Any]

KEYS: Final = "system:keys"
RETENTION: Final = "system:retention"
MAX_TERMS: Final = 8


def answer(desk: Desk, message: Message, *, from_worker: bool) -> Answer:
    """The answer to one request. Raises Refusal, BadMessage, psycopg.Error."""
    op = protocol.text(message, "op", 20)
    if op == "health":
        return {"health": health(desk)}
    secret = protocol.text(message, "secret", 200)
    if secret.startswith(opening.SYSTEM) and not from_worker:
        raise Refusal("refused", "not_the_worker")
    if op in _FOR_PEOPLE:
        return _FOR_PEOPLE[op](desk, message, secret)
    if op not in _FOR_SYSTEM:
        raise protocol.BadMessage("unknown_op")
    who, run = _FOR_SYSTEM[op]
    if secret != who and not (who == opening.SYSTEM and secret.startswith(who)):
        raise Refusal("refused", "not_allowed")
    return run(desk, message, secret)


def health(desk: Desk) -> Answer:
    """Whether the database answers, the version of index entries, published keys that the store lacks."""
    found: Answer = {"database": True, "norm_version": terms.norm_version(desk.bits), "missing_keks": None}
    try:
        found["missing_keks"] = custody.missing_keks(desk.conn, desk.store)
    except psycopg.errors.UndefinedTable:  # not migrated yet
        found["database"] = False
    return found


def _open(desk: Desk, message: Message, secret: str) -> Answer:
    items = protocol.items(message)
    because = protocol.text(message, "because")
    ask = ask_for(secret, because, protocol.uuid(message, "request_id"), "OPENED", items)
    return {"values": [protocol.pack(value) for value in opening.open_items(desk, ask, items)]}


def _match(desk: Desk, message: Message, secret: str) -> Answer:
    question = message.get("terms")
    if secret.startswith(opening.SYSTEM) or not isinstance(question, dict) or len(question) > MAX_TERMS:
        raise protocol.BadMessage("bad_terms")
    given = {name: protocol.text(question, name, 200) for name in question if question[name] != ""}
    request_id = protocol.uuid(message, "request_id")
    ask = Ask(secret, "search", request_id, "SEARCHED", {(None, "search"): [request_id]})
    return {"subjects": [str(subject) for subject in opening.match(desk, ask, given)]}


def _index(desk: Desk, message: Message, secret: str) -> Answer:
    items = protocol.items(message)
    ask = ask_for(secret, "index", protocol.uuid(message, "request_id"), "INDEXED", items)
    macs = opening.index(desk, ask, items)
    return {"macs": {field: [protocol.pack(mac) for mac in some] for field, some in macs.items()}}


def _erase(desk: Desk, message: Message, secret: str) -> Answer:
    holder = protocol.uuid(message, "holder")
    request_id = protocol.uuid(message, "request_id")
    custody.erase(desk, Ask(secret, "erase", request_id, "ERASED", {(holder, "erase"): [holder]}), holder)
    return {}


def _ensure_kek(desk: Desk, message: Message, secret: str) -> Answer:
    custody.ensure_kek(desk, protocol.uuid(message, "agency"))
    return {}


def _rotate(desk: Desk, message: Message, secret: str) -> Answer:
    custody.rotate(desk, protocol.uuid(message, "agency"))
    return {}


def _rewrap(desk: Desk, message: Message, secret: str) -> Answer:
    return {"done": custody.rewrap(desk, protocol.uuid(message, "agency"))}


def _transfer(desk: Desk, message: Message, secret: str) -> Answer:
    holder = protocol.uuid(message, "holder")
    return {"done": custody.transfer(desk, holder, protocol.uuid(message, "agency"))}


def _add_section(desk: Desk, message: Message, secret: str) -> Answer:
    return {"done": custody.add_section(desk, protocol.text(message, "section", 60))}


def _destroy_kek(desk: Desk, message: Message, secret: str) -> Answer:
    agency, purpose = protocol.uuid(message, "agency"), protocol.text(message, "purpose", 20)
    custody.destroy_kek(desk, agency, purpose, protocol.number(message, "generation"))
    return {}


def _tidy(desk: Desk, message: Message, secret: str) -> Answer:
    return {"done": custody.tidy(desk)}


_Operation = Callable[[Desk, Message, str], Answer]

# People's sessions (and system actors, for open): the database decides about each holder and section.
_FOR_PEOPLE: Final[Mapping[str, _Operation]] = {"open": _open, "match": _match}

# Named system actors: which; "system:" alone means any of them, and the database decides.
_FOR_SYSTEM: Final[Mapping[str, tuple[str, _Operation]]] = {
    "index": (opening.SYSTEM, _index),
    "erase": (RETENTION, _erase),
    "ensure_kek": (KEYS, _ensure_kek),
    "rotate": (KEYS, _rotate),
    "rewrap": (KEYS, _rewrap),
    "transfer": (KEYS, _transfer),
    "add_section": (KEYS, _add_section),
    "destroy_kek": (KEYS, _destroy_kek),
    "tidy": (KEYS, _tidy),
}
