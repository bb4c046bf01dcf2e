"""The desk's browser and its way to be another login, for the vault's tests as well."""

from __future__ import annotations

from amparo.rooms.desk.tests.conftest import as_login, door

__all__ = ["as_login", "door"]
