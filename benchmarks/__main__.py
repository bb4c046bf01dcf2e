"""`dev.py bench [ground] [cases] [mse] [release]`: all of them, or the ones named; fails when one misses a bar.

Options go to the one that knows them: `cases --rows=1000000`, `mse --study`.
"""

from __future__ import annotations

import importlib
import sys

NAMES = ("ground", "cases", "mse", "release")
WITH_OPTIONS = ("cases", "mse")


def main(given: list[str]) -> int:
    options = [word for word in given if word.startswith("-")]
    wanted = [word for word in given if not word.startswith("-")] or list(NAMES)
    unknown = set(wanted) - set(NAMES)
    if unknown:
        print(f"{', '.join(sorted(unknown))}: the benchmarks are {', '.join(NAMES)}.")
        return 2
    failed = 0
    for name in wanted:
        print(f"\n== {name} ==", flush=True)
        it = importlib.import_module(f"benchmarks.{name}")
        failed += it.main(options) if name in WITH_OPTIONS else it.main()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
