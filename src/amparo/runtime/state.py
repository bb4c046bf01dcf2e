"""The data folder of a demo: its secrets, what was started from it, and the files beside the database."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from amparo.runtime import folders, processes
from amparo.runtime.problems import StartProblem
from amparo.runtime.provision import LOGINS

OURS = {"secrets.json", "cluster", "cluster.password", "run", "logs", "keks.json", "people.json", "static"}
RESET = "Start afresh with `python3 dev.py demo --reset`, or name another folder with --data-dir."


@dataclass(frozen=True)
class Secrets:
    passwords: dict[str, str] = field(repr=False)
    secret_key: str = field(repr=False)
    mfa_key: str = field(repr=False)
    worker_token: str = field(repr=False)
    kek_file: str


class DataFolder:
    """One folder, one running demo. `lock` holds it until this process ends, however it ends."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.run = self.root / "run"
        self.logs = self.root / "logs"
        self.people_file = self.root / "people.json"
        self._secrets_file = self.root / "secrets.json"
        self._children_file = self.run / "children.json"
        self._lock: IO[str] | None = None

    def open(self) -> None:
        if self.root.exists() and not self.root.is_dir():
            raise StartProblem(f"{self.root} is a file, not a folder.", "Name a folder with --data-dir.")
        if self.root.exists():
            strange = {p.name for p in self.root.iterdir() if not p.name.startswith(".")} - OURS
            if strange and not (OURS & {p.name for p in self.root.iterdir()}):
                raise StartProblem(
                    f"{self.root} holds other things already (for instance {min(strange)}).",
                    "Name an empty or a new folder with --data-dir.",
                )
        try:
            for place in (self.root, self.run, self.logs, self.root / "static"):
                place.mkdir(parents=True, exist_ok=True)
        except PermissionError:
            raise StartProblem(
                f"The folder {self.root} cannot be written by you.", "Name another folder with --data-dir."
            ) from None
        if folders.is_root():
            for place in (self.root, self.run):
                place.chmod(0o711)  # the database server's user passes through to its own folders
        self.logs.chmod(0o700)

    def lock(self) -> None:
        self._lock = (self.run / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            raise StartProblem(
                f"Amparo already runs from {self.root} (process {self._lock.read().strip() or 'unknown'}).",
                "Stop it there with Ctrl-C, or name another folder with --data-dir and another --port.",
            ) from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    # -- secrets

    def secrets(self) -> Secrets:
        if not self._secrets_file.exists():
            if (self.root / "cluster.password").exists() and (self.root / "keks.json").exists():
                raise StartProblem(f"{self._secrets_file} is gone, and its database needs it.", RESET)
            self._write_secrets()
        try:
            return Secrets(**json.loads(self._secrets_file.read_text()))
        except (ValueError, TypeError):
            raise StartProblem(f"{self._secrets_file} is damaged.", RESET) from None

    def forget_secrets(self) -> None:
        self._secrets_file.unlink(missing_ok=True)

    def _write_secrets(self) -> None:
        made = {
            "passwords": {login: secrets.token_urlsafe(24) for login in LOGINS},
            "secret_key": secrets.token_urlsafe(48),
            "mfa_key": secrets.token_hex(32),
            "worker_token": secrets.token_hex(32),
            "kek_file": str(self.root / "keks.json"),
        }
        folders.write_private(self._secrets_file, json.dumps(made, indent=1) + "\n")

    # -- children of this run, so that the next one can end them

    def remember(self, children: dict[str, int]) -> None:
        known = {name: {"pid": pid, "started": processes.start_time(pid)} for name, pid in children.items()}
        folders.write_private(self._children_file, json.dumps(known))

    def left_over(self) -> dict[str, list[int]]:
        """Processes of an earlier run that was killed (same pid *and* start time), and what they started."""
        try:
            known: dict[str, dict[str, Any]] = json.loads(self._children_file.read_text())
        except (OSError, ValueError):
            return {}
        left = {name: self._alive_of(child["pid"], child["started"]) for name, child in known.items()}
        return {name: pids for name, pids in left.items() if pids}

    @staticmethod
    def _alive_of(pid: int, started: str) -> list[int]:
        now = processes.start_time(pid)
        if not started or now not in ("", started):
            return []  # the number belongs to someone else now
        return [*([pid] if now else []), *(p for p in processes.members(pid) if p != pid)]

    # -- people to sign in as

    def people(self) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = json.loads(self.people_file.read_text())
        except (OSError, ValueError):
            return []
        return found

    def forget_world(self) -> None:
        """What belongs to one database and to no other. The secrets stay: running processes hold them."""
        for path in (self.people_file, self.root / "keks.json"):
            path.unlink(missing_ok=True)
