"""`paging.yaml`: who is called, in which order, and how long each has. No code names a number of minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from amparo.rooms.desk.rules.strict import Part, read

HERE = Path(__file__).resolve().parent / "paging.yaml"
#: Places of the rota and the number they carry in `access_shift."order"`.
PLACES: Mapping[str, int] = {"first": 1, "second": 2, "last": 3}
GROUPS = (*PLACES, "unit", "supervisors", "national", "administrators")
URGENCIES = ("now", "today", "days")


@dataclass(frozen=True)
class Step:
    call: str
    wait: dt.timedelta


@dataclass(frozen=True)
class PagingRules:
    source: str
    pages: Mapping[str, dt.timedelta]
    steps: tuple[Step, ...]
    pauses: tuple[dt.timedelta, ...]
    places: tuple[str, ...]
    days_ahead: int
    silent: dt.timedelta
    resend: dt.timedelta
    tries: int

    def pause_after(self, round_number: int) -> dt.timedelta:
        return self.pauses[min(round_number, len(self.pauses)) - 1]


def load_paging(path: Path = HERE) -> PagingRules:
    whole = read(path).only(
        "version", "source", "pages", "steps", "pause_minutes", "rota", "silent_minutes", "resend_minutes",
        "tries",
    )  # fmt: skip
    if whole.whole("version") != 1:
        raise whole.wrong("version", "this release reads version 1. Update the file or the platform.")
    rota = whole.part("rota").only("places", "days_ahead")
    places = rota.texts("places")
    for place in places:
        if place not in PLACES:
            raise rota.wrong("places", f"'{place}' is no place. Write {', '.join(PLACES)}.")
    return PagingRules(
        source=whole.text("source"),
        pages=_pages(whole.part("pages")),
        steps=tuple(_step(part) for part in whole.parts("steps")),
        pauses=_pauses(whole),
        places=places,
        days_ahead=rota.whole("days_ahead"),
        silent=dt.timedelta(minutes=whole.whole("silent_minutes")),
        resend=dt.timedelta(minutes=whole.whole("resend_minutes")),
        tries=whole.whole("tries"),
    )


def _pages(part: Part) -> Mapping[str, dt.timedelta]:
    part.only(*URGENCIES)
    found = {}
    for urgency in part.value:
        minutes = part.value[urgency]
        if not isinstance(minutes, int) or minutes < 0:
            raise part.wrong(str(urgency), "expected a whole number of minutes, 0 or more.")
        found[str(urgency)] = dt.timedelta(minutes=minutes)
    if "now" not in found:
        raise part.wrong("now", "missing. What cannot wait must call somebody.")
    return found


def _step(part: Part) -> Step:
    part.only("call", "wait_minutes")
    return Step(part.choice("call", GROUPS), dt.timedelta(minutes=part.whole("wait_minutes")))


def _pauses(whole: Part) -> tuple[dt.timedelta, ...]:
    found = whole.value.get("pause_minutes")
    if not isinstance(found, list) or not found or any(type(n) is not int or n < 1 for n in found):
        raise whole.wrong("pause_minutes", "expected a list of whole minutes, 1 or more.")
    return tuple(dt.timedelta(minutes=n) for n in found)


@cache
def paging_rules() -> PagingRules:
    return load_paging()
