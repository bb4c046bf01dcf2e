"""Our own small set of icons: strokes of 2 px on a 24 px grid, drawn in the text's colour."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

PATHS = {
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21.500h4",
    "back": "M15 5l-7 7 7 7",
    "next": "M9 5l7 7-7 7",
    "check": "M5 12.500l4.500 4.500L19 7.500",
    "clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.500V12l3 2",
    "search": "M10.500 4a6.500 6.500 0 1 1 0 13 6.500 6.500 0 0 1 0-13zM15.500 15.500L20 20",
    "lock": "M6 11h12v9.500H6zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11",
    "eye": "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z"
    "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
    "print": "M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z",
    "plus": "M12 5v14M5 12h14",
    "warning": "M12 3.500L22 20H2zM12 10v4.500M12 17.200v.3",
    "info": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.500M12 7.500v.3",
    "phone": "M6 3.500h4l1.500 5-2.500 2a12 12 0 0 0 4.500 4.500l2-2.500 5 1.500v4"
    "a2.500 2.500 0 0 1-2.500 2.500A15.500 15.500 0 0 1 3.500 6 2.500 2.500 0 0 1 6 3.500z",
    "person": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.500 21a7.500 7.500 0 0 1 15 0",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4",
    "key": "M8 11a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM11 12.500L20 3.500M16.500 7l2.500 2.500",
    "leave": "M14 4H5v16h9M10.500 12H21M17 8l4 4-4 4",
}
# Arrows point the way the reader reads; clocks, phones and keys do not turn.
MIRRORED = {"back", "next", "leave"}


def icon(name: str) -> SafeString:
    mirrored = " icon-mirrored" if name in MIRRORED else ""
    return mark_safe(  # noqa: S308 - both values come from the table above, never from a person
        f'<svg class="icon{mirrored}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{PATHS[name]}"/></svg>'
    )
