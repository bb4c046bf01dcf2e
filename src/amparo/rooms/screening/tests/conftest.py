"""The fixtures of the desk: a small world, the key service in this process, a browser for somebody signed in."""

from __future__ import annotations

from amparo.rooms.desk.tests.conftest import as_login, door, keeper  # noqa: F401
