"""Passwords of the database's logins, in one guarded file."""

from __future__ import annotations

import json
import secrets
import stat
from pathlib import Path

from amparo.runtime.folders import write_private
from amparo.runtime.problems import StartProblem
from amparo.runtime.provision import LOGINS


def read_or_make(path: Path) -> dict[str, str]:
    if not path.exists():
        write_private(
            path, json.dumps({login: secrets.token_urlsafe(24) for login in LOGINS}, indent=1) + "\n"
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StartProblem(f"Others may read {path}.", f"Run: chmod 600 {path}")
    try:
        found = json.loads(path.read_text())
        missing = [login for login in LOGINS if not isinstance(found[login], str) or len(found[login]) < 12]
    except (ValueError, KeyError, TypeError):
        missing = list(LOGINS)
    if missing:
        raise StartProblem(
            f"{path} lacks a password of at least 12 characters for {', '.join(missing)}.",
            "Remove the file to have one made.",
        )
    return {login: found[login] for login in LOGINS}
