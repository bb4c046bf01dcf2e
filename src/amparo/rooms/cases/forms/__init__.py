"""Questions of this room. They parse; actions save. Nothing typed here ever stands in an address."""

from __future__ import annotations

from .opening import GroupForm, OpenForm, SearchForm
from .parts import language_answers, taker_of
from .sheet import (
    AllegationForm,
    ApartForm,
    AroundForm,
    CoverForm,
    GuardianForm,
    HandOverForm,
    InterimForm,
    LanguagesForm,
    ListForm,
    NightForm,
    RiskForm,
    SeenForm,
)

__all__ = [
    "AllegationForm",
    "ApartForm",
    "AroundForm",
    "CoverForm",
    "GroupForm",
    "GuardianForm",
    "HandOverForm",
    "InterimForm",
    "LanguagesForm",
    "ListForm",
    "NightForm",
    "OpenForm",
    "RiskForm",
    "SearchForm",
    "SeenForm",
    "language_answers",
    "taker_of",
]
