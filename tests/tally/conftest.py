"""What several files of tests read once."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices; read when numpy is first imported

from tally.detected import read_unodc
from tests.tally.places import table


@pytest.fixture(scope="session")
def unodc():
    """UNODC's real workbook."""
    return read_unodc(table("detected/data_glotip_2023-05-30.xlsx"))
