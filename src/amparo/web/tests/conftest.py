from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.test import RequestFactory

from amparo.web import catalogues


@dataclass
class Viewer:
    """An invented person signed in with one role, without a database behind."""

    name: str = "Ama Serwaa"
    role: str = "caseworker"
    permissions: frozenset[str] = frozenset({"USE_AMPARO", "READ_FILE"})
    membership: object = field(default_factory=uuid4)
    time_zone: str = "Africa/Nairobi"
    language: str = "en"
    is_strong: bool = False
    agency_names: dict[str, str] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=lambda: {"en": "District A Child Protection"})

    def has(self, permission: str) -> bool:
        return permission in self.permissions


@pytest.fixture
def ama() -> Viewer:
    return Viewer()


@pytest.fixture
def get(ama):
    """Make a GET request as Ama, or as nobody: get("/gallery/", actor=None)."""

    def make(path: str = "/", actor=ama, **query):
        request = RequestFactory().get(path, query)
        request.actor = actor
        return request

    return make


@pytest.fixture(scope="session", autouse=True)
def compiled_words():
    catalogues.compile_all()


@pytest.fixture(autouse=True)
def rooms_apart(monkeypatch):
    """These tests are about the frame: what the rooms put into it is tested by the rooms."""
    from amparo.foundation import registries

    monkeypatch.setattr(registries, "panels", registries.Panels())
