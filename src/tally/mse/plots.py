"""Two pictures as SVG text: what each method says, and how the lists overlap. The caller puts a table beside them."""

from __future__ import annotations

import math
from html import escape

from tally.mse.reporting import Report
from tally.mse.table import Table

LEFT, WIDTH, LINE, RIGHT = 220, 680, 34, 30


def forest(report: Report) -> str:
    """Estimates and intervals of all methods on one axis of equal ratios, as SVG.

    Raises
    ------
    ValueError
        If no method gave an estimate.
    """
    if report.span is None:
        raise ValueError("No method gave an estimate, so there is nothing to draw.")
    ends = [
        value
        for m in report.methods
        for value in (m.estimate, m.low, m.high)
        if value and math.isfinite(value)
    ]
    ticks = _ticks(min(ends), max(ends))
    low, high = math.log(ticks[0]), math.log(ticks[-1])

    def x(value: float) -> float:
        return LEFT + (math.log(min(value, ticks[-1])) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    height = LINE * (len(report.methods) + 2)
    parts = [f'<line x1="{x(t):.1f}" y1="10" x2="{x(t):.1f}" y2="{height - LINE}" stroke="#ccc"/>'
             f'<text x="{x(t):.1f}" y="{height - 12}" text-anchor="middle">{t:,.0f}</text>' for t in ticks]  # fmt: skip
    for row, method in enumerate(report.methods):
        y = LINE * (row + 1)
        parts.append(f'<text x="{LEFT - 12}" y="{y + 5}" text-anchor="end">{escape(method.name)}</text>')
        if method.low is not None and method.high is not None:
            parts.append(
                f'<line x1="{x(method.low):.1f}" y1="{y}" x2="{x(method.high):.1f}" y2="{y}" stroke="#333"/>'
            )
        parts.append(f'<circle cx="{x(method.estimate or 1):.1f}" cy="{y}" r="5"/>')
    return _svg(WIDTH, height, f"Estimates for {report.table} by method", parts)


def _ticks(low: float, high: float) -> list[float]:
    """One, two or five times powers of ten, around all values."""
    marks = [m * 10.0**power for power in range(16) for m in (1, 2, 5)]
    first = max(place for place, mark in enumerate(marks) if mark <= max(low, 1))
    last = min(place for place, mark in enumerate(marks) if mark >= high)
    return marks[first : max(last, first + 1) + 1]


def overlap(table: Table) -> str:
    """Persons on each pair of lists as a shaded square with its number, as SVG.

    Raises nothing; show it only inside the house: it holds numbers below any threshold.
    """
    size, counts = 70, table.overlaps()
    largest = max(int(counts.max()), 1)
    parts = []
    for row, name in enumerate(table.lists):
        y = 60 + row * size
        parts.append(f'<text x="90" y="{y + size / 2 + 5}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<text x="{100 + row * size + size / 2}" y="45" text-anchor="middle">{escape(name)}</text>'
        )
        for column in range(len(table.lists)):
            x, number = 100 + column * size, int(counts[row, column])
            shade = 0.05 + 0.6 * math.log1p(number) / math.log1p(largest)
            middle = f'x="{x + size / 2}" y="{y + size / 2 + 5}" text-anchor="middle"'
            square = f'x="{x}" y="{y}" width="{size}" height="{size}" fill-opacity="{shade:.2f}"'
            parts.append(f"<rect {square}/><text {middle}>{number:,}</text>")
    side = 120 + size * len(table.lists)
    return _svg(side, side - 40, f"People on each pair of lists of {table.name}", parts)


def _svg(width: float, height: float, title: str, parts: list[str]) -> str:
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'font-family="sans-serif" font-size="14"><title>{escape(title)}</title>')  # fmt: skip
    return head + "".join(parts) + "</svg>\n"
