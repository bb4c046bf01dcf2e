"""Every read of this room. A query whose name ends in `opened` asks the keeper too, after its transaction."""

from .instruments import (
    InstrumentRow,
    WordingRow,
    blank_printed,
    instrument_for,
    instrument_in_use,
    instruments_for,
    wordings_of,
)
from .screenings import (
    Noted,
    NotedRow,
    last_opened,
    noted_about,
    screening_for,
    screening_opened,
    screenings_of,
    screenings_opened,
    was_noted,
)

__all__ = [
    "InstrumentRow",
    "Noted",
    "NotedRow",
    "WordingRow",
    "blank_printed",
    "instrument_for",
    "instrument_in_use",
    "instruments_for",
    "last_opened",
    "noted_about",
    "screening_for",
    "screening_opened",
    "screenings_of",
    "screenings_opened",
    "was_noted",
    "wordings_of",
]
