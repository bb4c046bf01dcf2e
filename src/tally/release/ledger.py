"""What was already told about a register: budgets add up, and a full one refuses."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tally.errors import NotReleasable


@dataclass(frozen=True)
class Ledger:
    """A file of charges, one a line, only ever added to.

    Parameters
    ----------
    path
        Where it is kept; made when absent. Losing it loses the promise: back it up with the register.
    epsilon, delta
        The whole budget of each register, over all its releases together (basic composition: both simply add up).
    """

    path: Path
    epsilon: float
    delta: float

    def charge(self, register: str, epsilon: float, delta: float, what: str) -> None:
        """Write a charge down, or refuse; the line is on the disk before this returns.

        Raises
        ------
        NotReleasable
            If the register's budget would be exceeded, or the file is damaged.
        """
        if not (epsilon > 0 and delta >= 0):
            raise ValueError("A charge has an epsilon above 0 and a delta of 0 or more.")
        with self._locked() as file:
            spent = [line for line in self._lines(file) if line["register"] == register]
            used = (
                sum(line["epsilon"] for line in spent) + epsilon,
                sum(line["delta"] for line in spent) + delta,
            )
            if used[0] > self.epsilon * (1 + 1e-12) or used[1] > self.delta * (1 + 1e-12):
                raise NotReleasable(
                    f"The budget of {register} is epsilon {self.epsilon:g}, delta {self.delta:g}; with this release "
                    f"{used[0]:g} and {used[1]:g} would be spent. Nothing more may be released from it."
                )
            line = {"register": register, "epsilon": epsilon, "delta": delta, "what": what}
            file.seek(0, os.SEEK_END)
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def spent(self, register: str) -> tuple[float, float]:
        """Epsilon and delta spent so far."""
        with self._locked() as file:
            lines = [line for line in self._lines(file) if line["register"] == register]
        return sum(line["epsilon"] for line in lines), sum(line["delta"] for line in lines)

    @contextmanager
    def _locked(self) -> Iterator[IO[str]]:
        with self.path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _lines(self, file: IO[str]) -> list[dict[str, Any]]:
        file.seek(0)
        try:
            lines = [json.loads(line) for line in file]
            if all(
                line["epsilon"] > 0 and line["delta"] >= 0 and isinstance(line["register"], str)
                for line in lines
            ):
                return lines
        except (ValueError, KeyError, TypeError):
            pass
        raise NotReleasable(
            f"{self.path.name} is damaged: nothing is released until it is restored from a copy."
        )
