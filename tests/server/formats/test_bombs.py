"""Files that were made to exhaust a reader are refused within 1 s and 200 MB."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.server.formats import bombs

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
    "a long text": (filled(ITEM, b"a", END), "item_too_long"),
    "a long hidden text": (filled(ITEM + b"<![CDATA[", b"]]&<", b"]]>" + END), "item_too_long"),
    "an item of elements": (filled(ITEM, b"<a" + b" " * 90 + b"/>", END), "item_too_long"),
    "an item of attributes": (
        filled(ITEM, b"<a b='" + b"c" * 10_000 + b"'/>", END),
        "item_too_long",
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
