"""Kinds of place a child may sleep in, from `places.yaml`: which are fit is data, not code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

HERE = Path(__file__).resolve().parent / "places.yaml"
TITLES: dict[str, Any] = {
    "home": _("At home"),
    "relatives": _("With relatives who were checked"),
    "foster": _("Foster family"),
    "safe_house": _("Safe house for children"),
    "hospital": _("Hospital"),
    "independent": _("Own room with support"),
    "other_fit": _("Another place that is fit for this child"),
    "adult_shelter": _("Shelter for adults"),
    "hotel": _("Hotel"),
    "police_cell": _("Police station"),
    "detention": _("Detention"),
    "unrelated_adults": _("With adults who are not family"),
    "alleged_harm": _("With somebody alleged to have harmed"),
    "street": _("On the street"),
    "not_known": _("Not known"),
}


@dataclass(frozen=True)
class PlaceKind:
    code: str
    is_fit: bool
    source: str

    @property
    def title(self) -> str:
        return str(TITLES[self.code])


@cache
def place_kinds() -> dict[str, PlaceKind]:
    """All kinds by code. A kind without words, or unfit without a reason, stops the start."""
    raw = yaml.safe_load(HERE.read_text(encoding="utf-8"))["kinds"]
    found = {k: PlaceKind(k, v["is_fit"] is True, str(v.get("source", ""))) for k, v in raw.items()}
    for kind in found.values():
        if kind.code not in TITLES or not (kind.is_fit or kind.source):
            raise ValueError(
                f"places.yaml: {kind.code}: needs words in places.py, and a source where it is not fit."
            )
    return found


def is_fit(code: str) -> bool:
    kind = place_kinds().get(code)
    return kind is not None and kind.is_fit
