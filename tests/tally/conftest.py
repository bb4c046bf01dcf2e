"""What several files of tests read once."""

from __future__ import annotations

import pytest

from tally.detected import read_unodc
from tests.tally.places import table


@pytest.fixture(scope="session")
def unodc():
    """UNODC's real workbook."""
    return read_unodc(table("detected/data_glotip_2023-05-30.xlsx"))
