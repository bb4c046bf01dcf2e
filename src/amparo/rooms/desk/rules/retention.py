"""`retention.yaml`: how long each class of record stays, on what basis, and what happens on the last day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from .strict import Part, read

HERE = Path(__file__).resolve().parent.parent / "retention.yaml"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,39}")


class Ending(StrEnum):
    SHRED = "shred"  # the keys are destroyed, the rows of content go
    ASK = "ask"  # the data-protection officer decides; nothing is destroyed by the clock alone
    DELETE = "delete"  # rows without child data: notices, spent request keys


@dataclass(frozen=True)
class RetentionRule:
    code: str
    title: Mapping[str, str]
    days: int
    counted_from: str
    basis: str
    source: str
    ending: Ending

    @property
    def is_confirmed(self) -> bool:
        return not self.source.startswith("unconfirmed")

    def last_day(self, counted_from: dt.date) -> dt.date:
        return counted_from + dt.timedelta(days=self.days)


def load_retention(path: Path = HERE) -> Mapping[str, RetentionRule]:
    whole = read(path).only("version", "classes")
    if whole.whole("version") != 1:
        raise whole.wrong("version", "this release reads version 1. Update the file or the platform.")
    return MappingProxyType({code: _rule(code, part) for code, part in whole.part("classes").each()})


def _rule(code: str, part: Part) -> RetentionRule:
    if not _CODE.fullmatch(code):
        raise part.wrong("", f"'{code}' is no code. Use capital letters, digits and _, 3 to 40 of them.")
    part.only("title", "days", "counted_from", "basis", "source", "ending")
    return RetentionRule(
        code=code,
        title=part.words("title"),
        days=part.whole("days"),
        counted_from=part.text("counted_from"),
        basis=part.text("basis"),
        source=part.text("source"),
        ending=Ending(part.choice("ending", list(Ending))),
    )


@cache
def retention_rules() -> Mapping[str, RetentionRule]:
    return load_retention()
