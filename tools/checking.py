"""`dev.py check`: what a review would ask for before it reads a line. Each failure says what to do next."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SHOWN_LINES = 30
# Type checking reads Django's settings, which want an environment; nothing is connected to.
SETTINGS = {"AMPARO_DOOR": "migrate", "AMPARO_DATABASE_URL": "postgresql:///nowhere"}
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import documents  # noqa: E402
import locking  # noqa: E402
import sizes  # noqa: E402


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[], tuple[bool, str]]
    way_out: str


def command(*words: str) -> Callable[[], tuple[bool, str]]:
    def run() -> tuple[bool, str]:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**os.environ, **SETTINGS},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode == 0, (done.stdout + done.stderr).strip()

    return run


def listed(faults: Callable[[], list[str]]) -> Callable[[], tuple[bool, str]]:
    def run() -> tuple[bool, str]:
        found = faults()
        return not found, "\n".join(found)

    return run


def checks() -> list[Check]:
    python = sys.executable
    found = [
        Check("lint", command("ruff", "check", "--quiet", "."), "python3 dev.py fix mends most of it"),
        Check("format", command("ruff", "format", "--check", "--quiet", "."), "python3 dev.py fix"),
        Check(
            "layers",
            command("lint-imports", "--no-cache"),
            "import downwards only; upward needs use a registry",
        ),
        Check(
            "types",
            command("mypy", "src", "--no-error-summary"),
            "annotate, or narrow the type where it is made",
        ),
        Check(
            "architecture",
            command(python, "-m", "pytest", "-q", "tests/architecture"),
            "each message says what to do",
        ),
        Check("locks", listed(locking.faults), "python3 dev.py lock"),
        Check("documents", listed(documents.faults), "mend the link or the name of the command"),
    ]
    if find_spec("amparo.web.catalogues"):
        words = (python, "-m", "amparo.web.catalogues", "check")
        found.append(
            Check("translations", command(*words), f"{Path(python).name} -m amparo.web.catalogues extract")
        )
    return found


def main() -> int:
    failed = 0
    for check in checks():
        began = time.monotonic()
        fine, said = check.run()
        print(f"{'ok  ' if fine else 'FAIL'}  {check.name}  ({time.monotonic() - began:.1f} s)", flush=True)
        if not fine:
            failed += 1
            lines = said.splitlines()
            print("\n".join("      " + line for line in lines[:SHOWN_LINES]))
            if len(lines) > SHOWN_LINES:
                print(f"      ... and {len(lines) - SHOWN_LINES} lines more")
            print(f"      -> {check.way_out}")
    large = list(sizes.too_large())
    print(f"\nsizes, as guidance: {len(large)} to argue about in review")
    for line in large:
        print("  " + line)
    print(f"\n{len(checks()) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
