"""Who may do what in this room."""

from __future__ import annotations
