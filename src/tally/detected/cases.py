"""Frames from rows that are persons: CTDC's tables, HTCDS rows, Amparo's own extract."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tally.detected.frame import ADULT, CHILD, FEMALE, MALE, OTHER, UNKNOWN, Builder, Frame, Interval
from tally.errors import UnreadableSource

ONE = Interval(1, 1)
NO_TOTAL = "Each row is a person whom a contributing organisation met: no sample, and no national count."


@dataclass(frozen=True)
class Reading:
    """How one kind of row is read: which column holds what, and what its values mean.

    `sexes` and `ages` map a value to ours; a value that is in neither raises. `splits` are columns of several values
    in one cell, joined by `;`: the person is counted once, under the whole cell.
    """

    source: str
    citation: str
    sex: tuple[str, Mapping[str, str]]
    age: tuple[str, Mapping[str, str]]
    year: str = ""
    iso3: str = ""
    origin: str = ""
    form: str = ""
    caveats: tuple[str, ...] = (NO_TOTAL,)


CTDC_AGES = {"Age 0-8": CHILD, "Age 9-17": CHILD} | dict.fromkeys(
    ["Age 18-20", "Age 21-23", "Age 24-26", "Age 27-29", "Age 30-38", "Age 39-47", "Age 48+"], ADULT
)
CTDC_CITATION = "Counter-Trafficking Data Collaborative (CTDC), ctdatacollaborative.org"
SEXES = {
    "Female": FEMALE,
    "Male": MALE,
    "Trans/Transgender/NonConforming": OTHER,
    "": UNKNOWN,
    "-99": UNKNOWN,
}
#: CTDC's k-anonymised file as recoded to ten categories.
CTDC_K = Reading(
    "ctdc-k", CTDC_CITATION, ("gender", SEXES), ("ageCategories", CTDC_AGES | {"": UNKNOWN, "-99": UNKNOWN}),
    year="yearOfRegistration", origin="citizenship", form="ExploitType",
    caveats=(NO_TOTAL, "k-anonymised: rows of rare combinations were taken out before publication."),
)  # fmt: skip
#: CTDC's Global Victim-Perpetrator Synthetic Dataset: no row is a person.
CTDC_SYNTHETIC = Reading(
    "ctdc-vp", CTDC_CITATION, ("gender", SEXES),
    ("majorityStatus", {"Minor": CHILD, "Adult": ADULT, "": UNKNOWN}),
    year="yearRegister", origin="UN_COO_Region",
    caveats=(NO_TOTAL, "Synthetic rows: counts carry the noise of a differentially private release."),
)  # fmt: skip
HTCDS_SEXES = {"Feminine": FEMALE, "Masculine": MALE, "TransgenderFeminine": OTHER, "TransgenderMasculine": OTHER,
               "NonConforming": OTHER, "NonSpecifiedUnknown": UNKNOWN, "": UNKNOWN}  # fmt: skip
ADULT_FROM = 18


def read_persons(path: Path, reading: Reading) -> Frame:
    """Read a CSV of one row per person into the tidy frame.

    Parameters
    ----------
    path
        The file, in UTF-8.
    reading
        `CTDC_K`, `CTDC_SYNTHETIC`, or one of your own.

    Returns
    -------
    Frame
        `table` is `person`; every count is certain.

    Raises
    ------
    UnreadableSource
        If a column is absent or a sex or age is not one of those known.

    Notes
    -----
    Assumes one row per person: a file of events or of services counts people several times. Not a sample of victims.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return from_persons(csv.DictReader(file), reading)


def from_persons(rows: Iterable[Mapping[str, str]], reading: Reading) -> Frame:
    """The tidy frame of rows that are persons.

    Parameters
    ----------
    rows
        Mappings from column to text, one per person.
    reading
        What their columns and values mean.

    Returns
    -------
    Frame
        `table` is `person`; every count is certain.

    Raises
    ------
    UnreadableSource
        If a column is absent or a sex or age is not one of those known.

    Notes
    -----
    As `read_persons`, which reads a file.
    """
    counted: dict[tuple[tuple[str, str], ...], int] = {}
    for row in rows:
        keys = tuple(_keys(row, reading))
        counted[keys] = counted.get(keys, 0) + 1
    builder = Builder(reading.source)
    for keys, number in counted.items():
        builder.add(Interval(number, number), table="person", **dict(keys))
    return builder.frame(reading.citation, reading.caveats)


def _keys(row: Mapping[str, str], reading: Reading) -> Iterator[tuple[str, str]]:
    for name, (column, meaning) in (("sex", reading.sex), ("age", reading.age)):
        value = _cell(row, column)
        if value not in meaning:
            raise UnreadableSource(f"{column} {value!r} is not known; say what it means before counting it.")
        yield name, meaning[value]
    for name in ("year", "iso3", "origin", "form"):
        column = getattr(reading, name)
        if column:
            yield name, _cell(row, column) or UNKNOWN


def _cell(row: Mapping[str, str], column: str) -> str:
    if column not in row:
        raise UnreadableSource(f"There is no column {column}.")
    return (row[column] or "").strip()


def from_htcds(rows: Iterable[Mapping[str, str]], year: int, source: str) -> Frame:
    """The tidy frame of HTCDS 2.0 rows of one year: only those of presumed or actual victims.

    Parameters
    ----------
    rows
        Mappings with `prs_Gender`, `vic_AgeWhenTrafficked`, `vic_TraffickingStatus`, and if recorded `prs_Citizenship`
        and `vic_TypeOfExploitation`.
    year
        The year that these rows are about: HTCDS has no field for it.
    source
        How the rows ask to be cited.

    Returns
    -------
    Frame
        `table` is `person`.

    Raises
    ------
    UnreadableSource
        If a column is absent, a status or gender is not of the standard, or an age is not a whole number.

    Notes
    -----
    The age is that when trafficked, as UNODC counts children. Amparo's own extract has this form.
    """
    ages = {str(age): CHILD if age < ADULT_FROM else ADULT for age in range(121)} | {"": UNKNOWN}
    reading = Reading("htcds", source, ("prs_Gender", HTCDS_SEXES), ("vic_AgeWhenTrafficked", ages), year="year",
                      origin="prs_Citizenship", form="vic_TypeOfExploitation")  # fmt: skip
    return from_persons(_victims(rows, year), reading)


VICTIMS = ("PossibleVictimOfTrafficking", "ActualVictimOfTrafficking")
OTHERS = ("NotAVictimOfTrafficking", "")


def _victims(rows: Iterable[Mapping[str, str]], year: int) -> Iterator[Mapping[str, str]]:
    for row in rows:
        status = _cell(row, "vic_TraffickingStatus")
        if status not in VICTIMS + OTHERS:
            raise UnreadableSource(f"vic_TraffickingStatus {status!r} is not of the standard.")
        if status in VICTIMS:
            optional = {"prs_Citizenship": "", "vic_TypeOfExploitation": ""}
            yield {**optional, **row, "year": str(year)}
