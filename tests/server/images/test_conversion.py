"""The conversion of uploaded pictures, with any content."""

import os
import re
import struct
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.Image import Exif
from structlog.testing import capture_logs

from game.errors import Refusal
from game.rules.pictures import EDGE, MAX_PIXELS, SMALL_EDGE
from server import bounded_programs
from server.images import conversion
from tests.pictures import decoded, encoded, plain

ORIENTATION, GPS_LATITUDE_REF, GPS = 0x0112, 1, 0x8825
TURNED_RIGHT = 6
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


async def refusal(upload: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        await conversion.convert(upload)
    return caught.value.code


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_pictures_of_each_format_become_webp(format_: str) -> None:
    upload = encoded(Image.new("RGB", (40, 30), "red"), format_)
    converted = await conversion.convert(upload)
    assert (converted.width, converted.height) == (40, 30)
    for content in (converted.large, converted.small):
        picture = decoded(content)
        assert (picture.format, picture.size) == ("WEBP", (40, 30))
        red, green, blue = picture.convert("RGB").getpixel((20, 15))  # type: ignore[misc]  # of RGB
        assert (red, green, blue) == pytest.approx((255, 0, 0), abs=6)


async def test_large_pictures_are_scaled_down() -> None:
    converted = await conversion.convert(plain(2 * EDGE, EDGE // 2))
    assert (converted.width, converted.height) == (EDGE, EDGE // 4)
    assert decoded(converted.large).size == (EDGE, EDGE // 4)
    assert decoded(converted.small).size == (SMALL_EDGE, SMALL_EDGE // 4)


async def test_a_photo_is_turned_upright_and_tells_nothing_else() -> None:
    exif = Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    exif.get_ifd(GPS)[GPS_LATITUDE_REF] = "S"
    photo = Image.new("RGB", (40, 20), "blue")
    photo.paste("red", (0, 0, 10, 20))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    upload = encoded(photo, "JPEG", exif=exif, icc_profile=srgb, comment=b"at home", quality=95)
    converted = await conversion.convert(upload)
    assert (converted.width, converted.height) == (20, 40)
    for content in (converted.large, converted.small):
        assert not {b"EXIF", b"XMP ", b"ICCP"} & set(chunks(content))
        assert b"at home" not in content
        top = decoded(content).convert("RGB").getpixel((10, 3))
        assert isinstance(top, tuple)
        assert top[0] > top[2], "what was at the left is at the top"


async def test_what_is_transparent_stays_so() -> None:
    palette = Image.new("P", (20, 20), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    for upload in (
        encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0))),
        encoded(Image.new("LA", (20, 20), (200, 0))),
        encoded(palette, transparency=1),
    ):
        converted = await conversion.convert(upload)
        assert decoded(converted.large).convert("RGBA").getpixel((9, 9))[3] == 0  # type: ignore[index]  # of RGBA


async def test_sixteen_bits_of_grey_are_not_clipped() -> None:
    wide = Image.linear_gradient("L").convert("I").point(lambda value: value * 256)
    converted = await conversion.convert(encoded(wide.convert("I;16")))
    low, middle = (decoded(converted.large).convert("L").getpixel((9, y)) for y in (2, 128))
    assert low == pytest.approx(2, abs=4)
    assert middle == pytest.approx(128, abs=4)


async def test_a_profile_that_does_not_fit_is_ignored() -> None:
    upload = encoded(Image.new("RGB", (20, 20), "red"), "JPEG", icc_profile=b"nonsense" * 40)
    converted = await conversion.convert(upload)
    assert chunks(converted.large) == [b"VP8 "]


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"{}",
        SVG,
        b"%PDF-1.7 ...",
        b"GIF89a"[:5],
        encoded(Image.new("RGB", (9, 9)), "BMP"),
        encoded(Image.new("RGB", (9, 9)), "TIFF"),
        encoded(Image.new("RGB", (9, 9)), "ICO"),
    ],
    ids=["empty", "json", "svg", "pdf", "a few bytes", "bmp", "tiff", "ico"],
)
async def test_what_is_no_picture_of_these_formats_is_refused(upload: bytes) -> None:
    assert await refusal(upload) == "unsupported_picture"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_truncated_picture_is_refused(format_: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    upload = encoded(noise, format_)
    assert await refusal(upload[: len(upload) // 2]) in {"broken_picture", "unsupported_picture"}


@pytest.mark.parametrize("factor", [1, 3], ids=["a little more", "far more"])
async def test_too_many_pixels_are_refused_before_they_are_decoded(factor: int) -> None:
    """A PNG that says how large it is, and has no pixels: to decode it would be `broken`."""
    height = MAX_PIXELS // 1000 * factor + 1
    header = struct.pack(">IIBBBBB", 1000, height, 8, 2, 0, 0, 0)
    upload = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", b"")
    assert await refusal(upload) == "too_many_pixels"


async def test_text_that_would_fill_the_memory_is_refused() -> None:
    bomb = zlib.compress(b"a" * (80 * 1024 * 1024))
    text = png_chunk(b"zTXt", b"Comment\0\0" + bomb)
    upload = plain()
    assert await refusal(upload[:33] + text + upload[33:]) == "broken_picture"


async def test_a_picture_that_takes_too_long_to_decode_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A progressive JPEG whose smallest scan, over all of its pixels, is there again and again."""
    program = "from server.images import converter as c; c.PROCESSOR_SECONDS = 1; c.main()"
    monkeypatch.setattr(conversion, "PROGRAM", (sys.executable, "-I", "-c", program))
    upload = encoded(Image.new("RGB", (6000, 6000), "red"), "JPEG", progressive=True)
    places = [found.start() for found in re.finditer(b"\xff\xda", upload)]
    scans = [upload[at:end] for at, end in pairwise([*places, len(upload) - 2])]
    bomb = upload[:-2] + min(scans, key=len) * 2000 + upload[-2:]
    with capture_logs():
        assert await refusal(bomb) == "broken_picture"


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import sys; sys.exit(1)",
        "print('not what was agreed')",
        "import time; time.sleep(60)",
        "x = bytearray(2**40)",
    ],
)
async def test_a_converter_that_dies_or_hangs_is_a_broken_picture(
    monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(conversion, "PROGRAM", (sys.executable, "-I", "-c", program))
    monkeypatch.setattr(bounded_programs.run, "__defaults__", (1.0,))
    with capture_logs() as logs:
        assert await refusal(plain()) == "broken_picture"
    assert [entry["event"] for entry in logs] == ["picture_conversion_failed"]


async def test_the_converter_has_limits_and_knows_no_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    said = tmp_path / "said"
    program = f"""
import os, resource
from server.images import converter
converter.main()
limits = [resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_CPU", "RLIMIT_AS")]
open({str(said)!r}, "w").write(repr((limits, os.nice(0), "SECRET_KEY" in os.environ)))
"""
    monkeypatch.setattr(conversion, "PROGRAM", (sys.executable, "-I", "-c", program))
    assert (await conversion.convert(plain())).width == 40
    niceness = min(os.nice(0) + 5, 19)
    assert said.read_text() == repr(([(10, 11), (2**30, 2**30)], niceness, False))
    assert os.environ["SECRET_KEY"] == "hush"


def chunks(webp: bytes) -> list[bytes]:
    """The names of the parts of a WebP file."""
    names, at = [], 12
    while at < len(webp):
        names.append(webp[at : at + 4])
        (length,) = struct.unpack("<I", webp[at + 4 : at + 8])
        at += 8 + length + length % 2
    return names


def png_chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check
