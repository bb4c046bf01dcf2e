"""What can go wrong at start, said in one line with a way out."""

from __future__ import annotations

import errno


class StartProblem(Exception):
    """Something a person can put right: the text names what is wrong and what to do; no traceback follows."""

    def __init__(self, what: str, way_out: str = "") -> None:
        super().__init__(("\n" if "\n" in what else " ").join(filter(None, [what.strip(), way_out])))
        self.what = what
        self.way_out = way_out


DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}


def disk_full(place: object) -> StartProblem:
    return StartProblem(
        f"The disk that holds {place} is full.",
        "Free some space there, or name a folder on another disk with --data-dir.",
    )


def is_disk_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS
