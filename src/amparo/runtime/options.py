"""Settings of the server we run: one socket, no network, a log that quotes nobody."""

from __future__ import annotations

from pathlib import Path

PORT = 5432  # names the socket file only
QUIET_LOG = {
    "log_statement": "none",
    "log_min_error_statement": "panic",  # a failing statement may carry a child's words
    "log_error_verbosity": "terse",  # no DETAIL: it quotes values
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
              "max_wal_senders": "0"}  # fmt: skip


def on_socket(folder: Path) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "unix_socket_permissions": "0777",  # the folder decides who may come in
        "port": str(PORT),
        "max_connections": "120",
        "shared_buffers": "128MB",
    }
