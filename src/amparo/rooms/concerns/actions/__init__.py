"""What can be done with a concern."""

from __future__ import annotations

from .receiving import note_received, receive_concern, receive_group

__all__ = ["note_received", "receive_concern", "receive_group"]
