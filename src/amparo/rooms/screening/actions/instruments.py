"""Switching a licensed screen on: one person enters the text, a second one approves it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.functions import as_json, call
from amparo.foundation.ids import new_id
from amparo.rooms.screening import loading, policy
from amparo.rooms.screening.ids import WordingId


@action(policy.MANAGE)
def switch_on(
    *, by: Actor, instrument: str, language: str, texts: Mapping[str, str], is_reworded: bool, licence: str,
    key: str = "",
) -> WordingId:  # fmt: skip
    """Enter the licensed text in one language. In use only after `approve` by another person."""
    it = loading.current(instrument)
    if it is None or not it.is_licensed:
        raise NotThere
    if set(texts) != {item.id for item in it.items} or not all(t.strip() for t in texts.values()):
        raise Refused("texts_incomplete")
    if language not in it.languages:
        raise Refused("unknown_language")
    wording = WordingId(new_id())
    fields = {"instrument": it.id, "instrument_version": it.version, "language": language, "texts": dict(texts),
              "is_reworded": is_reworded, "licence": licence}  # fmt: skip
    call("sec.enter_wording", wording, as_json(fields), cast=("uuid", "jsonb"))
    log("INSTRUMENT_TEXT_ENTERED", record=wording, detail={"instrument": it.id})
    return wording


@action(policy.MANAGE)
def approve(*, by: Actor, wording_id: UUID) -> str:
    """The second signature: the screen is on. Raises Refused("second_person") for whoever entered the text."""
    instrument = str(call("sec.approve_wording", wording_id, cast=("uuid",)))
    log("INSTRUMENT_SWITCHED_ON", record=wording_id, detail={"instrument": instrument})
    return instrument


@action(policy.MANAGE)
def switch_off(*, by: Actor, wording_id: UUID) -> str:
    """One person is enough: nothing waits for a screen. What was noted with it stays readable."""
    instrument = str(call("sec.end_wording", wording_id, cast=("uuid",)))
    log("INSTRUMENT_SWITCHED_OFF", record=wording_id, detail={"instrument": instrument})
    return instrument
