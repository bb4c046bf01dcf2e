"""A PostgreSQL of our own for the demo, development and tests.

Production uses a served PostgreSQL. Here we find binaries (or take the server that DATABASE_URL names), lay
out a data folder once, and run the server as our child: on a Unix socket only, with passwords (scram) and
checksums, and never as root, which PostgreSQL refuses.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from amparo.runtime import folders, processes
from amparo.runtime.binaries import find_bindir, major_version
from amparo.runtime.options import PORT, QUIET_LOG, THROW_AWAY, on_socket
from amparo.runtime.problems import StartProblem, disk_full, is_disk_full

SUPERUSER = "cluster"
FREE_BYTES_NEEDED = 300 * 1024 * 1024


@dataclass
class Cluster:
    """One database server: served elsewhere (`served_url`), or run by us from `bindir` in `data_dir`."""

    data_dir: Path
    bindir: Path | None = None
    served_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    is_temporary: bool = False
    _server: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def find(cls, data_dir: Path) -> Cluster:
        data_dir = Path(data_dir).absolute()
        served = os.environ.get("DATABASE_URL", "")
        if served:
            return cls(data_dir, served_url=served)
        return cls(data_dir, bindir=find_bindir())

    @classmethod
    def temporary(cls, bindir: Path | None = None) -> Cluster:
        """A server for tests: nothing is flushed to disk and `stop` removes it."""
        place = Path(tempfile.mkdtemp(prefix="amparo-pg-"))
        place.chmod(0o711)
        return cls(
            place,
            bindir=Path(bindir) if bindir else find_bindir(),
            settings=dict(THROW_AWAY),
            is_temporary=True,
        )

    # -- places

    @property
    def place(self) -> Path:
        """The database folder. As root it must be one that `nobody` can reach, so it may lie elsewhere."""
        return folders.reachable(self.data_dir / "cluster")

    @property
    def socket_dir(self) -> Path:
        return folders.socket_dir(self.data_dir)

    @property
    def log_file(self) -> Path:
        return self.data_dir / "logs" / "postgresql.log"

    @property
    def password_file(self) -> Path:
        return self.data_dir / "cluster.password"

    def admin_url(self, database: str = "postgres") -> str:
        if self.served_url:
            parts = urlsplit(self.served_url)
            return urlunsplit(parts._replace(path="/" + quote(database, safe="")))
        password = self.password_file.read_text().strip()
        host = quote(str(self.socket_dir), safe="/")
        return f"postgresql://{SUPERUSER}:{password}@/{quote(database, safe='')}?host={host}&port={PORT}"

    # -- life

    def start(self) -> None:
        if self.served_url:
            self._reach_served()
            return
        if self.is_running() and self._answers():
            return
        try:
            self._prepare()
            self._clear_stale_pid()
            self._launch()
        except OSError as error:
            if is_disk_full(error):
                raise disk_full(self.data_dir) from error
            raise

    def stop(self, timeout_seconds: float = 30.0) -> None:
        if self.served_url:
            return
        pid = self.server_pid()
        if pid:
            # SIGINT is PostgreSQL's fast shutdown: open sessions are ended, the data folder is left clean.
            processes.end(pid, [(signal.SIGINT, timeout_seconds), (signal.SIGQUIT, 10.0)], self._server)
        if self._server is not None:
            self._server.poll()
        self._server = None
        leftovers = [self.socket_dir, self.place, self.data_dir] if self.is_temporary else [self.socket_dir]
        for folder in leftovers:
            shutil.rmtree(folder, ignore_errors=True)

    def is_running(self) -> bool:
        if self.served_url:
            return True
        if self._server is not None and self._server.poll() is not None:
            return False
        pid_file = self._pid_lines()
        return len(pid_file) > 7 and pid_file[7].strip() == "ready" and self.server_pid() is not None

    def server_pid(self) -> int | None:
        """The process that really serves this folder, or None; a pid file alone proves nothing."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if processes.works_in(pid, self.place) else None

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- steps

    def _prepare(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        (self.data_dir / "logs").mkdir(exist_ok=True)
        self.bindir = folders.readable_binaries(self._programs)
        folders.make_for_server(self.socket_dir)
        if self.exists():
            fault = self.fault()
            if fault:
                raise fault
            return
        self._check_space()
        self._initialise()

    def exists(self) -> bool:
        return self.place.exists() and any(self.place.iterdir())

    def fault(self) -> StartProblem | None:
        """What is wrong with the data folder, if anything; an absent one is not at fault."""
        place = self.place
        if not self.exists():
            return None
        way_out = "Start afresh with `python3 dev.py demo --reset`, or name another folder with --data-dir."
        missing = [n for n in ("PG_VERSION", "global/pg_control", "base") if not (place / n).exists()]
        if missing or not self.password_file.exists():
            lacks = missing[0] if missing else self.password_file.name
            return StartProblem(
                f"The database folder {place} is only half there ({lacks} is missing).", way_out
            )
        made_by = (place / "PG_VERSION").read_text().strip()
        if made_by != str(self.major):
            return StartProblem(
                f"PostgreSQL {made_by} made the database folder {place}, but {self.major} is used now.",
                way_out,
            )
        return None

    def remove(self) -> None:
        """Remove a stopped server's folder, whatever state it is in."""
        shutil.rmtree(self.place)
        self.password_file.unlink(missing_ok=True)

    def _check_space(self) -> None:
        free = shutil.disk_usage(folders.nearest_existing(self.place)).free
        if free < FREE_BYTES_NEEDED:
            raise StartProblem(
                f"The disk that holds {self.place} is full: {free // 2**20} MB are free, a new database "
                f"needs {FREE_BYTES_NEEDED // 2**20} MB.",
                "Free some space there, or name a folder on another disk with --data-dir.",
            )

    def _initialise(self) -> None:
        """Lay the folder out under another name, then rename it: a kill half-way leaves nothing half done."""
        new = self.place.with_name(self.place.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        folders.make_for_server(new)
        password = secrets.token_urlsafe(24)
        passwords = self.socket_dir / "first-password"
        passwords.unlink(missing_ok=True)
        folders.write_private(passwords, password + "\n", for_server=True)
        command = [str(self._programs / "initdb"), "-D", str(new), "-U", SUPERUSER, "--encoding=UTF8",
                   "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={passwords}", "--data-checksums",
                   "--no-instructions"]  # fmt: skip
        if self.is_temporary:
            command.append("--no-sync")
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, **folders.as_server_user())
        passwords.unlink()
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            self._explain_initdb(done.stderr)
        folders.write_private(self.password_file, password + "\n")
        if self.place.exists():
            self.place.rmdir()
        new.rename(self.place)

    def _explain_initdb(self, stderr: str) -> None:
        if "No space left" in stderr:
            raise disk_full(self.place)
        lines = [line for line in stderr.splitlines() if line.strip()]
        raise StartProblem(
            f"PostgreSQL could not lay out {self.place}: {lines[0] if lines else 'no reason given'}"
        )

    def _clear_stale_pid(self) -> None:
        """After a kill the old server may linger a moment, and its pid file for ever."""
        pid_file = self.place / "postmaster.pid"
        if not pid_file.exists():
            return
        if not processes.wait_until(lambda: not processes.any_works_in(self.place), 20.0):
            raise StartProblem(
                f"A database process of an earlier run still works in {self.place} and does not answer.",
                "End it, or name another folder with --data-dir.",
            )
        # Nobody works here, so what is left only hinders: to PostgreSQL a zombie's pid still counts as alive.
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.socket_dir / name).unlink(missing_ok=True)
        pid_file.unlink(missing_ok=True)

    def _launch(self) -> None:
        options = {**on_socket(self.socket_dir), **QUIET_LOG, **self.settings}
        command = [str(self._programs / "postgres"), "-D", str(self.place)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        # A file, never a pipe: the server outlives a killed parent and would block on a pipe nobody reads.
        with self.log_file.open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                # A demo's server outlives a kill, to be taken over; a test's must not be left behind.
                preexec_fn=processes.end_with_parent if self.is_temporary else None,
                **folders.as_server_user(),
            )  # fmt: skip
        server = self._server
        processes.wait_until(lambda: server.poll() is not None or self.is_running(), 90.0, pause=0.02)
        if not self.is_running():
            self._explain_launch()

    def _explain_launch(self) -> None:
        tail = self.log_file.read_text(errors="replace").splitlines()[-20:]
        if any("No space left" in line for line in tail):
            raise disk_full(self.place)
        reasons = [line for line in tail if "FATAL" in line or "PANIC" in line]
        reason = re.sub(r"^.*?(FATAL|PANIC):\s*", "", reasons[-1]) if reasons else "no reason given"
        raise StartProblem(f"PostgreSQL did not start: {reason}.", f"More stands in {self.log_file}.")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url(), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def _reach_served(self) -> None:
        try:
            psycopg.connect(self.admin_url(), connect_timeout=10).close()
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise StartProblem(
                f"The database server named by DATABASE_URL does not answer: {reason}."
            ) from None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.place / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    @property
    def major(self) -> int:
        return major_version(self._programs)

    @property
    def _programs(self) -> Path:
        assert self.bindir is not None  # a served database is never started or laid out here
        return self.bindir
