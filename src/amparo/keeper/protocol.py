"""What keeper and client say to each other: one JSON object each way, its length (4 bytes) in front.

Nothing is trusted before it is bounded: the length before anything is read, the time a frame may take, the
number of items, the length of each text. A wrong frame gets a code for an answer, never an echo of itself.
"""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

MAX_FRAME: Final = 16 * 1024 * 1024  # one attachment of 10 MB in base64, with room
MAX_ITEMS: Final = 500
MAX_TEXT: Final = 1000


class BadMessage(Exception):
    """A frame or a field in it is not as agreed; the text is a code without any content."""


class Closed(Exception):
    """The other side went away between frames or within one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One sealed value and the place it was sealed for."""

    holder: UUID
    section: str
    record: UUID
    field: str
    sealed: bytes


def send(to: socket.socket, message: Mapping[str, Any]) -> None:
    """Send one frame. OSError when the other side is gone; BadMessage when it would be too long to read."""
    body = json.dumps(message).encode()
    if len(body) > MAX_FRAME:
        raise BadMessage("frame_too_long")
    to.sendall(len(body).to_bytes(4, "big") + body)


def receive(source: socket.socket, seconds: float) -> dict[str, Any]:
    """Read one frame within `seconds`. Raises BadMessage, Closed, TimeoutError."""
    deadline = time.monotonic() + seconds
    length = int.from_bytes(_exactly(source, 4, deadline), "big")
    if length > MAX_FRAME:
        raise BadMessage("frame_too_long")
    try:
        message = json.loads(_exactly(source, length, deadline))
    except (ValueError, RecursionError):
        raise BadMessage("not_json") from None
    if not isinstance(message, dict):
        raise BadMessage("not_an_object")
    return message


def _exactly(source: socket.socket, size: int, deadline: float) -> bytearray:
    buffer = bytearray()
    while len(buffer) < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        source.settimeout(left)
        piece = source.recv(min(size - len(buffer), 1 << 20))
        if not piece:
            raise Closed
        buffer += piece
    return buffer


def text(message: Mapping[str, Any], name: str, longest: int = MAX_TEXT) -> str:
    """A text that is there, not empty, of at most `longest` characters, with nothing PostgreSQL refuses."""
    value = message.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\0" in value:
        raise BadMessage(f"bad_{name}")
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        raise BadMessage(f"bad_{name}") from None
    return value


def uuid(message: Mapping[str, Any], name: str) -> UUID:
    """A UUID in its usual spelling."""
    try:
        return UUID(text(message, name, 36))
    except ValueError:
        raise BadMessage(f"bad_{name}") from None


def number(message: Mapping[str, Any], name: str) -> int:
    """A whole number from 1 to 2^31 - 1."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**31:
        raise BadMessage(f"bad_{name}")
    return value


def items(message: Mapping[str, Any]) -> list[Item]:
    """The sealed values of a request, 1 to MAX_ITEMS."""
    value = message.get("items")
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ITEMS:
        raise BadMessage("bad_items")
    return [_item(each) for each in value]


def _item(value: object) -> Item:
    if not isinstance(value, dict):
        raise BadMessage("bad_items")
    section, field = text(value, "section", 60), text(value, "field", 60)
    sealed = unpack(text(value, "sealed", MAX_FRAME))
    return Item(uuid(value, "holder"), section, uuid(value, "record"), field, sealed)


def from_item(item: Item) -> dict[str, str]:
    """An item as it travels."""
    ids = {"holder": str(item.holder), "record": str(item.record)}
    return {**ids, "section": item.section, "field": item.field, "sealed": pack(item.sealed)}


def pack(value: bytes) -> str:
    """Bytes as they travel in JSON."""
    return base64.b64encode(value).decode()


def unpack(value: str) -> bytes:
    """The bytes again; BadMessage if it is not base64."""
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise BadMessage("bad_bytes") from None
