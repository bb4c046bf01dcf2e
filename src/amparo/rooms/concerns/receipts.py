"""The code with which a reporter comes back, and what is kept instead of it.

The code is derived from a random secret that the form carries, so that sending twice shows the same one. From the
code alone follow a search id and a key pair; the database keeps the search id and the public half. Whoever holds
the whole database can neither tell a code nor open a reply.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from threading import BoundedSemaphore
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amparo.foundation.codes import ALPHABET
from amparo.keeper import seal

SECRET_BYTES = 32
CODE_BYTES = 10  # 80 bits: 16 signs of base 32
CODE_SIGNS = 16
GROUP = 4
_LOOK_ALIKE = str.maketrans("OILU", "011V")
# Argon2id, second recommended option of RFC 9106 (section 4): 64 MiB, 3 passes. One salt for all: the code itself is
# 80 random bits, and a salt per receipt would have to be looked up by something.
_SALT = b"amparo/receipt/argon2id/v1"
_COST = {
    "time_cost": 3,
    "memory_cost": 64 * 1024,
    "parallelism": 4,
    "hash_len": 64,
    "type": Type.ID,
    "version": 19,
}
#: At most so many at a time in one process: a flood of guesses must not eat the machine's memory.
_turn = BoundedSemaphore(2)
WAIT_SECONDS = 10


class Busy(Exception):
    """Too many people read their answer at this moment. Nothing is lost; try again in a minute."""


@dataclass(frozen=True)
class Receipt:
    """What a code gives. `private` never leaves the process that derived it."""

    search_id: bytes
    private: X25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()


def new_secret() -> str:
    return urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text.encode("ascii"))) == SECRET_BYTES
    except ValueError:
        return False


def code_of(secret: str) -> str:
    """16 signs, the same for the same secret."""
    raw = HKDF(SHA256(), CODE_BYTES, None, b"amparo/receipt/code/v1").derive(urlsafe_b64decode(secret))
    number = int.from_bytes(raw, "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(CODE_SIGNS)))


def show(code: str) -> str:
    return " ".join(code[n : n + GROUP] for n in range(0, CODE_SIGNS, GROUP))


def parse(text: str) -> str:
    """The code as people type it. Raises ValueError when it cannot be one."""
    signs = "".join(text.upper().replace("-", " ").split()).translate(_LOOK_ALIKE)
    if len(signs) != CODE_SIGNS or any(sign not in ALPHABET for sign in signs):
        raise ValueError("A code has 16 letters and numbers.")
    return signs


def receipt_for(code: str) -> Receipt:
    """One run of Argon2id, outside any transaction. Raises Busy."""
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        raw = hash_secret_raw(code.encode(), _SALT, **_COST)  # type: ignore[arg-type]
    finally:
        _turn.release()
    return Receipt(raw[:32], X25519PrivateKey.from_private_bytes(raw[32:]))


def open_reply(sealed: bytes, receipt: Receipt, *, concern: UUID, reply: UUID) -> str:
    """A free reply, as `actions.write_reply` sealed it. Raises CannotOpen."""
    text = seal.open_sealed(
        sealed, receipt.private, holder=concern, section="reply", record=reply, field="text"
    )
    return text.decode()
