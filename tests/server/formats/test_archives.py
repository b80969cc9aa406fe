"""Archives of strangers: what is taken, and what is refused before it costs much."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.errors import Invalid
from server.formats import archives
from server.formats.archives import Archive, is_archive, open_archive
from server.formats.items import Source
from server.formats.texts import MEGABYTE

DIRECTORY_ENTRY = b"PK\x01\x02"


def unpack(archive: Archive) -> None:
    for name in archive.names:
        archive.read(name)


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def refusal(source: Source) -> str:
    """The code with which opening or unpacking is refused."""
    with pytest.raises(Invalid) as raised, open_archive(source) as archive:
        unpack(archive)
    return raised.value.code


def flagged(archive: bytes, offset: int, value: int) -> bytes:
    """The archive with a two-byte field of the first entry of its directory changed."""
    at = archive.index(DIRECTORY_ENTRY) + offset
    return archive[:at] + struct.pack("<H", value) + archive[at + 2 :]


def test_files_are_read_by_their_paths(tmp_path: Path) -> None:
    content = packed(("./a.xml", b"<a/>"), ("folder/", b""), ("folder\\b.txt", b"b" * 200_000))
    path = tmp_path / "package.zip"
    path.write_bytes(content)
    for source in (content, path):
        assert is_archive(content)
        with open_archive(source) as archive:
            unpack(archive)
            assert archive.names == ("a.xml", "folder/b.txt")
            assert "a.xml" in archive
            assert "folder/" not in archive
            assert archive.read("a.xml") == b"<a/>"
            assert archive.read("folder/b.txt") == b"b" * 200_000


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/etc/passwd", "C:/a", "C:a", "..", "..\\a", "a//b", "a\nb", "a/./../b"],
)
def test_names_stay_inside(name: str) -> None:
    assert refusal(packed(("good", b""), (name, b""))) == "import_bad_archive"


def test_names_are_unique() -> None:
    assert refusal(packed(("a", b"1"), ("./a", b"2"))) == "import_bad_archive"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method: int) -> None:
    assert refusal(packed(("a", b"1"), method=method)) == "import_bad_archive"


def test_encrypted_files_are_refused() -> None:
    assert refusal(flagged(packed(("a", b"1")), 8, archives.ENCRYPTED)) == "import_encrypted"


def broken() -> Iterator[bytes]:
    good = packed(("a", b"1" * 5_000), ("b", b"2"))
    yield b""
    yield b"PK\x03\x04"
    yield good[:-30]
    yield good[10:]
    yield good[:40] + b"\xff" * 20 + good[60:]
    yield flagged(good, 10, 99)  # a method that nobody knows
    yield flagged(good, 6, 99)  # a version that nobody knows
    yield flagged(good, 42, 5_000)  # no file where it should be
    yield flagged(good, 16, 99)  # another checksum


@pytest.mark.parametrize("content", list(broken()), ids=lambda _: "archive")
def test_broken_archives_are_refused(content: bytes) -> None:
    assert refusal(content) == "import_bad_archive"


def test_an_archive_in_an_archive_is_refused() -> None:
    assert refusal(packed(("inner.zip", packed(("a", b""))))) == "import_nested_archive"


def test_a_large_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with path.open("wb") as file:
        file.truncate(51 * MEGABYTE)
    assert refusal(path) == "import_too_large"


def test_only_so_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ENTRIES_MAX", 2)
    files = [(name, b"") for name in "abc"]
    with open_archive(packed(*files[:2])) as archive:
        unpack(archive)
    assert refusal(packed(*files)) == "import_archive_too_large"


def test_a_long_directory_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "DIRECTORY_MAX_BYTES", 70_000)
    assert refusal(packed(*((str(at), b"") for at in range(2_000)))) == "import_archive_too_large"


def test_the_size_counts_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ALL_MAX_BYTES", 5_000)
    stored = zipfile.ZIP_STORED
    files = [("a", b"1" * 2_500), ("b", b"2" * 2_500), ("c", b"3")]
    with open_archive(packed(*files[:2], method=stored)) as archive:
        unpack(archive)
    with open_archive(packed(*files[:2], method=stored)) as archive:
        assert archive.read("a", 2_500)
        with pytest.raises(Invalid, match="too large"):
            archive.read("a", 2_499)
    assert refusal(packed(*files, method=stored)) == "import_archive_too_large"


def test_a_bomb_costs_little_memory() -> None:
    bomb = packed(("a", b"\0" * 100 * MEGABYTE))
    tracemalloc.start()
    try:
        assert refusal(bomb) == "import_archive_too_large"
        assert tracemalloc.get_traced_memory()[1] < 2 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_short_files_may_be_repetitive() -> None:
    with open_archive(packed(("a", b"\0" * MEGABYTE))) as archive:
        unpack(archive)


def with_directory(content: bytes, at: int, field: int, size: int = 4) -> bytes:
    """The archive with another number in the first entry of its directory."""
    start = content.index(b"PK\x01\x02") + at
    return content[:start] + field.to_bytes(size, "little") + content[start + size :]


LIES = {
    "a size of almost 4 GB": with_directory(packed(("a", b"1" * 5_000)), 24, 2**32 - 2),
    "zip64 without its sizes": with_directory(packed(("a", b"1" * 5_000)), 24, 2**32 - 1),
    "more packed than there is": with_directory(packed(("a", b"1" * 5_000)), 20, 2**31),
    "a place behind the end": with_directory(packed(("a", b"1" * 5_000)), 42, 2**31),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_directory_that_lies_is_refused_before_anything_is_unpacked(lie: str) -> None:
    with pytest.raises(Invalid) as raised, open_archive(LIES[lie]):
        pass
    assert raised.value.code in {"import_archive_too_large", "import_bad_archive"}


def test_a_smaller_size_than_there_is_unpacks_no_more() -> None:
    content = with_directory(packed(("a", b"1" * MEGABYTE)), 24, 10)
    assert refusal(content) == "import_bad_archive"


def test_entries_that_share_their_bytes_are_refused() -> None:
    """How an archive of 10 MB becomes 281 TB without being packed twice."""
    content = packed(("a", b"1" * 5_000), ("b", b"2" * 5_000))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    shared = bytearray(content)
    shared[second + 42 : second + 46] = bytes(4)
    with pytest.raises(Invalid, match="overlap"), open_archive(bytes(shared)):
        pass
