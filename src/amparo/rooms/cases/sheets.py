"""The sealed sheets of this room as people read them. Frozen; never logged; sealed as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeVar


@dataclass(frozen=True)
class Around:
    """Somebody around the child. Answers are yes, no or not_known; where they live is the vault's."""

    name: str = ""
    relation: str = "other"
    lives_with: str = "not_known"
    holds_custody: str = "not_known"
    may_contact: str = "not_known"
    may_know: str = "not_known"
    note: str = ""


@dataclass(frozen=True)
class Said:
    """Somebody is alleged to have harmed: what, who said so, when, and how far it was looked into."""

    what: str = ""
    said_by: str = ""
    said_when: str = ""
    status: str = "said"


T = TypeVar("T", Around, Said)


def to_json(sheet: Around | Said) -> str:
    return json.dumps(asdict(sheet), ensure_ascii=False, sort_keys=True)


def from_json(kind: type[T], text: bytes) -> T:
    """Fields it does not know are passed over, so that an older program reads a newer sheet."""
    document: dict[str, Any] = json.loads(text)
    return kind(**{k: v for k, v in document.items() if k in kind.__dataclass_fields__})
