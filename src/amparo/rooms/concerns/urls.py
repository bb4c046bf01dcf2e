"""Addresses of this room at the staff door."""

from __future__ import annotations

from typing import Any

app_name = "concerns"
urlpatterns: list[Any] = []
