"""Uploads attacked: what comes out is pixels and nothing else, or a refusal that says what to do."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from amparo.rooms.desk import pictures
from amparo.rooms.desk.pictures import PictureRefused, SafePicture, decoder, reencode

GPS = b"GPSCANARY 12.3456N"
PHP = b"<?php echo 'TRAILCANARY'; ?>"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def written(form: str, size=(64, 40), mode="RGB", colour="teal", **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **more)
    return out.getvalue()


def noise(form: str, size=(90, 70), seed=1, **more) -> bytes:
    out = io.BytesIO()
    pixels = random.Random(seed).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, pixels).save(out, form, **more)
    return out.getvalue()


def with_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, "MAKERCANARY", GPS
    exif.get_ifd(0x8825).update({1: "N", 2: (12.0, 34.0, 56.0), 29: "GPSCANARY"})
    return exif


def png_of(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose head promises any size at all."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "inside")
    return out.getvalue()


def ends_with_its_picture(data: bytes) -> bool:
    if data.startswith(b"\x89PNG"):
        return data.endswith(b"IEND\xaeB`\x82") and data.count(b"IEND") == 1
    return data.endswith(b"\xff\xd9")


def assert_only_pixels(shown: SafePicture) -> None:
    assert shown.kind in ("image/jpeg", "image/png")
    assert ends_with_its_picture(shown.data)
    assert not re.search(rb"CANARY|<\?php|Exif|GPS|tEXt|zTXt|iTXt|eXIf|iCCP|ICC_PROFILE", shown.data)
    with Image.open(io.BytesIO(shown.data)) as again:
        assert again.size == (shown.width, shown.height)
        assert max(again.size) <= decoder.VIEW_SIDE
        assert not again.getexif()
        assert not set(again.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def refused(data: bytes) -> str:
    with pytest.raises(PictureRefused) as error:
        reencode(data)
    assert str(error.value.message)
    return error.value.code


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_comes_out_as_its_pixels(form):
    shown = reencode(written(form))
    assert_only_pixels(shown)
    assert (shown.width, shown.height, shown.was) == (64, 40, form)
    pixel = Image.open(io.BytesIO(shown.data)).convert("RGB").getpixel((30, 20))
    assert all(abs(a - b) < 8 for a, b in zip(pixel, (0, 128, 128), strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_camera_notes_go_and_the_picture_is_turned(form):
    data = written(form, exif=with_exif(orientation=6))
    assert b"GPSCANARY" in data  # the positive control: it was there
    shown = reencode(data)
    assert_only_pixels(shown)
    assert (shown.width, shown.height) == (40, 64)


def test_comments_profiles_and_trailing_code_go():
    info = PngInfo()
    info.add_text("Comment", "TEXTCANARY")
    info.add_text("Packed", "TEXTCANARY" * 100, zip=True)
    for data in (
        written("JPEG", comment=b"COMMENTCANARY", icc_profile=b"ICCCANARY" * 20) + PHP,
        written("PNG", pnginfo=info, icc_profile=b"ICCCANARY" * 20) + PHP,
        written("GIF", comment=b"COMMENTCANARY") + PHP,
    ):
        assert b"CANARY" in data
        assert_only_pixels(reencode(data))


def test_only_the_first_picture_of_many_is_shown():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for form in ("GIF", "PNG", "WEBP"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], lossless=True)
        red, _green, blue = (
            Image.open(io.BytesIO(reencode(out.getvalue()).data)).convert("RGB").getpixel((5, 5))
        )
        assert red > 200 > 50 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_shown(mode):
    assert_only_pixels(reencode(written("PNG", mode=mode, colour=None)))


def test_a_cmyk_photograph_is_shown():
    assert_only_pixels(reencode(written("JPEG", mode="CMYK", colour=None)))


def test_a_large_photograph_is_made_smaller_and_a_noisy_drawing_becomes_a_photograph():
    shown = reencode(written("JPEG", size=(6000, 4000)))
    assert (shown.width, shown.height) == (2000, 1333)
    noisy = reencode(noise("PNG", size=(1200, 1200)))
    assert noisy.kind == "image/jpeg"
    veiled = io.BytesIO()
    Image.frombytes("RGBA", (900, 900), random.Random(2).randbytes(900 * 900 * 4)).save(veiled, "PNG")
    assert reencode(veiled.getvalue()).kind == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + bytes(pictures.MAX_BYTES), "too_large"),
        (b"%PDF-1.7\n1 0 obj", "document"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "document"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "document"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "document"),
        (b"{\\rtf1 hello}", "document"),
        (archive(), "document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document"),
        (b"MZ\x90\x00" + bytes(100), "not_a_picture"),
        (b"II*\x00" + bytes(100), "not_a_picture"),
        (b"BM" + bytes(100), "not_a_picture"),
        (b"8BPS" + bytes(100), "not_a_picture"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "not_a_picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "not_a_picture"),
        (written("GIF") + archive(), "mixed"),
        (written("JPEG", comment=b"%PDF-1.4 %"), "mixed"),
        (written("PNG") + b"7z\xbc\xaf\x27\x1c" + bytes(30), "mixed"),
        (png_of(50_000, 50_000), "too_many_pixels"),
        (png_of(20_001, 10, bytes(20_001 * 30 + 10)), "too_many_pixels"),
        (png_of(4_100, 4_100), "too_many_pixels"),
        (png_of(64, 64), "damaged"),
        (png_of(0, 0), "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"GIF89a", "damaged"),
        (b"GIF89a=1;alert('TRAILCANARY')//" + bytes(40), "damaged"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "damaged"),
        (written("PNG")[:60], "damaged"),
        (noise("JPEG")[:1500], "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_safely_is_refused_with_its_reason(data, code):
    assert refused(data) == code


def test_a_sound_file_passes_where_its_neighbour_of_one_byte_more_is_refused():
    sound = written("JPEG") + bytes(pictures.MAX_BYTES - len(written("JPEG")))
    assert_only_pixels(reencode(sound))
    assert refused(sound + b"\0") == "too_large"


def test_a_decoder_that_hangs_or_dies_is_a_refusal_and_not_an_error(monkeypatch, tmp_path):
    hangs, dies = tmp_path / "hangs.py", tmp_path / "dies.py"
    hangs.write_text("import time; time.sleep(60)")
    dies.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(pictures, "WALL_SECONDS", 0.5)
    monkeypatch.setattr(pictures, "DECODER", hangs)
    assert refused(written("JPEG")) == "too_many_pixels"
    monkeypatch.setattr(pictures, "WALL_SECONDS", 20)
    monkeypatch.setattr(pictures, "DECODER", dies)
    assert refused(written("JPEG")) == "damaged"


PROBE = """
import sys
sys.path.insert(0, sys.argv[1])
import decoder
decoder.bound()
{body}
with open("/proc/self/status") as status:
    print([line for line in status if line.startswith("VmHWM")][0].split()[1], file=sys.stderr)
