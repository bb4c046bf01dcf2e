"""The command `tally`: figures from files, as a text that can be read out or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tally.errors import TallyError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 = answered, 1 = refused, and the reason stands on the error stream."""
    parser = argparse.ArgumentParser(
        prog="tally", description="Numbers about trafficking that say what they are."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_detected(commands)
    given = parser.parse_args(arguments)
    try:
        code: int = given.run(given)
    except (TallyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return code


def _add_detected(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    it = commands.add_parser("detected", help="shares of detected victims by age and sex")
    it.add_argument("file", type=Path, help="UNODC's workbook (.xlsx)")
    it.add_argument("--year", type=int, required=True)
    it.add_argument("--json", action="store_true", help="plain data instead of text")
    it.set_defaults(run=_detected)


def _detected(given: argparse.Namespace) -> int:
    from tally.detected import read_unodc, shares

    answer = shares(read_unodc(given.file), given.year)
    sys.stdout.write((json.dumps(answer.as_json(), indent=1) if given.json else answer.as_text()) + "\n")
    return 0
