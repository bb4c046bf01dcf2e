"""Small workbooks with one trap each."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from tally.detected.unodc import HEADER

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write(path: Path, rows: list[list[str]], head: str = '<?xml version="1.0"?>') -> Path:
    """A workbook of inline text."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for place, text in enumerate(row)
            if text
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    sheet = f'{head}<worksheet xmlns="{NAMESPACE}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def victims(sex: str, age: str, count: str, **other: str) -> list[str]:
    """One row of the published kind."""
    row = {"Iso3_code": "XXA", "Country": "Alderia", "Region": "Europe", "Indicator": "Detected trafficking victims",
           "Dimension": "Total", "Category": "Total", "Sex": sex, "Age": age, "Year": "2020",
           "Unit of measurement": "Counts", "txtVALUE": count, "Source": "GLOTIP"} | other  # fmt: skip
    return [row.get(name, "") for name in HEADER]


def published(path: Path, rows: list[list[str]], **more: str) -> Path:
    return write(path, [["UNODC"], ["30/05/2023"], list(HEADER), *rows], **more)
