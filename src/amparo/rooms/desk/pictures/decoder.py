"""Runs alone, in a process of its own: reads one picture from stdin, writes its pixels anew to stdout.

Decoders are where hostile files strike, so nothing of the platform is in reach here: no settings, no sockets,
no files to write, a fixed amount of memory and seconds. Whatever happens, the caller sees either a clean
picture or the end of a process. Imports only the standard library and Pillow.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

# Address space. The worst pictures under the caps below stay under it (tests/test_pictures.py measures).
MEMORY_BYTES = 298_000_000
CPU_SECONDS = 10
# A 48-megapixel telephone passes as JPEG, which libjpeg can decode at a fraction of its size.
MAX_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 16_000_000, "GIF": 16_000_000, "WEBP": 12_000_000}
MAX_SIDE = 20_000
VIEW_SIDE = 2_000
MAX_PNG_BYTES = 2 * 2**20
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class Unsafe(Exception):
    """Carries the code of the reason; the caller owns the words."""


def bound() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def view_of(data: bytes) -> tuple[dict[str, object], bytes]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
    warnings.simplefilter("ignore")  # cameras write odd notes; a bomb is told apart below
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = picture.size
    if width * height > MAX_PIXELS[str(picture.format)] or max(width, height) > MAX_SIDE:
        raise Unsafe("too_many_pixels")
    picture.draft("RGB", (VIEW_SIDE, VIEW_SIDE))  # JPEG only: decode no more than will be shown
    picture.seek(0)
    picture.load()
    plain = _plain(picture)
    plain.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.LANCZOS)
    turned = _turned(plain)
    fresh = Image.new(turned.mode, turned.size)
    fresh.paste(turned)
    kind, shown = _written(fresh, str(picture.format))
    return {"kind": kind, "width": fresh.width, "height": fresh.height, "was": str(picture.format)}, shown


def _plain(picture: Image) -> Image:
    """RGB, or RGBA where something shows through."""
    if picture.mode.startswith("I"):  # 16 bits a channel: keep the upper eight
        picture = picture.point(lambda value: value / 256).convert("L")
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    mode = "RGBA" if see_through else "RGB"
    return (
        picture if picture.mode == mode else picture.convert(mode)
    )  # a needless copy is a third of the memory


def _turned(plain: Image) -> Image:
    """The camera's note of which side is up goes with the metadata, so the pixels are turned instead."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(plain)
    except Exception:  # a damaged note is no reason to lose the picture
        return plain


def _written(fresh: Image, was: str) -> tuple[str, bytes]:
    """PNG for drawings and documents, JPEG for photographs and whatever PNG would blow up."""
    from PIL import Image

    if was in ("PNG", "GIF") or fresh.mode == "RGBA":
        out = io.BytesIO()
        fresh.save(out, "PNG", optimize=False)
        if out.tell() <= MAX_PNG_BYTES:
            return "image/png", out.getvalue()
    if fresh.mode == "RGBA":
        ground = Image.new("RGB", fresh.size, "white")
        ground.paste(fresh, mask=fresh.getchannel("A"))
        fresh = ground
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=85)
    return "image/jpeg", out.getvalue()


def answer(read: IO[bytes], write: IO[bytes]) -> None:
    try:
        head, body = view_of(read.read())
    except Unsafe as reason:
        head, body = {"refused": str(reason)}, b""
    except MemoryError:
        head, body = {"refused": "too_many_pixels"}, b""
    except Exception as error:  # a decoder may raise anything at all; only the kind of error leaves
        name = type(error).__name__
        head, body = {"refused": "too_many_pixels" if "Bomb" in name else "damaged"}, b""
    write.write(json.dumps(head).encode() + b"\n" + body)


if __name__ == "__main__":
    bound()
    answer(sys.stdin.buffer, sys.stdout.buffer)
