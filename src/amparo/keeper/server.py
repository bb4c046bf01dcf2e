"""The keeper's process: a Unix socket, a few threads, each with its own database connection.

Whoever connects is known by the uid the kernel reports. What goes wrong becomes a code: no exception text, no
request, no value is ever written anywhere, because any of them could hold a child's name.
"""

from __future__ import annotations

import ctypes
import hmac
import logging
import os
import resource
import signal
import socket
import stat
import struct
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import psycopg

from amparo.keeper import protocol, quotas
from amparo.keeper.keks import KeksError, KekStore
from amparo.keeper.opening import Connection, Desk, Refusal
from amparo.keeper.operations import answer
from amparo.keeper.settings import Settings

THREADS: Final = 8
WAITING: Final = 64
FRAME_SECONDS: Final = 10.0
DATABASE_SECONDS: Final = 30.0
_PEER: Final = struct.Struct("3i")  # pid, uid, gid
_PR_SET_DUMPABLE: Final = 4

_logger = logging.getLogger("amparo.keeper")


class Server:
    """Listens at `settings.socket_path` from the moment it is made; `run` serves until `stop`."""

    def __init__(self, settings: Settings, store: KekStore, limits: quotas.Quotas) -> None:
        self._settings = settings
        self._store = store
        self._limits = limits
        self._mine = threading.local()
        self._connections: set[Connection] = set()
        self._stopping = False
        self._slots = threading.BoundedSemaphore(THREADS)
        self._listener = _listen(settings.socket_path)

    def run(self) -> None:
        """Answer until stopped, then finish what was begun."""
        with self._listener, ThreadPoolExecutor(THREADS, "keeper") as threads:
            while not self._stopping:
                self._slots.acquire()
                try:
                    peer, _ = self._listener.accept()
                except OSError:
                    self._slots.release()
                    time.sleep(0.05)  # out of file handles, if not stopping
                    continue
                threads.submit(self._serve, peer)
        for conn in self._connections:
            conn.close()
        self._settings.socket_path.unlink(missing_ok=True)

    def stop(self) -> None:
        """May be called from a signal handler or another thread."""
        self._stopping = True
        self._listener.shutdown(socket.SHUT_RDWR)

    def _serve(self, peer: socket.socket) -> None:
        try:
            with peer:
                reply = self._reply(peer)
                peer.settimeout(FRAME_SECONDS)
                protocol.send(peer, reply)
        except (OSError, protocol.Closed):
            _logger.warning("peer_went_away")
        except Exception as error:
            _logger.error("fault %s", type(error).__name__)
        finally:
            self._slots.release()

    def _reply(self, peer: socket.socket) -> dict[str, Any]:
        uid = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))[1]
        if uid not in self._settings.peers:
            _logger.warning("refused peer uid %d", uid)
            return {"ok": False, "error": "refused", "reason": "peer"}
        try:
            message = protocol.receive(peer, FRAME_SECONDS)
            return {"ok": True, **self._answer(message, self._is_worker(uid, message))}
        except Refusal as no:
            return {"ok": False, "error": no.error, "reason": no.reason, "positions": no.positions}
        except protocol.BadMessage as bad:
            return {"ok": False, "error": "bad_request", "reason": str(bad)}
        except psycopg.OperationalError:
            return {"ok": False, "error": "unavailable", "reason": "database"}
        except psycopg.Error as error:
            _logger.error("fault %s %s", type(error).__name__, error.sqlstate)
            return {"ok": False, "error": "fault", "reason": "database"}
        except KeksError as error:
            _logger.error("keks: %s", error)
            return {"ok": False, "error": "fault", "reason": "keks"}

    def _is_worker(self, uid: int, message: Mapping[str, Any]) -> bool:
        token, sent = self._settings.worker_token, message.get("worker_token")
        knows = bool(token) and isinstance(sent, str) and hmac.compare_digest(token.encode(), sent.encode())
        return uid in self._settings.worker_peers or knows

    def _answer(self, message: Mapping[str, Any], from_worker: bool) -> dict[str, Any]:
        """Once more on a new connection when the database went away: every operation may be repeated."""
        try:
            return answer(self._desk(), message, from_worker=from_worker)
        except psycopg.OperationalError:
            self._forget_connection()
            return answer(self._desk(), message, from_worker=from_worker)

    def _forget_connection(self) -> None:
        conn: Connection | None = self._mine.__dict__.pop("conn", None)
        if conn is not None:
            self._connections.discard(conn)
            conn.close()

    def _desk(self) -> Desk:
        if not hasattr(self._mine, "conn"):
            self._mine.conn = connect(self._settings.database_url)
            self._connections.add(self._mine.conn)
        return Desk(self._mine.conn, self._store, self._limits, self._settings.index_bits)


def connect(url: str) -> Connection:
    """A connection that binds on the server, so that no secret is ever part of a statement's text."""
    return psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=2,
        application_name="amparo-keeper",
        cursor_factory=psycopg.Cursor,
    )


def _listen(path: Path) -> socket.socket:
    """A socket that owner and group may use. A file left by a killed keeper is taken over."""
    if path.exists():
        _clear(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise KeksError(f"Cannot listen at {path}: {error.strerror or error}.") from None
    finally:
        os.umask(before)
    listener.listen(WAITING)
    return listener


def _clear(path: Path) -> None:
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise KeksError(f"{path} is not a socket: remove it, or set AMPARO_KEEPER_SOCKET otherwise.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex(str(path)) == 0:
            raise KeksError(f"Another keeper already answers at {path}.")
    path.unlink()


def harden() -> None:
    """No core dumps, and no reading of this process's memory by others of the same user."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def serve(env: Mapping[str, str]) -> None:
    """Run the keeper until SIGTERM or SIGINT. Raises SettingsError or KeksError with a message to show."""
    harden()
    settings = Settings.read(env)
    store = settings.store(may_create=_database_is_new(settings))
    server = Server(settings, store, quotas.shipped())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    _logger.info("listening")
    server.run()


def _database_is_new(settings: Settings) -> bool:
    """Whether no key was ever published: only then may a missing key file be a new one."""
    if settings.kek_file is None or settings.kek_file.exists():
        return False
    deadline = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            with connect(settings.database_url) as conn:
                return conn.execute("SELECT 1 FROM keeper.kek LIMIT 1").fetchone() is None
        except psycopg.errors.UndefinedTable:  # not migrated yet
            return True
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                missing = f"{settings.kek_file} does not exist, and the database cannot say whether it should"
                raise KeksError(f"{missing}: start the database first.") from None
            time.sleep(0.5)
