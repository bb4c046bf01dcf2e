"""Who may do what in this room, and the words other rooms use for it."""

from __future__ import annotations

from .permissions import (
    ALL_SECTIONS,
    CONCERN_SECTIONS,
    CONTENT_SECTIONS,
    ROLES,
    Permission,
    Role,
    incompatible,
    spec,
)

__all__ = [
    "ALL_SECTIONS",
    "CONCERN_SECTIONS",
    "CONTENT_SECTIONS",
    "ROLES",
    "Permission",
    "Role",
    "incompatible",
    "spec",
]
