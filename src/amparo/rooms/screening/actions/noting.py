"""Noting signs about a child. It changes nothing else: no task, no time limit, no concern, no label."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.foundation.errors import NotThere, Refused
from amparo.foundation.ids import SubjectId
from amparo.foundation.sealing import seal_for
from amparo.rooms.desk.actions import forget_draft
from amparo.rooms.desk.policy import need, unit_of
from amparo.rooms.screening import document, engine, loading, policy
from amparo.rooms.screening.definitions import Answer, Instrument
from amparo.rooms.screening.ids import ScreeningId
from amparo.rooms.screening.models import Screening
from amparo.rooms.screening.queries.instruments import using_of, wording_in_use
from amparo.rooms.screening.words import draft_form


@action(policy.SCREEN)
def note_signs(
    *, by: Actor, subject_id: SubjectId, instrument: str, version: int, answers: Mapping[str, str], reason: str = "",
    age_years: int | None = None, paper_on: dt.date | None = None, language: str = "en", key: str = "",
) -> ScreeningId:  # fmt: skip
    """Keep what was seen, sealed. `reason` is needed when this instrument was filled in for the child before.

    `paper_on` is the day on a paper that is entered later; only then may the version be an older one.
    """
    need(subject_id, "screening", "write")
    it = _instrument(by, instrument, version, is_paper=paper_on is not None)
    wording = wording_in_use(it, language) if it.is_licensed else None
    if it.is_licensed and wording is None:
        raise Refused("instrument_off")
    policy.need_age(it, age_years)
    whole, result = _judged(it, answers)
    before = Screening.objects.visible_to(by).filter(subject_id=subject_id, instrument=instrument)
    reason = policy.need_reason(reason) if before.exists() else ""
    row = Screening(
        subject_id=subject_id, unit_id=unit_of(subject_id), instrument=it.id, instrument_version=it.version,
        noted_by_id=by.id, noted_at=now(), paper_on=paper_on,
    )  # fmt: skip
    text = document.made_of(whole, result, reason, age_years, str(wording.id) if wording else "")
    row.sealed = seal_for(subject_id, "screening", row.id, "document", text)
    row.save(force_insert=True)
    forget_draft(by=by, form=draft_form(it.id), subject_id=subject_id)
    log("OBSERVATION_NOTED", subject=subject_id, record=row.id)  # neither the instrument nor what it came to
    return ScreeningId(row.id)


def _instrument(by: Actor, name: str, version: int, *, is_paper: bool) -> Instrument:
    newest = loading.current(name)
    if newest is None or not policy.may_use(by, using_of(by), newest):
        raise NotThere
    it = loading.version_of(name, version)
    if it is None or (it.version != newest.version and not is_paper):
        raise Refused("old_version")
    return it


def _judged(it: Instrument, answers: Mapping[str, str]) -> tuple[dict[str, Answer], engine.Result]:
    try:
        given = {name: Answer(answer) for name, answer in answers.items()}
        return engine.checked(it, given), engine.evaluate(it, given)
    except engine.NotAsked:
        raise Refused("not_asked") from None
    except ValueError:
        raise Refused("unknown_answer") from None
