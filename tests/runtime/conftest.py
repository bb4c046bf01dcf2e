from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def open_place():
    """A folder that the database server's own user may pass through, as pytest's own folders are not."""
    place = Path(tempfile.mkdtemp(prefix="amparo-test-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)
