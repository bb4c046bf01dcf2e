"""Ids of this room."""

from __future__ import annotations

import uuid
from typing import NewType

ScreeningId = NewType("ScreeningId", uuid.UUID)
WordingId = NewType("WordingId", uuid.UUID)
