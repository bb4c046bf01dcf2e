"""Know a process again, and end it: by pid and start time, never by name."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1


def start_time(pid: int) -> str:
    """Changes when a pid is given to another process; empty when there is none (or only a zombie)."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return _start_time_by_ps(pid) if not PROC.joinpath("self").exists() else ""
    return "" if fields[0] in "ZX" else fields[19]


def _start_time_by_ps(pid: int) -> str:
    said = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return said.stdout.strip()


def is_alive(pid: int, started: str = "") -> bool:
    seen = start_time(pid)
    return bool(seen) and (not started or seen == started)


def works_in(pid: int, folder: Path) -> bool:
    """Is this pid alive, and `folder` its working folder? (PostgreSQL moves into its data folder.)"""
    if not is_alive(pid):
        return False
    if not PROC.joinpath("self").exists():
        return True  # no /proc (macOS): the pid alone must do
    try:
        return os.path.realpath(os.readlink(PROC / str(pid) / "cwd")) == os.path.realpath(folder)
    except OSError:
        return False


def members(session: int) -> list[int]:
    """Processes of the session that `session` once led, for instance the workers of a killed server."""
    if not PROC.joinpath("self").exists():
        return []
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            is_ours = b"\0AMPARO_" in b"\0" + (entry / "environ").read_bytes()
        except OSError:
            continue
        if fields[0] not in "ZX" and int(fields[3]) == session and is_ours:
            found.append(int(entry.name))
    return found


def any_works_in(folder: Path) -> bool:
    if not PROC.joinpath("self").exists():
        return False
    return any(works_in(int(p.name), folder) for p in PROC.iterdir() if p.name.isdigit())


def end_with_parent() -> None:
    """To be called in a child before it becomes another program: it gets SIGINT when its parent dies (Linux)."""
    if PROC.joinpath("self").exists():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)


def wait_until(done: Callable[[], bool], timeout_seconds: float, pause: float = 0.05) -> bool:
    end = time.monotonic() + timeout_seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def end(
    pid: int, steps: Iterable[tuple[signal.Signals, float]], child: subprocess.Popen[bytes] | None = None
) -> bool:
    """Send each signal in turn until the process is gone; a child of ours is reaped on the way."""
    started = start_time(pid)

    def is_gone() -> bool:
        if child is not None and child.pid == pid:
            return child.poll() is not None
        return not is_alive(pid, started)

    for number, seconds in steps:
        if is_gone():
            return True
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_until(is_gone, seconds):
            return True
    return is_gone()
