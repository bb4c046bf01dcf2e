"""A published study as people: of 100, how many. Measured errors, never the chance that this child was exploited."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from .definitions import Study

HUNDRED = 100


@dataclass(frozen=True)
class Figures:
    """Of 100 exploited: found and missed. Of 100 not exploited: left alone, and flagged all the same."""

    found: int
    missed: int
    left_alone: int
    flagged: int


def figures_of(study: Study) -> Figures:
    found, left_alone = _whole(study.sensitivity), _whole(study.specificity)
    return Figures(found, HUNDRED - found, left_alone, HUNDRED - left_alone)


def _whole(percent: Decimal) -> int:
    return int(percent.quantize(Decimal(1), ROUND_HALF_EVEN))
