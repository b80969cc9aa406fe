"""Files that were made to exhaust a reader are refused within 1 s and 200 MB."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.formats.texts import MEGABYTE
from tests.server.formats import bombs, books

ROOT = Path(__file__).parents[3]
SIZE = 50 * 1024 * 1024
PIECE = 64 * 1024


def filled(start: bytes, piece: bytes, end: bytes = b"") -> Callable[[], Iterator[bytes]]:
    """A file as large as is allowed, of nothing but this piece between a start and an end."""
    block = piece * (PIECE // len(piece))

    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range((SIZE - len(start) - len(end)) // len(block)):
            yield block
        yield end

    return pieces


def declared(*entities: str, used: str) -> Callable[[], Iterator[bytes]]:
    document = f"<!DOCTYPE quiz [{''.join(entities)}]><quiz>{used}</quiz>"
    return lambda: iter([document.encode()])


LAUGHS = [f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10)]
ITEM = b'<quiz><question type="multichoice"><questiontext><text>'
END = b"</text></questiontext></question></quiz>"
BOMBS: dict[str, tuple[Callable[[], Iterator[bytes]], str]] = {
    "billion laughs": (declared('<!ENTITY l0 "ha">', *LAUGHS, used="&l9;"), "import_unsafe_xml"),
    "quadratic blow-up": (
        declared(f'<!ENTITY a "{"a" * 100_000}">', used="&a;" * 100_000),
        "import_unsafe_xml",
    ),
    "external entity": (
        declared('<!ENTITY a SYSTEM "file:///etc/passwd">', used="&a;"),
        "import_unsafe_xml",
    ),
    "parameter entity": (
        declared('<!ENTITY % a SYSTEM "file:///etc/passwd">', "%a;", used=""),
        "import_unsafe_xml",
    ),
    "deep nesting": (filled(b"<quiz>", b"<a>"), "import_unsafe_xml"),
    "a tag of attributes": (
        filled(b"<quiz><question ", b" a='' b='' c='' d='' e=''"),
        "import_unsafe_xml",
    ),
    "a tag of many attributes": (
        lambda: iter(
            [b"<quiz><a", *(f" a{at}=''".encode() for at in range(4_000_000)), b"/></quiz>"]
        ),
        "import_unsafe_xml",
    ),
    "a long attribute": (
        filled(b"<quiz><question type='", b"a", b"'/></quiz>"),
        "import_unsafe_xml",
    ),
    "a long comment": (filled(b"<quiz><!--", b"a", b"--></quiz>"), "import_unsafe_xml"),
    "a long name": (filled(b"<quiz><", b"a", b"/></quiz>"), "import_unsafe_xml"),
    "a long text": (filled(ITEM, b"a", END), "import_too_sparse"),
    "a long hidden text": (filled(ITEM + b"<![CDATA[", b"]]&<", b"]]>" + END), "import_too_sparse"),
    "an item of elements": (filled(ITEM, b"<a" + b" " * 90 + b"/>", END), "import_too_sparse"),
    "an item of attributes": (
        filled(ITEM, b"<a b='" + b"c" * 10_000 + b"'/>", END),
        "import_too_sparse",
    ),
}


def packed(name: str) -> Callable[[], Iterator[bytes]]:
    """A package of which one file is far larger than it looks."""

    def pieces() -> Iterator[bytes]:
        listed = '<resource type="imsqti_item_xmlv2p1" href="a.xml"/>'
        files = {
            "imsmanifest.xml": ("<manifest><resources>", f"{listed}</resources></manifest>"),
            "a.xml": ("<assessmentItem>", "</assessmentItem>"),
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, (start, end) in files.items():
                archive.writestr(each, start + " " * (SIZE if each == name else 0) + end)
        yield out.getvalue()

    return pieces


PACKAGES = ("imsmanifest.xml", "a.xml")
BOMBS |= {f"a package with {name}": (packed(name), "import_archive_too_large") for name in PACKAGES}
SENT = 5 * 1024 * 1024


def repeated(start: bytes, piece: bytes, end: bytes = b"") -> Callable[[], Iterator[bytes]]:
    """A file as large as may be sent."""
    return lambda: iter([start, piece * (SENT // len(piece)), end])


BOMBS |= {
    "elements that are no questions": (repeated(b"<quiz>", b"<a/>"), "import_too_sparse"),
    "categories": (
        repeated(b"<quiz>", b"<question type='category'/>"),
        "import_too_sparse",
    ),
    "empty lines": (repeated(b"Wet?{T}\n", b"\n"), "import_too_sparse"),
    "comments": (repeated(b"Wet?{T}", b"\n//"), "import_too_sparse"),
    "lines after a choice": (
        repeated(b"ANSWER: A\nWet?\nA. a\nwet\n", b"a\n"),
        "import_too_sparse",
    ),
    "empty rows of a table": (repeated(b"type,question\n", b"\n"), "import_too_sparse"),
}


def workbook(**parts: str) -> Callable[[], Iterator[bytes]]:
    """A workbook with other parts, in which each text that is repeated is named by `*`."""

    def pieces() -> Iterator[bytes]:
        content = books.book([books.OWN_HEADER])
        for part, text in parts.items():
            start, _, rest = text.partition("*")
            piece, _, end = rest.partition("*")
            varied = "".join(piece.replace("#", f"{at:x}") for at in range(300_000))
            content = books.with_part(content, PARTS[part], f"{start}{varied}{end}")
        yield content

    return pieces


PARTS = {
    "sheet": books.SHEET,
    "texts": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
    "main": "xl/workbook.xml",
    "relations": "xl/_rels/workbook.xml.rels",
}
ROWS = f'<worksheet xmlns="{books.MAIN}"><sheetData>'
LAST_TEXT = f'{ROWS}<row><c t="s"><v>299999</v></c></row></sheetData></worksheet>'
SST = f'<sst xmlns="{books.MAIN}">'
STYLED = f'{ROWS}<row><c s="1"><v>1</v></c></row></sheetData></worksheet>'
SHEETS = {
    "empty rows": {"sheet": f"{ROWS}*<row/><!--#-->*"},
    "cells of a row": {"sheet": f"{ROWS}<row>*<c><v>#</v></c>*"},
    "empty cells": {"sheet": f'{ROWS}<row>*<c r="XFD1048576" s="1"/><!--#-->*'},
    "rows far apart": {"sheet": f'{ROWS}*<row r="1048576"><c r="XFD1"/></row><!--#-->*'},
    "groups of rows": {"sheet": f'{ROWS}*<row outlineLevel="7"><c/></row><!--#-->*'},
    "merged cells": {"sheet": f'{ROWS}</sheetData><mergeCells>*<mergeCell ref="A1:Z#"/>*'},
    "links and rules": {"sheet": f'{ROWS}</sheetData>*<hyperlink ref="A#"/><cfRule/>*'},
    "shared texts": {"texts": f"{SST}*<si><t>#</t></si>*</sst>", "sheet": LAST_TEXT},
    "runs of a text": {"texts": f"{SST}<si>*<r><t>#</t></r>*</si></sst>", "sheet": LAST_TEXT},
    "styles": {"styles": "<styleSheet><cellXfs>*<xf numFmtId='14' fontId='#'/>*", "sheet": STYLED},
    "fonts": {"styles": "<styleSheet><fonts>*<font><sz val='#'/></font>*", "sheet": STYLED},
    "names": {"main": "<workbook><definedNames>*<definedName>#</definedName>*"},
    "relations": {"relations": "<Relationships>*<Relationship Id='#'/>*"},
}
BOMBS |= {
    f"a workbook with many {name}": (workbook(**parts), "import_too_sparse")
    for name, parts in SHEETS.items()
}
BOMBS["a workbook beside 150 MB"] = (
    lambda: iter([books.with_part(books.book([]), "xl/media/1.png", "\0" * 150 * MEGABYTE)]),
    "import_archive_too_large",
)


@pytest.mark.slow
def test_bombs_are_refused(tmp_path: Path) -> None:
    for name, (pieces, _) in BOMBS.items():
        with (tmp_path / name.replace(" ", "_")).open("wb") as file:
            file.writelines(pieces())
    paths = [tmp_path / name.replace(" ", "_") for name in BOMBS]
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", bombs.__name__, *map(str, paths)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    outcomes = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert outcomes == {name.replace(" ", "_"): code for name, (_, code) in BOMBS.items()}
