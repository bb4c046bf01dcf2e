"""Where the real tables are: beside the project, never in it (their terms do not allow it)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def table(name: str) -> Path:
    """A real table. Absent: the test is skipped aloud on a bare machine, and fails in CI, which must have it."""
    path = DATA / name
    if not path.exists():
        said = f"{name} is not there: put the public tables into {DATA} (see docs/how-to/get-the-public-tables.md)"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return path
