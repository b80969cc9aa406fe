"""Pictures that teachers upload: limits, addresses that everybody can open, names of files."""

from typing import Final
from uuid import UUID

UPLOAD_MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
EDGE: Final = 1600
"""Pixels of the longer edge: larger pictures are scaled down."""
SMALL_EDGE: Final = 800
"""The same for phones."""
SPACE_MAX_BYTES: Final = 500 * 1024 * 1024
"""What the pictures of one teacher may take."""

PATH: Final = "/pictures/"
ADDRESS_PATTERN: Final = rf"{PATH}[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"


def address(picture_id: UUID) -> str:
    """Without a host, so that it works under every address of the server."""
    return f"{PATH}{picture_id}"


def file_names(picture_id: UUID) -> tuple[str, str]:
    """The names of the large and the small file."""
    return f"pictures/{picture_id}.webp", f"pictures/{picture_id}-small.webp"
