"""Instruments: which there are, who may use them, and the licensed text of those that have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from amparo.foundation.actors import Actor
from amparo.foundation.acts import log, query
from amparo.foundation.errors import NotThere
from amparo.foundation.ids import new_id
from amparo.rooms.screening import loading, policy
from amparo.rooms.screening.definitions import Instrument
from amparo.rooms.screening.models import Wording


@dataclass(frozen=True)
class WordingRow:
    id: UUID
    instrument: str
    version: int
    language: str
    texts: Mapping[str, str]
    is_reworded: bool
    licence: str
    entered_at: dt.datetime
    is_mine: bool
    is_on: bool


@dataclass(frozen=True)
class InstrumentRow:
    """An instrument and what this person may do with it. `wording` is the text in use, where it has one."""

    instrument: Instrument
    may_use: bool
    is_on: bool
    shows_figures: bool


@query(policy.LOOK)
def instruments_for(viewer: Actor) -> tuple[InstrumentRow, ...]:
    """The newest version of each: guides first, screens last."""
    using, on = using_of(viewer), _in_use()
    order = ("observation_guide", "indicator_scheme", "short_screen")
    rows = [_row(viewer, using, on, versions[-1]) for versions in loading.instruments().values()]
    return tuple(sorted(rows, key=lambda r: (order.index(r.instrument.kind), r.instrument.id)))


@query(policy.LOOK)
def instrument_for(viewer: Actor, name: str) -> InstrumentRow:
    it = loading.current(name)
    if it is None:
        raise NotThere
    return _row(viewer, using_of(viewer), _in_use(), it)


@query(policy.SCREEN)
def instrument_in_use(viewer: Actor, name: str, language: str) -> tuple[Instrument, WordingRow | None]:
    """One that this person may use now, with its items in words. Raises NotThere."""
    it = loading.current(name)
    if it is None or not policy.may_use(viewer, using_of(viewer), it):
        raise NotThere
    if not it.is_licensed:
        return it, None
    wording = wording_in_use(it, language)
    if wording is None:
        raise NotThere
    return worded(it, wording.texts, wording.language), wording


@query(policy.LOOK)
def wordings_of(viewer: Actor, name: str) -> tuple[WordingRow, ...]:
    """What was entered and is not ended, for those who switch instruments; for all others what is on."""
    found = Wording.objects.filter(instrument=name, ended_at=None).order_by("language", "-entered_at")
    if not viewer.has(policy.MANAGE):
        found = found.exclude(approved_at=None)
    return tuple(_wording(row, viewer) for row in found[:20])


@query(policy.SCREEN)
def blank_printed(viewer: Actor, name: str, language: str) -> tuple[Instrument, str]:
    """A blank form for paper, with the number that its print carries. Printing is logged."""
    it = loading.current(name)
    if it is None or not policy.may_use(viewer, using_of(viewer), it):
        raise NotThere
    if it.is_licensed:
        wording = wording_in_use(it, language)
        if wording is None:
            raise NotThere
        it = worded(it, wording.texts, wording.language)
    number = new_id()
    log("BLANK_FORM_PRINTED", record=number, detail={"instrument": it.id, "version": it.version})
    return it, number.hex[:8].upper()


def using_of(viewer: Actor) -> policy.Using:
    """Inside a query or an action: the role acted in, and whether that agency gives health care."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind = 'health' FROM access_agency WHERE id = %s", [viewer.agency])
        row = cursor.fetchone()
    return policy.Using(viewer.role, bool(row and row[0]))


def wording_in_use(it: Instrument, language: str) -> WordingRow | None:
    """Inside a query or an action: the approved text of this version, in the language or else in any."""
    found = {
        row.language: row
        for row in Wording.objects.filter(
            instrument=it.id, instrument_version=it.version, ended_at=None
        ).exclude(approved_at=None)
    }
    row = found.get(language) or found.get("en") or next(iter(found.values()), None)
    return _wording(row) if row else None


def worded(it: Instrument, texts: Mapping[str, str], language: str) -> Instrument:
    """The slots filled with the entered text. The pages fall back to English, so it stands there too."""
    groups = tuple(
        replace(group, items=tuple(
            replace(item, text={language: texts[item.id], "en": texts[item.id]}) for item in group.items
        ))
        for group in it.groups
    )  # fmt: skip
    return replace(it, groups=groups)


def _in_use() -> dict[str, bool]:
    """Instruments whose text is on, and whether it is the published one."""
    found: dict[str, bool] = {}
    for name, is_reworded in (
        Wording.objects.filter(ended_at=None)
        .exclude(approved_at=None)
        .values_list("instrument", "is_reworded")
    ):
        found[name] = found.get(name, True) and not is_reworded
    return found


def _row(viewer: Actor, using: policy.Using, on: dict[str, bool], it: Instrument) -> InstrumentRow:
    is_on = it.id in on if it.is_licensed else True
    return InstrumentRow(
        it,
        is_on and policy.may_use(viewer, using, it),
        is_on,
        # figures belong to the published words and to no others
        it.is_licensed and on.get(it.id, True),
    )


def _wording(row: Wording, viewer: Actor | None = None) -> WordingRow:
    return WordingRow(
        row.id,
        row.instrument,
        row.instrument_version,
        row.language,
        row.texts,
        row.is_reworded,
        row.licence,
        row.entered_at,
        viewer is not None and row.entered_by_id == viewer.id,
        row.approved_at is not None,
    )
