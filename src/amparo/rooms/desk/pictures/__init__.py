"""Turns an uploaded file into a picture that is safe to show, or says why it cannot.

Only pixels survive: they are decoded in a bounded process and written into a new file, so that positions,
makers, comments and anything hidden behind the picture's end stay in the sealed original.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

MAX_BYTES = 10 * 2**20
WALL_SECONDS = 20
DECODER = Path(__file__).with_name("decoder.py")

MESSAGES = {
    "empty": _("The file is empty. Choose it again, or take the picture again."),
    "too_large": _("The file is larger than 10 MB. Send the picture in a smaller size."),
    "not_a_picture": _(
        "This file is not a JPEG, PNG, WebP or GIF picture. Take a photo or a screenshot of it instead."
    ),
    "document": _(
        "A document cannot be shown safely here. Take a photo or a screenshot of each page and upload those."
    ),
    "mixed": _(
        "The file is a picture and something else at once. Open it, take a screenshot of it and upload that."
    ),
    "too_many_pixels": _("The picture has too many pixels. Send it in a smaller size, or as a screenshot."),
    "damaged": _("The picture is damaged or incomplete. Take it again, or take a screenshot of it."),
}


class PictureRefused(ValueError):
    """The file cannot be shown safely. The text says what the person can do instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


@dataclass(frozen=True)
class SafePicture:
    """Freshly written pixels. `kind` is image/jpeg or image/png."""

    kind: str
    width: int
    height: int
    was: str
    data: bytes


def reencode(data: bytes) -> SafePicture:
    """The picture without anything but its pixels, or PictureRefused. Takes seconds: not in a transaction."""
    _look_at(data)
    # -I: neither the environment nor the working folder can bring code of its own into the process
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(DECODER)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            cwd="/",
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PictureRefused("too_many_pixels") from None
    if done.returncode != 0:  # killed by a limit or by its own fault
        raise PictureRefused("damaged")
    head, _newline, body = done.stdout.partition(b"\n")
    found = json.loads(head)
    if "refused" in found:
        raise PictureRefused(found["refused"])
    return SafePicture(**found, data=body)


def _look_at(data: bytes) -> None:
    """What can be told from the bytes alone, before any decoder sees them."""
    if not data:
        raise PictureRefused("empty")
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_large")
    if not _is_picture(data):
        raise PictureRefused("document" if _is_document(data) else "not_a_picture")
    if _is_also_something_else(data):
        raise PictureRefused("mixed")


def _is_picture(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))


def _is_document(data: bytes) -> bool:
    head = data[:1024].lstrip().lower()
    office = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return b"%pdf-" in head or data.startswith(office) or head.startswith((b"<", b"\xef\xbb\xbf<", b"{\\rtf"))


def _is_also_something_else(data: bytes) -> bool:
    """Readers of PDF and archives search for their own marks, wherever a file begins."""
    return b"%PDF-" in data[:1024] or b"PK\x05\x06" in data[-65_557:] or b"7z\xbc\xaf\x27\x1c" in data
