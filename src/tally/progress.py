"""How far a long computation is, for somebody who watches a terminal."""

from __future__ import annotations

import sys

WIDTH = 30


def bar(what: str, done: int, wanted: int) -> None:
    """Draw a bar on the error stream, and nothing where nobody watches."""
    if not sys.stderr.isatty():
        return
    filled = WIDTH * done // max(wanted, 1)
    end = "\n" if done >= wanted else ""
    sys.stderr.write(f"\r{what:14} [{'=' * filled}{' ' * (WIDTH - filled)}] {done:,} of {wanted:,}{end}")
    sys.stderr.flush()
