"""Where the private key-encryption keys live, and the key of the blind index.

`KekStore` is the whole of what the keeper asks of a store: it never asks for a private key, only for an
operation with it, so that a hardware module or a cloud's key service can stand behind the same five methods.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amparo.keeper.seal import KEY_BYTES, PURPOSES, KekPublic, WrappedKey, unwrap, wrap_info

KIND: Final = "amparo-keks-1"


class KeksError(Exception):
    """The store cannot be used, with a message for the system administrator; never a key in it."""


class KekGone(Exception):
    """This generation of a KEK is not in the store: never made, or destroyed."""


class KekStore(Protocol):
    """Private KEKs by (agency, purpose, generation), and the index key."""

    def ensure(self, agency: UUID) -> Mapping[str, KekPublic]:
        """The newest public key of each purpose; generation 1 is made where there is none."""

    def rotate(self, agency: UUID) -> Mapping[str, KekPublic]:
        """Make the next generation of each purpose and give its public keys."""

    def destroy(self, agency: UUID, purpose: str, generation: int) -> None:
        """Forget one private key for ever. KekGone if it is not there."""

    def public(self, agency: UUID, purpose: str, generation: int) -> bytes | None:
        """The public half of one key, None if the store does not have it: to notice a wrong or old store."""

    def unwrap(self, holder: UUID, purpose: str, key: WrappedKey) -> bytes:
        """The DEK in `key`. KekGone, or seal.CannotOpen when it was wrapped for something else."""

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) under the index key, which never leaves the store."""


class EnvironmentKeks:
    """For development: every key is derived from one secret of 64 hex digits (AMPARO_KEKS).

    A derived key can be neither rotated nor destroyed, so real data wants FileKeks or better.
    """

    def __init__(self, secret: str) -> None:
        try:
            self._secret = bytes.fromhex(secret)
        except ValueError:
            self._secret = b""
        if len(self._secret) != KEY_BYTES:
            raise KeksError("AMPARO_KEKS must be 64 hexadecimal digits: `openssl rand -hex 32` makes some.")

    def ensure(self, agency: UUID) -> Mapping[str, KekPublic]:
        return {p: KekPublic(agency, 1, _public(self._private(agency, p))) for p in PURPOSES}

    def rotate(self, agency: UUID) -> Mapping[str, KekPublic]:
        raise KeksError("Keys from AMPARO_KEKS cannot be rotated: move to a key file (AMPARO_KEK_FILE).")

    def destroy(self, agency: UUID, purpose: str, generation: int) -> None:
        raise KeksError("Keys from AMPARO_KEKS cannot be destroyed: move to a key file (AMPARO_KEK_FILE).")

    def public(self, agency: UUID, purpose: str, generation: int) -> bytes | None:
        return _public(self._private(agency, purpose)) if generation == 1 else None

    def unwrap(self, holder: UUID, purpose: str, key: WrappedKey) -> bytes:
        if key.generation != 1:
            raise KekGone
        return _unwrap(self._private(key.agency, purpose), holder, purpose, key)

    def mac(self, message: bytes) -> bytes:
        return hmac.digest(self._derive("index"), message, "sha256")

    def _private(self, agency: UUID, purpose: str) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._derive(f"kek|{agency}|{purpose}"))

    def _derive(self, name: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, None, f"amparo/keks/v1|{name}".encode()).derive(self._secret)


