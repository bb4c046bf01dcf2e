"""Administrative areas from a p-coded CSV file: every mistake is named with its row, and nothing is half imported."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

COLUMNS = ("p_code", "level", "parent")
MAX_ROWS = 20_000
_P_CODE = re.compile(r"^[A-Z]{2}[A-Z0-9]{0,18}$")


@dataclass(frozen=True)
class AreaRow:
    p_code: str
    level: int
    parent: str | None
    names: dict[str, str]
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    replaced_by: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {**self.__dict__, "replaced_by": list(self.replaced_by)}


class AreaErrors(ValueError):
    """Every mistake of the file, one sentence each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(f"{len(errors)} mistakes")
        self.errors = errors


def read_areas(text: str, known: Collection[str] = ()) -> list[AreaRow]:
    """Rows in parent-first order. `known` are p-codes already there. Raises AreaErrors with all mistakes."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    header = [h or "" for h in reader.fieldnames or []]
    missing = [c for c in COLUMNS if c not in header]
    if missing or not any(h.startswith("name:") for h in header):
        raise AreaErrors(
            [_("The first line needs the columns p_code, level, parent and at least one name:LANGUAGE.")]
        )
    rows, errors = [], []
    for number, record in enumerate(reader, start=2):
        if number > MAX_ROWS:
            raise AreaErrors([_("Import at most %(most)d rows at a time.") % {"most": MAX_ROWS}])
        try:
            rows.append(_row(record))
        except ValueError as error:
            errors.append(_("Row %(row)d: %(what)s") % {"row": number, "what": error})
    errors += _family_errors(rows, set(known))
    if errors or not rows:
        raise AreaErrors(errors or [_("The file has no rows.")])
    return sorted(rows, key=lambda r: (r.level, r.p_code))


def _row(record: dict[str | None, Any]) -> AreaRow:
    cell = {str(k): (v or "").strip() for k, v in record.items() if k is not None and not isinstance(v, list)}
    if None in record:
        raise ValueError(_("it has more cells than the first line."))
    if not _P_CODE.match(cell["p_code"]):
        raise ValueError(_("p_code “%(value)s” is not a p-code, such as QM0101.") % {"value": cell["p_code"]})
    if cell["level"] not in ("0", "1", "2", "3", "4"):
        raise ValueError(_("level must be 0, 1, 2, 3 or 4."))
    if (cell["level"] == "0") != (not cell["parent"]):
        raise ValueError(_("every area but the country has a parent."))
    names = {k.removeprefix("name:"): v for k, v in cell.items() if k.startswith("name:") and v}
    if not names:
        raise ValueError(_("it has no name."))
    return AreaRow(
        cell["p_code"], int(cell["level"]), cell["parent"] or None, names, _day(cell, "valid_from"),
        _day(cell, "valid_to"), tuple(cell.get("replaced_by", "").split()),
    )  # fmt: skip


def _day(cell: dict[str, str], column: str) -> dt.date | None:
    text = cell.get(column, "")
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(_("%(column)s must be a day such as 2024-05-31.") % {"column": column}) from None


def _family_errors(rows: list[AreaRow], known: set[str]) -> list[str]:
    levels = {r.p_code: r.level for r in rows}
    errors = []
    if len(levels) < len(rows):
        errors.append(_("A p_code stands in the file twice."))
    for row in rows:
        if row.parent and row.parent not in levels and row.parent not in known:
            errors.append(
                _("%(code)s: its parent %(parent)s is not in the file and not here yet.")
                % {"code": row.p_code, "parent": row.parent}
            )
        elif row.parent in levels and levels[row.parent] != row.level - 1:
            errors.append(_("%(code)s: its parent is not one level above it.") % {"code": row.p_code})
    return errors
