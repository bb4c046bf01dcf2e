"""Every write of this room."""

from .instruments import approve, switch_off, switch_on
from .noting import note_signs

__all__ = ["approve", "note_signs", "switch_off", "switch_on"]
