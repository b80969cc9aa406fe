"""The converter: reads one picture from stdin, and writes the result to stdout.

It runs as a separate process with limited time and memory, because image decoders are large C
libraries, and the pictures come from strangers.
"""

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from game.rules.pictures import EDGE, MAX_PIXELS, SMALL_EDGE
from server.bounded_programs import serve
from server.images.outcomes import Converted, Rejected

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY: Final = 85
PROCESSOR_SECONDS: Final = 10
MEMORY_MAX_BYTES: Final = 1024 * 1024 * 1024


def convert(upload: bytes) -> Converted | Rejected:
    """Only the first image of an animation is taken."""
    try:
        with Image.open(BytesIO(upload), formats=FORMATS) as picture:
            large = _plain(picture)
            small = large.copy()
            small.thumbnail((SMALL_EDGE, SMALL_EDGE))
            return Converted(large.width, large.height, _encoded(large), _encoded(small))
    except UnidentifiedImageError:
        return Rejected("unsupported_picture")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Rejected("too_many_pixels")
    except Exception:  # noqa: BLE001  # decoders raise whatever they stumble over
        return Rejected("broken_picture")


def _plain(picture: Image.Image) -> Image.Image:
    """The picture scaled, upright as its EXIF says, and in the colours of the web."""
    picture.draft("RGB", (EDGE, EDGE))  # lets a JPEG be decoded at a fraction of its size
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode.startswith("I"):  # 16 bits of grey, of which a conversion would clip most
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode == "P":  # a palette's numbers cannot be averaged
        picture = picture.convert(mode)
    picture.thumbnail((EDGE, EDGE))
    return _in_srgb(ImageOps.exif_transpose(picture), mode)


def _in_srgb(picture: Image.Image, mode: str) -> Image.Image:
    if profile := picture.info.get("icc_profile"):
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, own, srgb, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):  # a profile that does not fit the picture
            pass
        else:
            return converted or picture
    return picture.convert(mode)


def _encoded(picture: Image.Image) -> bytes:
    """Without metadata: Pillow writes none that it is not given."""
    encoded = BytesIO()
    picture.save(encoded, "WEBP", quality=QUALITY)
    return encoded.getvalue()


def main() -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    serve(convert, PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
