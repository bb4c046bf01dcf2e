"""Case data as whole numbers over public code lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tally.errors import NotReleasable

MISSING = ""  # nothing was recorded; "no" and "not asked" are values of their own
Cases = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Domain:
    """For each column the values that may occur, from public code lists: never taken from the cases themselves.

    A list read off the cases would tell by its mere length that somebody with a rare value is among them. `MISSING`
    belongs to every column and need not be listed.
    """

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]]) -> Domain:
        """From public code lists by column; doubles are dropped, and `MISSING` is put first."""
        return cls(
            {
                name: (MISSING, *dict.fromkeys(v for v in values if v != MISSING))
                for name, values in lists.items()
            }
        )

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.values)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each column has, `MISSING` among them."""
        return tuple(len(values) for values in self.values.values())

    def encode(self, cases: Cases) -> NDArray[np.int64]:
        """Shape (cases, columns): the place of each value in its list.

        Raises
        ------
        NotReleasable
            If a column is absent, columns differ in length, or a value is not on its public list.
        """
        columns = []
        for name, values in self.values.items():
            if name not in cases:
                raise NotReleasable(f"The column {name} has a code list and is not among the cases.")
            place = {value: code for code, value in enumerate(values)}
            try:
                columns.append([place[value or MISSING] for value in cases[name]])
            except KeyError as error:
                raise NotReleasable(
                    f"{error.args[0]!r} is not on the public list of {name}: put it there, or code it as another value."
                ) from None
        if len({len(column) for column in columns}) != 1:
            raise NotReleasable("The columns differ in length, or there are none.")
        return np.array(columns, dtype=np.int64).T

    def decode(self, codes: NDArray[np.int64]) -> dict[str, list[str]]:
        """The cases back from their places."""
        return {
            name: [values[code] for code in codes[:, place]]
            for place, (name, values) in enumerate(self.values.items())
        }
