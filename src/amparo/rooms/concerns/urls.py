"""Addresses of this room at the staff door."""

from __future__ import annotations

from .urls_forms import urlpatterns as forms

app_name = "concerns"
urlpatterns = [*forms]
