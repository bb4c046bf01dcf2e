"""The cells of an .xlsx file by the standard library alone: a reader of two hundred cells' worth of XML is all we need.

Not a spreadsheet library: formulas are not evaluated, dates are not converted, styles are ignored.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tally.errors import UnreadableSource

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LARGEST_PART_BYTES = 1 << 30
STRINGS = "xl/sharedStrings.xml"


def rows(path: Path, sheet: str = "xl/worksheets/sheet1.xml") -> Iterator[dict[str, str]]:
    """Each row of a sheet as {column letter: text}; empty cells are absent.

    Raises
    ------
    UnreadableSource
        If the file is no workbook, declares XML entities, or unpacks to more than 1 GiB.
    """
    try:
        with zipfile.ZipFile(path) as book:
            _refuse_bombs(book, path)
            shared = _shared_strings(book)
            with book.open(sheet) as part:
                for _, element in ElementTree.iterparse(part):  # noqa: S314 - entities were refused above
                    if element.tag == f"{MAIN}row":
                        yield {
                            _column(cell): text
                            for cell in element
                            if (text := _text(cell, shared)) is not None
                        }
                        element.clear()
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, IndexError, ValueError) as error:
        raise UnreadableSource(f"{path.name} is not a readable .xlsx workbook ({error}).") from error


def _refuse_bombs(book: zipfile.ZipFile, path: Path) -> None:
    if any(part.file_size > LARGEST_PART_BYTES for part in book.infolist()):
        raise UnreadableSource(f"{path.name} unpacks to more than 1 GiB; split it first.")
    for part in book.infolist():
        if part.filename.endswith(".xml"):
            with book.open(part) as file:
                if b"<!DOCTYPE" in file.read(4096):
                    raise UnreadableSource(f"{path.name} declares XML entities, which no workbook needs.")


def _shared_strings(book: zipfile.ZipFile) -> list[str]:
    if STRINGS not in book.namelist():
        return []
    items = ElementTree.fromstring(book.read(STRINGS))  # noqa: S314 - entities were refused above
    return ["".join(text.text or "" for text in item.iter(f"{MAIN}t")) for item in items]


def _column(cell: Element) -> str:
    return cell.get("r", "").rstrip("0123456789")


def _text(cell: Element, shared: list[str]) -> str | None:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
    value = cell.find(f"{MAIN}v")
    if value is None or value.text is None:
        return None
    return shared[int(value.text)] if cell.get("t") == "s" else value.text
