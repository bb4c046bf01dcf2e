"""Write requirements/*.txt anew from the .in files: every hash, and no registry's address."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
OLDEST_PYTHON = "3.11"


def lock(uv: str, group: str, more: list[str]) -> None:
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON,
               "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url",
               f"requirements/{group}.in", "-o", f"requirements/{group}.txt"]  # fmt: skip
    subprocess.run([*command, *more], cwd=ROOT, check=True)


def faults() -> list[str]:
    """What is wrong with the lock files as they stand."""
    found = []
    for path in sorted(FOLDER.iterdir()):
        text = path.read_text()
        if "://" in text or "index-url" in text or "find-links" in text:
            found.append(
                f"{path.name} names an address; run `python3 dev.py lock` without one in the .in file"
            )
        if path.suffix == ".txt" and text.count("==") > text.count(" \\\n    --hash=sha256:"):
            found.append(f"{path.name} has a line without a hash; run `python3 dev.py lock`")
    return found + drifts()


def drifts() -> list[str]:
    """Requirements that stand in only one of pyproject.toml (with their reasons) and the .in file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = {"core": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    declared |= project["project"].get("optional-dependencies", {})
    found = []
    for group, wanted in declared.items():
        lines = (FOLDER / f"{group}.in").read_text().splitlines()
        listed = {line.strip() for line in lines if line.strip() and not line.startswith(("#", "-r"))}
        for line in sorted(listed ^ set(wanted)):
            found.append(f"{line} stands in only one of pyproject.toml and requirements/{group}.in")
    return found


def main(uv: str, more: list[str]) -> int:
    for group in ("uv", "core", "tally", "dev"):
        lock(uv, group, more)
        print(f"requirements/{group}.txt written")
    wrong = faults()
    print("\n".join(wrong) or "No address in any of them; every line has its hashes.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
