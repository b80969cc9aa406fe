"""Reads text files line by line, within limits, in UTF-8 or in what their byte order mark says."""

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from game.errors import Invalid
from server.formats.items import FILE_MAX_BYTES, ITEM_MAX_CHARACTERS, Source

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PDF_MAGIC = b"%PDF-"
MEGABYTE = 1024 * 1024
XML_ENCODING = re.compile(rb"""\s*<\?xml\b[^>]{0,100}\bencoding\s?=\s?["']([\w.-]{1,40})["']""")
DECLARED_WITHIN_BYTES = 200


def read_lines(source: Source, newline: str | None = None) -> Iterator[str]:
    """The lines with their ends; `newline` is as for `open`. A huge line comes in pieces.

    Raises:
        Invalid: `import_too_large` or `import_not_text`.
    """
    with opened(source) as binary:
        text = io.TextIOWrapper(binary, encoding=_encoding(binary), newline=newline)
        number = 1
        try:
            while line := text.readline(ITEM_MAX_CHARACTERS):
                if "\0" in line:
                    raise _not_text(number)
                yield line
                number += 1
        except UnicodeError:
            raise _not_text(number) from None


def read_text(source: Source) -> str:
    """The whole text; raises as `read_lines`."""
    return "".join(read_lines(source, newline=""))


def first_bytes(source: Source, count: int) -> bytes:
    """The first bytes of a file; raises as `opened`."""
    with opened(source) as binary:
        return binary.read(count)


def head(source: Source, characters: int) -> str:
    """The beginning of the text; raises as `read_lines`."""
    found = ""
    for line in read_lines(source):
        found += line
        if len(found) >= characters:
            break
    return found[:characters]


def is_binary(start: bytes) -> bool:
    """Whether a file that begins like this, as pictures and PDF do, is no text in any encoding."""
    return start.startswith(PDF_MAGIC) or (b"\0" in start and not start.startswith(tuple(BOMS)))


def encoding_of(source: Source) -> str | None:
    """The encoding in which a file of text or XML is read, if it is another than UTF-8."""
    start = first_bytes(source, DECLARED_WITHIN_BYTES)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    found = XML_ENCODING.match(start)
    name = found[1].decode().upper() if found else "UTF-8"
    return None if name in {"UTF-8", "US-ASCII"} else name


def opened(source: Source) -> io.BufferedReader | io.BytesIO:
    """The bytes of a file.

    Raises:
        Invalid: `import_too_large`.
    """
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > FILE_MAX_BYTES:
        message = f"The file is larger than {FILE_MAX_BYTES // MEGABYTE} MB. Split it."
        raise Invalid("import_too_large", message)
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def _encoding(binary: BinaryIO) -> str:
    start = binary.read(max(map(len, BOMS)))
    binary.seek(0)
    return next((name for bom, name in BOMS.items() if start.startswith(bom)), "utf-8")


def _not_text(line: int) -> Invalid:
    message = f"Near line {line} the file is not text in UTF-8. Save it as a text file in UTF-8."
    return Invalid("import_not_text", message)
