from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amparo.keeper import protocol
from amparo.keeper.protocol import BadMessage, Closed, Item

Pair = tuple[socket.socket, socket.socket]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def frame(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


@given(st.dictionaries(st.text(), JSON))
def test_what_is_sent_arrives(message: dict[str, object]) -> None:
    one, other = socket.socketpair()
    with one, other:
        protocol.send(one, message)
        assert protocol.receive(other, 1) == message


def test_a_large_frame_arrives_in_pieces(pair: Pair) -> None:
    sender = threading.Thread(target=protocol.send, args=(pair[0], {"value": "x" * 3_000_000}))
    sender.start()
    assert len(protocol.receive(pair[1], 5)["value"]) == 3_000_000
    sender.join()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\xff\xff\xff\xff", "frame_too_long"),
        ((protocol.MAX_FRAME + 1).to_bytes(4, "big"), "frame_too_long"),
        (frame(b""), "not_json"),
        (frame(b"{"), "not_json"),
        (frame(b"\xff\xfe{}"), "not_json"),
        (frame(b"[" * 200_000), "not_json"),
        (frame(b"1" * 10_000), "not_json"),
        (frame(b"[]"), "not_an_object"),
        (frame(b'"secret"'), "not_an_object"),
    ],
)
def test_a_wrong_frame_is_refused_by_a_code(pair: Pair, sent: bytes, code: str) -> None:
    sender = threading.Thread(target=pair[0].sendall, args=(sent,))
    sender.start()
    with pytest.raises(BadMessage, match=f"^{code}$"):
        protocol.receive(pair[1], 5)
    sender.join()


@pytest.mark.parametrize("sent", [b"", b"\0\0", frame(b"{}")[:-1]])
def test_a_frame_broken_off_is_no_message(pair: Pair, sent: bytes) -> None:
    pair[0].sendall(sent)
    pair[0].close()
    with pytest.raises(Closed):
        protocol.receive(pair[1], 1)


def test_a_slow_frame_runs_out_of_time(pair: Pair) -> None:
    pair[0].sendall(b"\0\0\0\5{")
    with pytest.raises(TimeoutError):
        protocol.receive(pair[1], 0.05)
    with pytest.raises(TimeoutError):
        protocol.receive(pair[1], -1)


def test_too_long_an_answer_is_not_sent(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MAX_FRAME", 10)
    with pytest.raises(BadMessage, match="frame_too_long"):
        protocol.send(pair[0], {"value": "longer than ten"})


@pytest.mark.parametrize("value", [None, 1, "", "  ", "x" * 11, "a\0b", "\ud800", ["a"], {}])
def test_a_text_is_bounded(value: object) -> None:
    with pytest.raises(BadMessage, match=r"^bad_name$"):
        protocol.text({"name": value}, "name", 10)


@pytest.mark.parametrize("value", [None, "", "no", str(uuid4())[:-1], 5, "g" * 32])
def test_an_id_is_an_id(value: object) -> None:
    with pytest.raises(BadMessage, match=r"^bad_id$"):
        protocol.uuid({"id": value}, "id")


@pytest.mark.parametrize("value", [None, 0, -1, 2**31, True, "1", 1.5])
def test_a_number_is_a_number(value: object) -> None:
    with pytest.raises(BadMessage, match=r"^bad_n$"):
        protocol.number({"n": value}, "n")
    assert protocol.number({"n": 7}, "n") == 7


def test_an_item_arrives_as_it_was() -> None:
    item = Item(uuid4(), "note", uuid4(), "text", b"\0\xff")

    assert protocol.items({"items": [json.loads(json.dumps(protocol.from_item(item)))]}) == [item]


@pytest.mark.parametrize("value", [None, [], {}, "x", [1], [{}], [{}] * 501])
def test_items_are_bounded(value: object) -> None:
    with pytest.raises(BadMessage):
        protocol.items({"items": value})


@pytest.mark.parametrize("value", ["a", "é", "====", "ab c"])
def test_bytes_travel_as_base64_only(value: str) -> None:
    with pytest.raises(BadMessage, match=r"^bad_bytes$"):
        protocol.unpack(value)
