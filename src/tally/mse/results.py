"""What a method answers: an estimate with its interval and model, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STATUS = ("fine", "no finite estimate", "not identifiable")


@dataclass(frozen=True)
class Estimate:
    """The total number of people, seen and unseen, by one method.

    `estimate`, `low` and `high` are persons in all; `low` and `high` are None where no interval was asked for. `level`
    is the nominal coverage of the interval. `status` is one of `STATUS`, or `refused`.
    """

    name: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    model: str = ""
    status: str = STATUS[0]
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain data; an infinite end becomes None and stands in the notes."""
        return {
            "name": self.name,
            "estimate": _finite(self.estimate),
            "low": _finite(self.low),
            "high": _finite(self.high),
            "level": self.level,
            "model": self.model,
            "status": self.status,
            "notes": list(self.notes),
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < 1e15 else None
