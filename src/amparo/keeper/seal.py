"""Sealing and opening of single values, and the keys that belong to one holder.

Nothing here is a cipher of our own: HPKE (RFC 9180, X25519, HKDF-SHA256, AES-256-GCM) from `cryptography`.

The chain of keys, from the outside in:

* KEK      one X25519 pair per (agency, purpose, generation); the private half lives only in the keeper.
* DEK      32 random bytes per (holder, purpose), kept wrapped to a KEK. Forgetting it erases.
* section  an X25519 pair derived from the DEK and the section's name. The public half is stored in clear, so
           that anyone with the right to write can seal without asking the keeper; only the keeper can open.

A holder is the subject a value is about, or the person whose draft it is. Every value is bound to
(version, holder, section, record, field): moved to another column, row, holder or section it does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION: Final = b"\x01"
PURPOSES: Final = ("identity", "place", "content")
PURPOSE_OF: Final[Mapping[str, str]] = {
    "identity": "identity", "contact": "identity", "reporter": "identity", "place": "place",
}  # fmt: skip
KEY_BYTES: Final = 32
PAD_BYTES: Final = 32  # lengths are rounded up: a stolen dump must not tell a long name from a short one

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(Exception):
    """A sealed value or wrapped key does not belong where it was found, or is damaged. Carries no data."""

    def __init__(self) -> None:
        super().__init__("cannot open")


@dataclass(frozen=True, slots=True)
class KekPublic:
    """The public half of a key-encryption key, as the table keeper.kek publishes it."""

    agency: UUID
    generation: int
    public: bytes


class WrappedKey(NamedTuple):
    """A DEK wrapped to generation `generation` of the KEK of `agency`."""

    agency: UUID
    generation: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class HolderKeys:
    """What is stored for a new holder: wrapped DEKs by purpose, public section keys (32 bytes) by section."""

    wrapped: Mapping[str, WrappedKey]
    public: Mapping[str, bytes]


def purpose_of(section: str) -> str:
    """Which of the three DEKs of a holder a section hangs on; sections unknown here are content."""
    return PURPOSE_OF.get(section, "content")


def new_keys(holder: UUID, keks: Mapping[str, KekPublic], sections: Iterable[str]) -> HolderKeys:
    """Make the keys of a new holder; the DEKs are forgotten when this returns.

    `keks` maps each purpose that `sections` need to the agency's current KEK; KeyError if one is missing.
    """
    deks: dict[str, bytes] = {}
    public: dict[str, bytes] = {}
    for section in sections:
        dek = deks.setdefault(purpose_of(section), secrets.token_bytes(KEY_BYTES))
        public[section] = section_private(dek, section).public_key().public_bytes_raw()
    wrapped = {name: wrap(dek, keks[name], holder=holder, purpose=name) for name, dek in deks.items()}
    return HolderKeys(wrapped, public)


def section_private(dek: bytes, section: str) -> X25519PrivateKey:
    """The private key of one section. A clinic's section key never opens legal notes."""
    info = b"amparo/section/v1|" + section.encode()
    return X25519PrivateKey.from_private_bytes(HKDF(SHA256(), KEY_BYTES, None, info).derive(dek))


def wrap(dek: bytes, kek: KekPublic, *, holder: UUID, purpose: str) -> WrappedKey:
    """Wrap a DEK to a KEK, bound to holder, purpose, agency and generation."""
    info = wrap_info(holder, purpose, kek.agency, kek.generation)
    return WrappedKey(kek.agency, kek.generation, VERSION + _SUITE.encrypt(dek, _public(kek.public), info))


def unwrap(wrapped: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    """The DEK again; `info` is what `wrap_info` gave. Raises CannotOpen."""
    return _decrypt(wrapped, private, info)


def wrap_info(holder: UUID, purpose: str, agency: UUID, generation: int) -> bytes:
    """What a wrapped DEK is bound to."""
    return _bind("amparo/dek", str(holder), purpose, str(agency), str(generation))


def seal(value: bytes, to: bytes, *, holder: UUID, section: str, record: UUID, field: str) -> bytes:
    """Seal `value` to the section's public key (32 bytes). ValueError if the key is none."""
    info = _bind("amparo/value", str(holder), section, str(record), field)
    return VERSION + _SUITE.encrypt(_pad(value), _public(to), info)


def open_sealed(
    sealed: bytes, private: X25519PrivateKey, *, holder: UUID, section: str, record: UUID, field: str
) -> bytes:
    """The value again, if it was sealed for exactly this place. Raises CannotOpen."""
    return _unpad(_decrypt(sealed, private, _bind("amparo/value", str(holder), section, str(record), field)))


def _bind(*parts: str) -> bytes:
    """Join parts so that no two different lists give the same bytes: each with its length in front."""
    encoded = [part.encode() for part in parts]
    return VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _public(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def _decrypt(sealed: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise CannotOpen
    try:
        return _SUITE.decrypt(sealed[1:], private, info)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def _pad(value: bytes) -> bytes:
    return value + b"\x80" + b"\0" * (-(len(value) + 1) % PAD_BYTES)


def _unpad(padded: bytes) -> bytes:
    end = padded.rfind(b"\x80")
    if end < 0:  # whoever has the public key can seal anything: not only what `seal` made
        raise CannotOpen
    return padded[:end]
