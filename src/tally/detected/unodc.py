"""UNODC's workbook of trafficking in persons, as it is published: every trap in it changes a headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tally.detected.frame import (
    ADULT,
    CHILD,
    FEMALE,
    MALE,
    OTHER,
    POOLED_NAME,
    TOTAL,
    UNKNOWN,
    Builder,
    Frame,
    Interval,
)
from tally.detected.workbook import rows
from tally.errors import UnreadableSource

HEADER = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
    "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
HEADER_ROW = 3  # two banner rows stand above it
SMALL = Interval(1, 4)  # `<5`: UNODC does not say whether it may be 0; published cells of 0 do not exist
VICTIMS = "Detected trafficking victims"
#: Codes with a blank country: countries pooled because each alone would identify people. They are not totals. The
#: workbook does not spell the codes out, and neither do we.
POOLED = ("SAM", "SAF", "CAR", "CAS", "EEU", "MCA", "MCN")
SEXES = {"Total": TOTAL, "Female": FEMALE, "Male": MALE, "Other": OTHER, "Unknown": UNKNOWN}
AGES = {"Total": TOTAL, "0 to 17 years": CHILD, "18 years or over": ADULT, "Unknown": UNKNOWN}
TABLES = {"Total": "total", "by form of exploitation": "form", "by citizenship": "origin",
          "by country of repatriation": "repatriation"}  # fmt: skip
#: Several forms were put under this one name, so its repeated rows are different people and add up.
MERGED_FORM = "Other forms of exploitation"
COUNT = re.compile(r"\d{1,3}(,\d{3})*|\d+")
CITATION = "UNODC, dataunodc.un.org, trafficking in persons: detected victims"


def read_unodc(path: Path) -> Frame:
    """Read the detected victims of UNODC's workbook into the tidy frame.

    Parameters
    ----------
    path
        The .xlsx file as downloaded from the data portal.

    Returns
    -------
    Frame
        One row per published cell, persons. `table` is `total`, `form`, `origin` or `repatriation`.

    Raises
    ------
    UnreadableSource
        If the header is not on row 3, or a sex, age, dimension or count is not one of those known.

    Notes
    -----
    `<5` becomes the interval 1 to 4. Rows with a blank country are pooled countries: they are kept and named. A cell
    published twice with different numbers becomes the range of both and is marked. Rows repeated under "Other forms
    of exploitation" are several forms under one name, and are added.

    The form-of-exploitation table does not add up to the totals, so no share across the two is offered. The rows of
    persons prosecuted, convicted or suspected are left out: they count other people.
    """
    builder = Builder(source="unodc")
    for row in _records(path):
        if row["Indicator"] == VICTIMS:
            builder.add(_count(row["txtVALUE"]), **_keys(row))
    if not builder.cells:
        raise UnreadableSource(f"{path.name} holds no row of {VICTIMS!r}.")
    return builder.frame(f"{CITATION} (file of {_published(path)})", _caveats(builder), adds_up={MERGED_FORM})


def _records(path: Path) -> Iterator[dict[str, str]]:
    names: dict[str, str] = {}
    for number, row in enumerate(rows(path), start=1):
        if number < HEADER_ROW:
            continue
        if number == HEADER_ROW:
            names = dict(row.items())
            if tuple(names.values()) != HEADER:
                raise UnreadableSource(
                    f"{path.name}: row {HEADER_ROW} is not the header of UNODC's workbook."
                )
        elif row:
            yield {name: row.get(column, "").strip() for column, name in names.items()}


def _keys(row: dict[str, str]) -> dict[str, str]:
    table = TABLES.get(row["Dimension"])
    sex, age = SEXES.get(row["Sex"]), AGES.get(row["Age"])
    if table is None or sex is None or age is None:
        odd = row["Dimension"], row["Sex"], row["Age"]
        raise UnreadableSource(f"The workbook holds a breakdown that is not known: {odd}.")
    if not re.fullmatch(r"\d{4}", row["Year"]):
        raise UnreadableSource(f"{row['Year']!r} is not a year.")
    code = row["Iso3_code"]
    country = row["Country"] or f"{code}{POOLED_NAME if code in POOLED else ' (no country named)'}"
    keys = {"iso3": row["Iso3_code"], "country": country, "region": row["Region"] or "not stated",
            "year": row["Year"], "table": table, "sex": sex, "age": age}  # fmt: skip
    breakdown = {"form": "form", "origin": "origin", "repatriation": "origin"}.get(table)
    return keys | ({breakdown: row["Category"]} if breakdown else {})


def _count(text: str) -> Interval:
    if text == "<5":
        return SMALL
    if not COUNT.fullmatch(text):
        raise UnreadableSource(f"{text!r} is neither a count nor '<5'.")
    number = int(text.replace(",", ""))
    return Interval(number, number)


def _published(path: Path) -> str:
    return next(iter(list(_first(path, 2))[1].values()), "an unknown date")


def _first(path: Path, number: int) -> Iterator[dict[str, str]]:
    for row, _ in zip(rows(path), range(number), strict=False):
        yield row


def _caveats(builder: Builder) -> tuple[str, ...]:
    small = sum(count == SMALL for counts in builder.cells.values() for count in counts)
    share = round(100 * small / sum(map(len, builder.cells.values())))
    return (
        "Detected victims only: the figure measures what authorities found and reported, not how many there are.",
        f"{share} % of all cells are published as '<5'; they are read as 1 for the low and as 4 for the high figure.",
        "Countries that UNODC pooled to protect people are counted; they are pooled countries, not totals.",
    )
