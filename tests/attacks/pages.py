"""One page of the matrix over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    """One page and what it takes: a cell of the matrix, and (from the table of addresses) a role."""

    name: str
    path: str
    object: str
    act: str
    method: str = "GET"
    form: dict[str, str] = field(default_factory=dict, hash=False)
    shows: str = ""  # the table whose planted row must be on the page of whoever may read it
    leads: str = ""  # how the address ends to which a form leads that was taken
