"""Run a whole Amparo on one machine: database, keeper, worker, staff door, public door; end it as one.

For the demo and for development. On an installed system the system's own service manager does this.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from amparo.runtime import processes, readiness
from amparo.runtime.children import Child
from amparo.runtime.environments import Environments
from amparo.runtime.postgres import Cluster
from amparo.runtime.problems import StartProblem, disk_full, is_disk_full
from amparo.runtime.state import DataFolder
from amparo.runtime.world import World, drop_world

HOST = "127.0.0.1"
READY_SECONDS = 90.0
WORKER_READY = "worker: ready"
ENDED_FIRST = ("public door", "staff door", "worker", "keeper")


def say(text: str) -> None:
    # A closed terminal is no reason to leave the children behind.
    with contextlib.suppress(OSError):
        print(text, flush=True)


class Supervisor:
    def __init__(self, folder: DataFolder, port: int) -> None:
        self.folder = folder
        self.port = port
        self.cluster = Cluster.find(folder.root)
        self.children: list[Child] = []
        self.stopping = threading.Event()
        self.began = time.monotonic()

    # -- starting

    def start(self, reset: bool) -> list[dict[str, object]]:
        self._end_left_over()
        for port in (self.port, self.port + 1):
            require_free(port)
        if reset:
            self._reset()
        secrets = self.folder.secrets()
        say("Starting PostgreSQL …")
        self.cluster.start()
        environments = Environments(self.folder, secrets, self.cluster.admin_url(), staff_port=self.port)
        world = World(environments, say)
        world.prepare()
        self._start_child(keeper(environments))
        self._await_ready("keeper")
        people = world.load()
        for child in (worker(environments), door("staff", environments, self.port),
                      door("public", environments, self.port + 1)):  # fmt: skip
            self._start_child(child)
        self._await_ready("staff door", "public door", "worker")
        return people

    def _start_child(self, child: Child) -> None:
        self._stop_if_asked()
        child.start()
        self.children.append(child)
        self._remember()

    def _remember(self) -> None:
        self.folder.remember({child.name: child.pid for child in self.children if child.pid})

    def _await_ready(self, *names: str) -> None:
        waiting = [child for child in self.children if child.name in names]
        end = time.monotonic() + READY_SECONDS
        while waiting:
            self._stop_if_asked()
            for child in waiting:
                if child.has_ended() or time.monotonic() > end:
                    how = child.ended_how() if child.has_ended() else f"no answer in {READY_SECONDS:g} s"
                    if "No space left" in child.last_lines():
                        raise disk_full(self.folder.root)
                    raise StartProblem(
                        f"The {child.name} did not start ({how}). It said last:\n{child.last_lines()}",
                        f"More stands in {child.log_file}.",
                    )
            waiting = [child for child in waiting if not child.is_ready()]
            time.sleep(0.05)

    def _stop_if_asked(self) -> None:
        if self.stopping.is_set():
            raise KeyboardInterrupt

    def _end_left_over(self) -> None:
        left = self.folder.left_over()
        if left:
            say(f"An earlier run was killed; ending what it left behind: {', '.join(left)}.")
        for name in sorted(left, key=lambda n: ENDED_FIRST.index(n) if n in ENDED_FIRST else -1):
            for pid in left[name]:
                processes.end(pid, [(signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0)])

    def _reset(self) -> None:
        say("Throwing the old demo world away …")
        if not self.cluster.served_url and self.cluster.fault():
            self.cluster.stop()
            self.cluster.remove()
        elif self.cluster.served_url or self.cluster.exists():
            self.cluster.start()
            drop_world(self.cluster.admin_url())
        self.folder.forget_world()
        self.folder.forget_secrets()

    # -- running

    def watch(self) -> None:
        while not self.stopping.wait(0.25):
            if not self.cluster.is_running():
                self._restart_database()
            started_again = [child.watch(say) for child in self.children]
            if any(started_again):
                self._remember()

    def _restart_database(self) -> None:
        say("PostgreSQL stopped; starting it again.")
        try:
            self.cluster.start()
        except StartProblem as problem:
            say(f"{problem} Trying again in 5 s.")
            self.stopping.wait(5)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()
        self.cluster.stop()
        self.folder.remember({})


def keeper(environments: Environments) -> Child:
    socket_path = Path(environments.keeper_socket)
    return Child("keeper", ["keeper"], environments.keeper(), environments.folder.logs / "keeper.log",
                 lambda: readiness.listens(socket_path))  # fmt: skip


def worker(environments: Environments) -> Child:
    log = environments.folder.logs / "worker.log"
    begin = log.stat().st_size if log.exists() else 0
    return Child(
        "worker", ["worker"], environments.worker(), log, lambda: readiness.said(log, WORKER_READY, begin)
    )


def door(name: str, environments: Environments, port: int) -> Child:
    arguments = ["serve", name, "--host", HOST, "--port", str(port)]
    environment = environments.staff() if name == "staff" else environments.public()
    return Child(f"{name} door", arguments, environment, environments.folder.logs / f"{name}.log",
                 lambda: readiness.answers(HOST, port))  # fmt: skip


def require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise StartProblem(
                f"Port {port} may only be used by root.", "Choose another with --port 8000."
            ) from None
        except OSError:
            raise StartProblem(
                f"Port {port} is taken by another program.", f"Choose another with --port {suggest(port)}."
            ) from None


def suggest(port: int) -> int:
    """The next pair of ports that is free now."""
    for candidate in range(port + 2, min(port + 200, 65534), 2):
        try:
            for each in (candidate, candidate + 1):
                with socket.socket() as probe:
                    probe.bind((HOST, each))
        except OSError:
            continue
        return candidate
    return 8000


def announce(supervisor: Supervisor, people: list[dict[str, object]]) -> None:
    seconds = time.monotonic() - supervisor.began
    fetched = os.environ.get("AMPARO_BOOTSTRAP_SECONDS", "")
    apart = f" (beside {fetched} s of fetching and installing)" if fetched else ""
    say(f"\nAmparo runs. First page after {seconds:.1f} s{apart}.")
    say(f"  Staff    http://localhost:{supervisor.port}/")
    say(f"  Public   http://localhost:{supervisor.port + 1}/")
    if people:
        say("\nSign in as one of these invented people (one click on the sign-in page):")
        say(table(people))
    say("\nEverything here is invented. Never enter a real person. Stop with Ctrl-C.")


def table(people: Sequence[dict[str, object]]) -> str:
    rows = [[str(p.get(k, "")) for k in ("name", "role", "agency", "email")] for p in people]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  " + "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in rows
    )


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py demo", description="Start a whole Amparo with an invented world."
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="staff door; the public door takes the next (8000)"
    )
    parser.add_argument(
        "--data-dir", type=Path, default=Path(".data"), help="where the demo keeps its data (.data)"
    )
    parser.add_argument("--reset", action="store_true", help="throw the old demo world away first")
    parser.add_argument(
        "--exit-after-ready", action="store_true", help="stop once the first page has answered"
    )
    chosen = parser.parse_args(given)
    if not 1 <= chosen.port <= 65534:
        parser.error("--port must be from 1 to 65534: the public door takes the port after it")
    return chosen


def run(chosen: argparse.Namespace) -> None:
    folder = DataFolder(chosen.data_dir)
    folder.open()
    folder.lock()
    supervisor = Supervisor(folder, chosen.port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    try:
        announce(supervisor, supervisor.start(chosen.reset))
        if not chosen.exit_after_ready:
            supervisor.watch()
    except KeyboardInterrupt:
        pass
    finally:
        say("\nStopping …")
        supervisor.stop()
    say("Stopped.")


def main(given: Sequence[str] | None = None) -> int:
    chosen = arguments(given)
    try:
        run(chosen)
    except StartProblem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as error:
        if not is_disk_full(error):
            raise
        print(f"\n{disk_full(chosen.data_dir)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
