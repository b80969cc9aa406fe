"""Pictures to upload, as cameras and drawing programs write them."""

from io import BytesIO
from typing import Any

from PIL import Image


def encoded(picture: Image.Image, format_: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401  # Pillow's
    content = BytesIO()
    picture.save(content, format_, **options)
    return content.getvalue()


def plain(width: int = 40, height: int = 30, colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (width, height), colour))


def decoded(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))
