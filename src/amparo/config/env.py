"""Every variable a door or the worker reads, read once, typed; all that are missing are named together.

The keeper reads its own (`keeper.settings`): it shares no code with the doors.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOORS = ("staff", "public", "worker", "migrate")
NEEDED_BY_PAGES = ("AMPARO_DATABASE_URL", "AMPARO_SECRET_KEY", "AMPARO_ALLOWED_HOSTS")
NEEDED_BY_DOOR = {
    "staff": (*NEEDED_BY_PAGES, "AMPARO_MFA_KEY", "AMPARO_KEEPER_SOCKET"),
    "public": NEEDED_BY_PAGES,
    "worker": ("AMPARO_DATABASE_URL", "AMPARO_SECRET_KEY", "AMPARO_KEEPER_SOCKET"),
    "migrate": ("AMPARO_DATABASE_URL",),
}
MFA_KEY_BYTES = 32


class EnvironmentProblem(Exception):
    """One text for everything that is missing or wrong, so that it is put right in one go."""


@dataclass(frozen=True)
class Env:
    door: str
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    mfa_key: bytes = field(repr=False)
    keeper_socket: Path | None
    is_demo: bool
    allowed_hosts: tuple[str, ...]
    static_root: Path
    worker_token: str = field(repr=False, default="")  # only where keeper, worker and doors share one user
    public_url: str = ""
    mail_host: str = "localhost"
    paging: str = ""
    paging_secret: str = field(repr=False, default="")


def read_env(door: str | None = None, source: Mapping[str, str] | None = None) -> Env:
    source = os.environ if source is None else source
    problems: list[str] = []
    chosen = door or source.get("AMPARO_DOOR", "")
    if chosen not in DOORS:
        said = f"AMPARO_DOOR is {chosen!r}" if chosen else "AMPARO_DOOR is missing"
        raise EnvironmentProblem(f"{said}; it must be one of {', '.join(DOORS)}.")
    problems += _missing(source, NEEDED_BY_DOOR[chosen])
    env = Env(
        door=chosen,
        database_url=_database_url(source, problems),
        # A migration signs nothing that lasts, so it needs no key that others share.
        secret_key=source.get("AMPARO_SECRET_KEY", "") or secrets.token_urlsafe(48),
        mfa_key=_mfa_key(source, problems),
        keeper_socket=_path(source, "AMPARO_KEEPER_SOCKET"),
        is_demo=_flag(source, "AMPARO_DEMO", problems),
        allowed_hosts=tuple(
            h.strip() for h in source.get("AMPARO_ALLOWED_HOSTS", "").split(",") if h.strip()
        ),
        static_root=_path(source, "AMPARO_STATIC_ROOT") or Path("static-root").absolute(),
        worker_token=source.get("AMPARO_KEEPER_WORKER_TOKEN", ""),
        public_url=source.get("AMPARO_PUBLIC_URL", ""),
        mail_host=source.get("AMPARO_MAIL_HOST", "") or "localhost",
        paging=source.get("AMPARO_PAGING", ""),
        paging_secret=source.get("AMPARO_PAGING_SECRET", ""),
    )
    _raise_for(problems)
    return env


def _missing(source: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    return [f"{name} is missing" for name in names if not source.get(name)]


def _raise_for(problems: list[str]) -> None:
    if problems:
        raise EnvironmentProblem("The environment is not complete: " + "; ".join(problems) + ".")


def _database_url(source: Mapping[str, str], problems: list[str]) -> str:
    url = source.get("AMPARO_DATABASE_URL", "")
    if url and not url.startswith(("postgresql://", "postgres://")):
        problems.append("AMPARO_DATABASE_URL must begin with postgresql://")
    return url


def _mfa_key(source: Mapping[str, str], problems: list[str]) -> bytes:
    text = source.get("AMPARO_MFA_KEY", "")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if text and len(key) != MFA_KEY_BYTES:
        problems.append(
            f"AMPARO_MFA_KEY must be {MFA_KEY_BYTES} bytes written as {2 * MFA_KEY_BYTES} hexadecimal digits"
        )
    return key


def _flag(source: Mapping[str, str], name: str, problems: list[str]) -> bool:
    value = source.get(name, "") or "0"
    if value not in ("0", "1"):
        problems.append(f"{name} must be 0 or 1")
    return value == "1"


def _path(source: Mapping[str, str], name: str) -> Path | None:
    value = source.get(name, "")
    return Path(value) if value else None
