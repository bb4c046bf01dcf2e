"""The command `tally`: figures from files, as a text that can be read out or as JSON."""

from __future__ import annotations

import argparse
import json
import os
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
    _add_mse(commands)
    given = parser.parse_args(arguments)
    # Our matrices are small: more threads would only wait for each other. Read when numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code: int = given.run(given)
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"tally needs numpy and scipy ({error}). In a checkout, `python3 dev.py test` installs them.\n"
        )
        return 1
    except (TallyError, OSError, ValueError) as error:
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


def _add_mse(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    it = commands.add_parser("mse", help="how many are hidden, from several lists")
    it.add_argument("table", type=Path, help="CSV: one column of 0 and 1 per list, and a last one of persons")
    it.add_argument(
        "--methods", help="some of stepwise,bic,downhill,decomposable,hierarchical,latent; default: all"
    )
    it.add_argument("--replicates", type=int, default=1000, help="of each bootstrap; 0 gives points only")
    it.add_argument("--seed", type=int, help="for a result that can be repeated")
    it.add_argument("--population", type=int, help="inhabitants, for rates per 100,000")
    it.add_argument("--forest", type=Path, help="write a picture of all methods (SVG)")
    it.add_argument(
        "--overlap", type=Path, help="write a picture of the overlaps (SVG); it holds small numbers"
    )
    it.add_argument("--json", action="store_true", help="plain data instead of text")
    it.set_defaults(run=_mse)


def _mse(given: argparse.Namespace) -> int:
    from tally.mse import METHODS, plots, read_table, report
    from tally.progress import bar

    if given.replicates < 0:
        raise ValueError("--replicates is 0 or more.")
    table = read_table(given.table)
    methods = given.methods.split(",") if given.methods else METHODS
    answer = report(table, methods, replicates=given.replicates, seed=given.seed,
                    population=given.population, progress=bar)  # fmt: skip
    sys.stdout.write((json.dumps(answer.as_json(), indent=1) if given.json else answer.as_text()) + "\n")
    if given.overlap:
        given.overlap.write_text(plots.overlap(table), encoding="utf-8")
    if given.forest and answer.methods:
        given.forest.write_text(plots.forest(answer), encoding="utf-8")
    return 0 if answer.methods else 1
