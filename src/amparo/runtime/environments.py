"""What each process of the demo is told: its own login, its own keys, and nothing of the others'."""

from __future__ import annotations

import os
from dataclasses import dataclass

from amparo.runtime.folders import socket_dir
from amparo.runtime.provision import login_url
from amparo.runtime.state import DataFolder, Secrets

DATABASE = "amparo"
HOSTS = "localhost,127.0.0.1,[::1]"
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(frozen=True)
class Environments:
    folder: DataFolder
    secrets: Secrets
    admin_url: str
    database: str = DATABASE
    staff_port: int = 8000

    @property
    def keeper_socket(self) -> str:
        near = self.folder.run / "keeper.sock"
        return str(near if len(str(near)) <= 100 else socket_dir(self.folder.root).with_suffix(".keeper"))

    def url(self, login: str) -> str:
        return login_url(self.admin_url, self.database, login, self.secrets.passwords[login])

    def bare(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {**kept, "PYTHONUNBUFFERED": "1", "AMPARO_DEMO": "1"}

    def _door(self, door: str, login: str) -> dict[str, str]:
        return {
            **self.bare(),
            "AMPARO_DOOR": door,
            "AMPARO_DATABASE_URL": self.url(login),
            "AMPARO_SECRET_KEY": self.secrets.secret_key,
            "AMPARO_ALLOWED_HOSTS": HOSTS,
            "AMPARO_STATIC_ROOT": str(self.folder.root / "static"),
            "AMPARO_PUBLIC_URL": f"http://localhost:{self.staff_port + 1}",
        }

    def staff(self) -> dict[str, str]:
        keeper = {"AMPARO_KEEPER_SOCKET": self.keeper_socket, "AMPARO_MFA_KEY": self.secrets.mfa_key}
        return {**self._door("staff", "staff"), **keeper}

    def public(self) -> dict[str, str]:
        return self._door("public", "public")

    def worker(self) -> dict[str, str]:
        return {
            **self._door("worker", "worker"),
            "AMPARO_KEEPER_SOCKET": self.keeper_socket,
            # All processes of a demo share one user, so the worker proves itself to the keeper by a token.
            "AMPARO_KEEPER_WORKER_TOKEN": self.secrets.worker_token,
        }

    def keeper(self) -> dict[str, str]:
        return {
            **self.bare(),
            "AMPARO_DATABASE_URL": self.url("keeper"),
            "AMPARO_KEEPER_SOCKET": self.keeper_socket,
            "AMPARO_KEK_FILE": self.secrets.kek_file,
            "AMPARO_KEEPER_WORKER_TOKEN": self.secrets.worker_token,
        }

    def migrate(self) -> dict[str, str]:
        return {**self.bare(), "AMPARO_DOOR": "migrate", "AMPARO_DATABASE_URL": self.url("owner")}

    def load(self) -> dict[str, str]:
        """The world is written through the staff door's own actions, by a process that may also speak as a
        system actor; the owner enters what nobody could be signed in for yet."""
        return {**self.worker(), **self.staff(), "AMPARO_OWNER_URL": self.url("owner")}
