"""Pictures that teachers upload: limits, addresses that everybody can open, names of files."""

import re
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


ADDRESS: Final = re.compile(ADDRESS_PATTERN)
STAND_IN_VERSION: Final = 5
"""Of the ids of pictures that are only in a file; those of stored pictures are random."""


def address(picture_id: UUID) -> str:
    """Without a host, so that it works under every address of the server."""
    return f"{PATH}{picture_id}"


def is_stand_in(media: str | None) -> bool:
    """Whether this address stands for a picture in an imported file, which was not stored yet."""
    if media is None or not ADDRESS.fullmatch(media):
        return False
    return UUID(media.removeprefix(PATH)).version == STAND_IN_VERSION


def file_names(picture_id: UUID) -> tuple[str, str]:
    """The names of the large and the small file."""
    return f"pictures/{picture_id}.webp", f"pictures/{picture_id}-small.webp"
