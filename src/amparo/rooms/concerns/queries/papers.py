"""Printed papers: whoever printed one finds it again; nobody else does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from amparo.foundation.actors import Actor
from amparo.foundation.acts import query
from amparo.foundation.errors import NotThere
from amparo.rooms.concerns import policy
from amparo.rooms.concerns.models_forms import PaperPrint

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Paper:
    number: int
    form: str
    language: str
    printed_at: dt.datetime


@query(policy.SEND)
def paper_of(viewer: Actor, number: int) -> Paper:
    if number > LARGEST:
        raise NotThere
    row = PaperPrint.objects.mine(viewer).filter(number=number).first()
    if row is None:
        raise NotThere
    return Paper(row.number, row.form, row.language, row.printed_at)
