"""`dev.py test`: the suite in groups, each its own pytest run, with one account at the end.

Without --all: the core suite. With --all also browser, attack, crash, newcomer, and the core suite again on
the second PostgreSQL. With --landing, what CI runs: core on both and the journeys. With either, and always in CI,
a group in which nothing ran or something was skipped fails: a test that was not run proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKERS = ("browser", "attack", "crash", "newcomer", "postgres15")
CORE = " and ".join(f"not {marker}" for marker in MARKERS)
SECOND_POSTGRESQL = Path("/usr/lib/postgresql/15/bin")


@dataclass
class Group:
    name: str
    expression: str
    folder: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 0
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)

    @property
    def ran(self) -> int:
        return self.passed + self.failed

    def faults(self, strict: bool) -> list[str]:
        found = []
        if self.code not in (0, 5) or self.failed:
            found.append(f"{self.name}: failed")
        elif self.ran == 0:
            found.append(f"{self.name}: no test ran" if strict else "")
        if strict and self.skipped:
            found.append(f"{self.name}: {len(self.skipped)} skipped, for instance {self.skipped[0]}")
        return [fault for fault in found if fault]


def groups(everything: bool) -> list[Group]:
    if not everything:
        return [Group("core", CORE)]
    second = {"PG_BINDIR": str(SECOND_POSTGRESQL)}
    return [
        Group("core", CORE),
        Group("browser", "browser"),
        Group("attack", "attack"),
        Group("crash", "crash"),
        Group("newcomer", "newcomer"),
        Group("PostgreSQL 15", f"({CORE}) or postgres15", environment=second),
    ]


def landing() -> list[Group]:
    """What every change passes before it lands: minutes, not an hour. The long suites are in --all."""
    core, *_, second = groups(everything=True)
    return [core, Group("journeys", "browser", "tests/journeys"), second]


def missing_tools() -> list[str]:
    wanted = {"chromium": "browser tests", "debootstrap": "newcomer tests"}
    lacking = [f"{name} ({what})" for name, what in wanted.items() if not shutil.which(name)]
    if not (SECOND_POSTGRESQL / "initdb").exists():
        lacking.append("postgresql (the second database)")
    return lacking


def run(group: Group, more: Iterable[str]) -> None:
    print(f"\n== {group.name} ==", flush=True)
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-m", group.expression, f"--junit-xml={report}", *more]
        command += [group.folder] if group.folder else []
        began = time.monotonic()
        group.code = subprocess.run(command, cwd=ROOT, env={**os.environ, **group.environment}).returncode
        group.seconds = time.monotonic() - began
        if report.exists():
            count(group, report)


def count(group: Group, report: Path) -> None:
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        outcome = {child.tag for child in case}
        if outcome & {"failure", "error"}:
            group.failed += 1
        elif "skipped" in outcome:
            group.skipped.append(f"{case.get('classname')}.{case.get('name')}")
        else:
            group.passed += 1


def account(done: list[Group], strict: bool) -> int:
    print("\ngroup            passed  failed  skipped  seconds")
    for group in done:
        numbers = f"{group.passed:6}  {group.failed:6}  {len(group.skipped):7}  {group.seconds:7.1f}"
        print(f"{group.name:15}  {numbers}")
    faults = [fault for group in done for fault in group.faults(strict)]
    for fault in faults:
        print(f"FAIL  {fault}")
    skipped = sum(len(group.skipped) for group in done)
    totals = f"{sum(g.passed for g in done)} passed, {sum(g.failed for g in done)} failed, {skipped} skipped"
    print(f"\n{totals}")
    return 1 if faults else 0


def main(given: list[str]) -> int:
    everything, lands = "--all" in given, "--landing" in given
    more = [word for word in given if word not in ("--all", "--landing")]
    strict = everything or os.environ.get("CI") == "true"
    if everything and missing_tools():
        print("test --all needs more on this machine: " + "; ".join(missing_tools()))
        print("On Debian `bash .ci/run` installs it (as root) and then runs the same tests.")
        return 1
    if "-m" in more or any("::" in word or word.endswith(".py") for word in more):
        # Someone names what to run: then that is what runs.
        return subprocess.run([sys.executable, "-m", "pytest", *more], cwd=ROOT).returncode
    done = landing() if lands else groups(everything)
    for group in done:
        run(group, more)
    return account(done, strict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