"""


def probe(body: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    folder = str(pictures.DECODER.parent)
    command = [sys.executable, "-I", "-B", "-c", PROBE.format(body=body), folder]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)


def test_the_decoder_can_neither_fill_memory_nor_the_disk_nor_run_on(tmp_path):
    assert probe("bytearray(400_000_000)").returncode != 0
    assert probe("bytearray(100_000_000)").returncode == 0
    file = tmp_path / "written"
    assert probe(f"open({str(file)!r}, 'wb', 0).write(b'x')").returncode != 0
    assert not file.exists() or not file.read_bytes()
    assert (
        probe("import resource\nassert resource.getrlimit(resource.RLIMIT_CPU) == (10, 10)").returncode == 0
    )


@pytest.mark.parametrize(
    ("form", "size", "mode", "more"),
    [
        ("JPEG", (8000, 6000), "RGB", {}),
        ("JPEG", (8000, 6000), "RGB", {"progressive": True}),
        ("PNG", (4000, 4000), "RGBA", {}),
        ("PNG", (4000, 4000), "LA", {}),
        ("GIF", (4000, 4000), "P", {"transparency": 0}),
        ("WEBP", (4000, 3000), "RGBA", {}),
    ],
)
def test_the_largest_pictures_are_shown_in_less_than_300_megabytes(form, size, mode, more):
    data = written(form, size=size, mode=mode, colour=None, **more)
    done = probe("decoder.answer(sys.stdin.buffer, sys.stdout.buffer)", data)
    assert b'"kind"' in done.stdout[:40]
    assert int(done.stderr) * 1024 < 300_000_000


# The machine that runs every change gets a few hundred; AMPARO_PICTURE_MUTANTS asks for more.
def mutants(count: int, seed: int = 20_260):
    chance = random.Random(seed)
    seeds = [noise(form, seed=n) for n, form in enumerate(FORMATS)]
    seeds += [
        written("JPEG", exif=with_exif(3), comment=GPS),
        written("PNG", exif=with_exif()),
        written("WEBP"),
    ]
    for _number in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice([1, 1, 2, 8, 40])):
            at = chance.randrange(len(data))
            match chance.randrange(6):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    data[at : at + 4] = struct.pack(
                        ">I", chance.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 50_000])
                    )
                case 2:
                    del data[at : at + chance.randrange(1, 40)]
                case 3:
                    data[at:at] = chance.randbytes(chance.randrange(1, 40))
                case 4:
                    data += PHP
                case 5:
                    data[at:at] = data[: chance.randrange(1, 60)]
            data = data or bytearray(b"\0")
        yield bytes(data)


def test_mutated_files_give_clean_pictures_or_refusals():
    """One process for all of them, so that a few hundred take seconds; the bounds are tested above."""
    shown = 0
    for data in mutants(int(os.environ.get("AMPARO_PICTURE_MUTANTS", "600"))):
        try:
            pictures._look_at(data)
            head, body = decoder.view_of(data)
        except (PictureRefused, decoder.Unsafe):
            continue
        except (RecursionError, SystemError):
            raise
        except Exception:  # what answer() turns into "damaged"
            continue
        shown += 1
        assert_only_pixels(SafePicture(**head, data=body))
    assert shown > 100  # a decoder that refused everything would pass all the rest
