"""Unpacks what is compressed with Zstandard, within limits."""

import sys
from collections.abc import Mapping

from server.formats.archives import RATIO_COUNTS_FROM_BYTES, RATIO_MAX, too_large

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WINDOW_LOG_MAX = 23
"""Eight megabytes, which every decoder should support. A file may ask for gigabytes."""
PIECE_BYTES = 256 * 1024
OPTIONS: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG_MAX}


class BadFrameError(ValueError):
    """This is not a whole frame of Zstandard, or one with too large a window."""


def unpacked(content: bytes, max_bytes: int) -> bytes:
    """What a frame holds.

    Raises:
        BadFrameError: it is broken.
        Invalid: `import_archive_too_large`.
    """
    decompressor = zstd.ZstdDecompressor(options=OPTIONS)
    pieces: list[bytes] = []
    size = 0
    rest = content
    while not decompressor.eof:
        try:
            piece = decompressor.decompress(rest, PIECE_BYTES)
        except zstd.ZstdError:
            raise BadFrameError from None
        if not piece and decompressor.needs_input:
            raise BadFrameError
        rest = b""
        size += len(piece)
        if size > max_bytes or size > max(RATIO_COUNTS_FROM_BYTES, RATIO_MAX * len(content)):
            raise too_large()
        pieces.append(piece)
    return b"".join(pieces)
