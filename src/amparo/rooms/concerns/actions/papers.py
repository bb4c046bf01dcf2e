"""Printing a form: each copy has a number, and the printing of it stands in the log."""

from __future__ import annotations

from amparo.foundation.actors import Actor
from amparo.foundation.acts import action, log
from amparo.foundation.clock import now
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.models_forms import PaperPrint


@action(policy.SEND)
def print_form(*, by: Actor, form: str, language: str, key: str = "") -> int:
    """The running number of one copy."""
    paper = PaperPrint(form=form, language=language, printed_by_id=by.id, printed_at=now())
    paper.save(force_insert=True)
    log("FORM_PRINTED", detail={"form": form, "language": language, "number": paper.number})
    return int(paper.number)