class FileKeks:
    """For one machine: a JSON file that only the keeper's own user can read (mode 0600).

    {"kind": "amparo-keks-1", "index": hex, "keks": {agency: {purpose: {generation: hex or null}}}}; null is a
    destroyed key, kept so that its number is never used again. Replaced whole and synced to disk on each
    change. Copies of the file are copies of the keys: back it up only encrypted.
    """

    def __init__(self, path: Path, *, may_create: bool = False) -> None:
        self._path = path
        if may_create and not path.exists():
            self._change(lambda document: None, first=True)
        self._document = self._read()

    def ensure(self, agency: UUID) -> Mapping[str, KekPublic]:
        if not all(self._generations(agency, purpose) for purpose in PURPOSES):
            self._change(lambda document: _add(document, agency, only_first=True))
        return self._newest(agency)

    def rotate(self, agency: UUID) -> Mapping[str, KekPublic]:
        self._change(lambda document: _add(document, agency, only_first=False))
        return self._newest(agency)

    def destroy(self, agency: UUID, purpose: str, generation: int) -> None:
        def forget(document: dict[str, Any]) -> None:
            generations = document["keks"].get(str(agency), {}).get(purpose, {})
            if generations.get(str(generation)) is None:
                raise KekGone
            generations[str(generation)] = None

        self._change(forget)

    def public(self, agency: UUID, purpose: str, generation: int) -> bytes | None:
        raw = self._generations(agency, purpose).get(str(generation))
        return None if raw is None else _public(_private_from(raw))

    def unwrap(self, holder: UUID, purpose: str, key: WrappedKey) -> bytes:
        raw = self._generations(key.agency, purpose).get(str(key.generation))
        if raw is None:
            raise KekGone
        return _unwrap(_private_from(raw), holder, purpose, key)

    def mac(self, message: bytes) -> bytes:
        return hmac.digest(bytes.fromhex(self._document["index"]), message, "sha256")

    def _generations(self, agency: UUID, purpose: str) -> Mapping[str, str]:
        made = self._document["keks"].get(str(agency), {}).get(purpose, {})
        return {generation: raw for generation, raw in made.items() if raw is not None}

    def _newest(self, agency: UUID) -> Mapping[str, KekPublic]:
        newest = {}
        for purpose in PURPOSES:
            generation, raw = max((int(g), raw) for g, raw in self._generations(agency, purpose).items())
            newest[purpose] = KekPublic(agency, generation, _public(_private_from(raw)))
        return newest

    def _read(self) -> dict[str, Any]:
        try:
            with open(self._path, "rb", opener=_without_tricks) as file:
                _check_guarded(self._path, os.fstat(file.fileno()))
                document = json.load(file)
        except OSError as error:
            raise KeksError(f"Cannot open the key file {self._path}: {error.strerror}.") from None
        except ValueError:
            document = None
        if not isinstance(document, dict) or document.get("kind") != KIND:
            raise KeksError(f"{self._path} is no key file of Amparo, or is damaged: put its backup in place.")
        return document

    def _change(self, change: Callable[[dict[str, Any]], None], *, first: bool = False) -> None:
        """Read, change and replace under a lock on the folder, so that two keepers cannot lose a key."""
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            new = {"kind": KIND, "index": secrets.token_hex(KEY_BYTES), "keks": {}}
            document = new if first and not self._path.exists() else self._read()
            change(document)
            _replace(self._path, json.dumps(document).encode())
            os.fsync(folder)
        finally:
            os.close(folder)
        self._document = document


def _without_tricks(path: str, flags: int) -> int:
    """Follow no link, and do not wait where a pipe lies in place of the file."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _check_guarded(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise KeksError(f"The key file {path} is not an ordinary file.")
    if found.st_uid != os.geteuid():
        raise KeksError(
            f"The key file {path} belongs to uid {found.st_uid}, but the keeper runs as uid {os.geteuid()}: "
            f"`chown {os.geteuid()} {path}`."
        )
    if stat.S_IMODE(found.st_mode) & 0o177:
        raise KeksError(f"Others could read or run the key file {path}: `chmod 600 {path}`.")
    folder = path.parent.stat().st_mode
    if folder & 0o022 and not folder & stat.S_ISVTX:
        raise KeksError(f"Others could replace the key file {path}: `chmod go-w {path.parent}`.")


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)  # left behind by a keeper that was killed here
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _add(document: dict[str, Any], agency: UUID, *, only_first: bool) -> None:
    keks = document["keks"].setdefault(str(agency), {})
    for purpose in PURPOSES:
        generations = keks.setdefault(purpose, {})
        if not (only_first and any(generations.values())):
            newest = max(map(int, generations), default=0)
            generations[str(newest + 1)] = X25519PrivateKey.generate().private_bytes_raw().hex()


def _unwrap(private: X25519PrivateKey, holder: UUID, purpose: str, key: WrappedKey) -> bytes:
    return unwrap(key.wrapped, private, wrap_info(holder, purpose, key.agency, key.generation))


def _private_from(raw: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(raw))


def _public(private: X25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()
