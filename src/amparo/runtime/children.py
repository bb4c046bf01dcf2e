"""One child process of the supervisor: started, watched, started again with growing pauses, ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from amparo.runtime import processes

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_AFTER_SECONDS = 30.0
LARGEST_LOG_BYTES = 5 * 1024 * 1024


@dataclass
class Child:
    name: str
    arguments: list[str]
    environment: dict[str, str] = field(repr=False)
    log_file: Path
    is_ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    start_again_at: float | None = None

    def start(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LARGEST_LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".old.log"))
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "amparo.cli", *self.arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then ends each in turn
            )
        self.started_at = time.monotonic()
        self.start_again_at = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ended_how(self) -> str:
        code = self.process.returncode if self.process else 0
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def last_lines(self, count: int = 8) -> str:
        try:
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    def watch(self, say: Callable[[str], None]) -> bool:
        """Called often. Starts an ended child again after its pause; true when it did."""
        if self.start_again_at is None:
            if not self.has_ended():
                return False
            if time.monotonic() - self.started_at > STEADY_AFTER_SECONDS:
                self.pause = FIRST_PAUSE_SECONDS
            say(f"The {self.name} stopped ({self.ended_how()}); starting it again in {self.pause:g} s.")
            self.start_again_at = time.monotonic() + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        if time.monotonic() < self.start_again_at:
            return False
        self.start()
        return True

    def stop(self, seconds: float = 12.0) -> None:
        if self.process and self.process.poll() is None:
            processes.end(self.process.pid, [(signal.SIGTERM, seconds), (signal.SIGKILL, 5.0)], self.process)
