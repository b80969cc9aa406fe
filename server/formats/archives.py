"""Opens zip archives of strangers, within limits. Nothing is ever written to a disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from game.errors import Invalid
from server.formats.items import Source
from server.formats.texts import MEGABYTE, opened

ENTRIES_MAX = 20_000
ENTRY_MAX_BYTES = 128 * MEGABYTE
ALL_MAX_BYTES = 256 * MEGABYTE
"""All that is unpacked while an archive is open."""
RATIO_MAX = 200
RATIO_COUNTS_FROM_BYTES = MEGABYTE
"""Short entries may be as repetitive as they like."""
DIRECTORY_MAX_BYTES = 4 * MEGABYTE
PIECE_BYTES = 64 * 1024
HEADER_BYTES = 30
"""What stands before an entry, besides its name."""

MAGIC = b"PK\x03\x04"
EMPTY_MAGIC = b"PK\x05\x06"
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""All that `zipfile` raises for archives that are broken or made to break it."""


class Archive:
    """The files of an archive by their paths, which have slashes and stay inside."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._entries = _entries(file)
        self._unpacked = 0

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str, max_bytes: int = ENTRY_MAX_BYTES) -> bytes:
        """A whole file; raises as `pieces`, and KeyError if there is none of this name."""
        return b"".join(self.pieces(name, max_bytes))

    def pieces(self, name: str, max_bytes: int = ENTRY_MAX_BYTES) -> Iterator[bytes]:
        """A file piece by piece. Sizes are counted as they come, because declared ones may lie.

        Raises:
            Invalid: `import_archive_too_large`, `import_bad_archive` or `import_nested_archive`.
        """
        entry = self._entries[name]
        size = 0
        try:
            with self._file.open(entry) as file:
                while piece := file.read(PIECE_BYTES):
                    if size == 0 and piece.startswith(MAGIC):
                        message = f"{name} is an archive in an archive. Unpack the outer one."
                        raise Invalid("import_nested_archive", message)
                    size += len(piece)
                    self._unpacked += len(piece)
                    self._check(size, entry.compress_size, max_bytes)
                    yield piece
        except BROKEN:
            raise _bad(f"{name} in it is broken") from None

    def _check(self, size: int, packed: int, max_bytes: int) -> None:
        is_bomb = size > RATIO_COUNTS_FROM_BYTES and size > RATIO_MAX * packed
        if is_bomb or size > max_bytes or self._unpacked > ALL_MAX_BYTES:
            raise too_large()


def is_archive(start: bytes) -> bool:
    """Whether a file that begins like this is a zip archive."""
    return start.startswith((MAGIC, EMPTY_MAGIC))


@contextmanager
def open_archive(source: Source) -> Iterator[Archive]:
    """Open an archive, after a look at its directory.

    Raises:
        Invalid: `import_bad_archive`, `import_archive_too_large`, `import_encrypted` or
            `import_too_large`.
    """
    with opened(source) as binary, _Bounded(binary) as bounded:
        try:
            file = zipfile.ZipFile(bounded)
        except BROKEN:
            raise _bad("it cannot be read") from None
        with file:
            yield Archive(file)


class _Bounded(io.BufferedReader):
    """Refuses the long directory that `zipfile` would read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_MAX_BYTES:
            raise too_large()
        return super().read(size)


def _entries(file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries that are no folders, by their paths."""
    found: dict[str, zipfile.ZipInfo] = {}
    infos = file.infolist()
    _check_sizes(infos, file)
    for info in infos:
        name = _path(info.filename)
        if info.flag_bits & ENCRYPTED:
            message = "The file is protected by a password. Save it without one."
            raise Invalid("import_encrypted", message)
        if name in found:
            raise _bad("two files in it have the same name")
        if info.compress_type not in METHODS:
            raise _bad("it is packed in an unusual way")
        if not name.endswith("/"):
            found[name] = info
    return found


def _check_sizes(infos: Sequence[zipfile.ZipInfo], file: zipfile.ZipFile) -> None:
    """Refuse what is a bomb by its directory, before anything is unpacked.

    `zipfile` unpacks no more of an entry than its directory says, and no byte serves two entries.
    """
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    is_bomb = size > RATIO_COUNTS_FROM_BYTES and size > RATIO_MAX * packed
    if len(infos) > ENTRIES_MAX or size > ALL_MAX_BYTES or is_bomb:
        raise too_large()
    end = 0
    for info in sorted(infos, key=attrgetter("header_offset")):
        if info.header_offset < end:
            raise _bad("files in it overlap")
        end = info.header_offset + HEADER_BYTES + info.compress_size
    if end > file.start_dir:
        raise _bad("files in it overlap")


def _path(name: str) -> str:
    """The path with slashes, as Windows does not write it."""
    path = name.replace("\\", "/").removeprefix("./")
    parts = path.removesuffix("/").split("/")
    if ".." in parts or "" in parts or ":" in parts[0] or not path.isprintable():
        raise _bad("a file in it has a bad name")
    return path


def too_large() -> Invalid:
    message = "Unpacked, the file is much too large to hold only questions. Split it."
    return Invalid("import_archive_too_large", message)


def _bad(reason: str) -> Invalid:
    message = f"The archive is refused: {reason}. Save or export the file again."
    return Invalid("import_bad_archive", message)
