"""What can be read of concerns."""

from __future__ import annotations
