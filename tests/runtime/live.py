"""A whole demo as real processes, driven from outside as a person would: a command, signals, HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from amparo.runtime import processes

SOURCES = Path(__file__).resolve().parents[2] / "src"
READY = "Amparo runs."


def free_ports() -> int:
    """Two neighbouring ports that are free now; the first is returned."""
    for candidate in range(21000 + 2 * secrets.randbelow(5000), 65000, 2):
        try:
            for port in (candidate, candidate + 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return candidate
    raise RuntimeError("no free ports")


class Demo:
    def __init__(self, data: Path, port: int | None = None, **environment: str) -> None:
        self.data = data
        self.port = port or free_ports()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("AMPARO_", "DJANGO_"))}
        self.environment |= {"PYTHONPATH": str(SOURCES), **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.output = data.parent / f"{data.name}.out"

    def command(self, *more: str) -> list[str]:
        return [sys.executable, "-m", "amparo.runtime.supervisor",
                "--data-dir", str(self.data), "--port", str(self.port), *more]  # fmt: skip

    def run(self, *more: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """To the end; for starts that are meant to fail or to stop by themselves."""
        return subprocess.run(
            self.command(*more), env=self.environment, capture_output=True, text=True, timeout=seconds,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, *more: str, seconds: float = 120) -> None:
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                self.command(*more), env=self.environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        self.wait_for(READY, seconds)

    def wait_for(self, words: str, seconds: float = 60) -> None:
        process = self.process
        assert process is not None
        found = processes.wait_until(lambda: words in self.said() or process.poll() is not None, seconds)
        assert found, self.said()
        assert words in self.said(), self.said()

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def children(self) -> dict[str, int]:
        known = json.loads((self.data / "run" / "children.json").read_text())
        return {name: child["pid"] for name, child in known.items()}

    def database_pid(self) -> int:
        from amparo.runtime.postgres import Cluster

        pid = Cluster.find(self.data).server_pid()
        assert pid is not None
        return pid

    def status(self, port: int | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{port or self.port}"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def signal(self, number: signal.Signals) -> int:
        """Send it and wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def end(self) -> None:
        """Whatever state a test left it in: nothing of it stays."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)
        from amparo.runtime.postgres import Cluster
        from amparo.runtime.state import DataFolder

        if self.data.exists():
            for pids in DataFolder(self.data).left_over().values():
                for pid in pids:
                    processes.end(pid, [(signal.SIGKILL, 10)])
            Cluster.find(self.data).stop()


def first_page_seconds(said: str) -> float:
    found = re.search(r"First page after ([\d.]+) s", said)
    assert found, said
    return float(found.group(1))


def wait_gone(pids: list[int], seconds: float = 15) -> list[int]:
    processes.wait_until(lambda: not any(map(processes.is_alive, pids)), seconds)
    return [pid for pid in pids if processes.is_alive(pid)]


def wait_status(demo: Demo, port: int, seconds: float = 60) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = demo.status(port)
        if 0 < status < 500:
            return status
        time.sleep(0.2)
    return 0
