"""Whole files: which format they have, their encodings, and their limits."""

import tracemalloc
from pathlib import Path

import pytest

from game.errors import Invalid
from server.formats import all as formats
from server.formats.all import detect, read
from server.formats.items import FILE_MAX_BYTES, ITEMS_MAX, Fate

GIFT = "// Über Regen\n\nIst Regen naß?{=ja ~nein}\n\n東京?{T}\n"
AIKEN = "Wet?\nA. yes\nB. no\nANSWER: A\n"


def refusal(source: bytes | Path, name: str | None = None) -> str:
    with pytest.raises(Invalid) as raised:
        list(read(source, name))
    return raised.value.code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (GIFT, "gift"),
        ("[html]<p>Wet?</p>{T}", "gift"),
        ("\n\n::Wet::Wet?{T}", "gift"),
        (AIKEN, "aiken"),
        ('{"questions": []}', "json"),
        ('\n [ {"type": "poll"} ]', "json"),
        ("type,question\n", "csv"),
        ('"Question";"Type"\n', "csv"),
        ('<?xml version="1.0"?>\n<!-- question: 0 -->\n<quiz><question/></quiz>', "moodle"),
        ("\n<quiz>\n</quiz>", "moodle"),
    ],
)
def test_the_content_says_the_format(text: str, name: str) -> None:
    assert detect(text.encode()) == name
    assert detect(text.encode("utf-8-sig")) == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Dear colleague,\n",
        b"<?xml version='1.0'?><html>{</html>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    ],
)
def test_other_files_are_refused(content: bytes) -> None:
    assert refusal(content) == "import_unknown_format"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    stems = [item.draft.stem for item in read(GIFT.encode(encoding)) if item.draft]
    assert stems == ["Ist Regen naß?", "東京?"]


@pytest.mark.parametrize(
    "content",
    [
        GIFT.encode("utf-16-le"),
        "Naß?{T}".encode("latin-1"),
        b"PK\x03\x04" + bytes(range(256)),
        b"\xff\xfeW",
        b"type,question\n" + b"true_false,Wet?{T}\n\n" * 2_000 + b"\xff",
    ],
    ids=["UTF-16 without a mark", "Latin-1", "a workbook", "half a character", "a bad end"],
)
@pytest.mark.parametrize("name", ["gift", "aiken", "json", "csv"])
def test_what_is_not_text_is_refused(content: bytes, name: str) -> None:
    assert refusal(content, name) == "import_not_text"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(FILE_MAX_BYTES + 1)
    assert refusal(path) == refusal(b" " * (FILE_MAX_BYTES + 1)) == "import_too_large"


def test_a_file_with_too_many_items_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "ITEMS_MAX", 3)
    assert len(list(read(b"Wet?{T}\n\n" * 3))) == 3
    assert refusal(b"Wet?{T}\n\n" * 4) == "import_too_many_items"


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    item = f"Is rain wet?{'!' * 1_500}{{\n\t=yes\n\t~no\n}}\n\n"
    peaks = []
    for count in (100, 1_000):
        path = tmp_path / f"{count}.gift"
        path.write_text(item * count)
        tracemalloc.start()
        assert sum(item.fate is Fate.TAKEN for item in read(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert ITEMS_MAX >= 100_000
