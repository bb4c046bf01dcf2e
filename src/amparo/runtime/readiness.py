"""Is a process there yet? Asked from outside, as its users would."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path


def answers(host: str, port: int) -> bool:
    """The first page answers without a server fault."""
    connection = http.client.HTTPConnection(host, port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        return probe.connect_ex(str(path)) == 0


def said(log_file: Path, words: str, since_byte: int) -> bool:
    try:
        with log_file.open("rb") as log:
            log.seek(since_byte)
            return words.encode() in log.read()
    except OSError:
        return False
