"""The keeper's settings, read once from its environment."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from amparo.keeper.keks import EnvironmentKeks, FileKeks, KekStore
from amparo.keeper.terms import DEFAULT_BITS


class SettingsError(Exception):
    """What is missing or wrong, all together, for the system administrator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """AMPARO_DATABASE_URL, AMPARO_KEEPER_SOCKET and one of AMPARO_KEK_FILE and AMPARO_KEKS are needed.

    AMPARO_KEEPER_PEERS and AMPARO_KEEPER_WORKER_PEERS: users (names or numbers, commas between) that may
    connect, and that may speak as system actors. AMPARO_KEEPER_WORKER_TOKEN: the second, where all run as one
    user. AMPARO_KEEPER_INDEX_BITS: width of blind-index entries; another number means indexing all anew.
    """

    database_url: str = field(repr=False)
    socket_path: Path
    kek_file: Path | None
    keks: str = field(repr=False)
    peers: frozenset[int]
    worker_peers: frozenset[int]
    worker_token: str = field(repr=False)
    index_bits: int

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Settings:
        """Raises SettingsError with every fault at once."""
        faults = [
            f"{name} is not set."
            for name in ("AMPARO_DATABASE_URL", "AMPARO_KEEPER_SOCKET")
            if not env.get(name)
        ]
        if bool(env.get("AMPARO_KEK_FILE")) == bool(env.get("AMPARO_KEKS")):
            faults.append("Set one of AMPARO_KEK_FILE and AMPARO_KEKS.")
        bits = env.get("AMPARO_KEEPER_INDEX_BITS") or str(DEFAULT_BITS)
        if not (bits.isascii() and bits.isdecimal() and 8 <= int(bits) <= 64):
            faults.append("AMPARO_KEEPER_INDEX_BITS must be a number from 8 to 64.")
        peers = _uids(env, "AMPARO_KEEPER_PEERS", faults) or frozenset({os.geteuid()})
        workers = _uids(env, "AMPARO_KEEPER_WORKER_PEERS", faults)
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(
            env["AMPARO_DATABASE_URL"],
            Path(env["AMPARO_KEEPER_SOCKET"]),
            Path(env["AMPARO_KEK_FILE"]) if env.get("AMPARO_KEK_FILE") else None,
            env.get("AMPARO_KEKS", ""),
            peers | workers,
            workers,
            env.get("AMPARO_KEEPER_WORKER_TOKEN", ""),
            int(bits),
        )

    def store(self, *, may_create: bool) -> KekStore:
        """The store of private keys. Raises KeksError."""
        if self.kek_file is None:
            return EnvironmentKeks(self.keks)
        return FileKeks(self.kek_file, may_create=may_create)


def _uids(env: Mapping[str, str], name: str, faults: list[str]) -> frozenset[int]:
    found = set()
    for user in filter(None, (part.strip() for part in env.get(name, "").split(","))):
        try:
            found.add(int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid)
        except KeyError:
            faults.append(f"{name}: there is no user {user}.")
    return frozenset(found)
