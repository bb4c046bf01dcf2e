"""The documents of the vault, as people read them. Frozen; never logged; sealed as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

_COMMAS = re.compile("[,;،؛，、；]")


@dataclass(frozen=True)
class Identity:
    """Birth keeps what was entered: `birth` is "2011", "2011-05" or "2011-05-31", `birth_about` marks an estimate."""

    given_names: str = ""
    family_name: str = ""
    other_names: str = ""
    used_name: str = ""
    birth: str = ""
    birth_about: bool = False
    birth_calendar: str = "gregorian"
    documents: tuple[str, ...] = ()
    version: int = field(default=0, compare=False)

    def as_terms(self) -> dict[str, Any]:
        """What the keeper's index reads: names and the year of birth, and document numbers."""
        year = {"birth_year": self.birth[:4]} if self.birth else {}
        numbers = sorted({number for line in self.documents for number in numbers_in(line)})
        return {"names": self.used_name, "numbers": numbers} | year


def numbers_in(line: str) -> set[str]:
    """What a line like "registry, AB-123 456, 2019" is found by: its second part, or what follows the issuer's words.

    People search by the number alone, and do not know how the issuer was written.
    """
    parts = [part.strip() for part in _COMMAS.split(line)]
    if len(parts) > 1:
        return {parts[1]}
    words = line.split()
    first = next((n for n, word in enumerate(words) if any(sign.isdigit() for sign in word)), 0)
    return {line, " ".join(words[first:])}


@dataclass(frozen=True)
class Contacts:
    phones: tuple[str, ...] = ()
    other: str = ""
    safe_time: str = ""
    version: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Whereabouts:
    area: str = ""
    address: str = ""
    landmark: str = ""
    since: str = ""
    kind: str = "fact"
    until: str = ""
    version: int = field(default=0, compare=False)


def to_json(record: Identity | Contacts | Whereabouts) -> str:
    document = asdict(record)
    document.pop("version")
    if isinstance(record, Identity):
        document |= record.as_terms()
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def from_json(kind: type[Any], text: bytes, version: int) -> Any:
    """Fields it does not know are passed over, so that an older program reads a newer document."""
    document = json.loads(text)
    known = {
        k: tuple(v) if isinstance(v, list) else v
        for k, v in document.items()
        if k in kind.__dataclass_fields__
    }
    return kind(**known | {"version": version})
