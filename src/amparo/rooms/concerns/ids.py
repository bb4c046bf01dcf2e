"""Ids of this room's rows, told apart by the type checker."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

ConcernId = NewType("ConcernId", UUID)
EventId = NewType("EventId", UUID)
