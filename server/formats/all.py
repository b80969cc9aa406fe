"""All formats by their names, which of them a file has, and what each cannot carry."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.exports.files import XLSX_TYPE
from server.formats import (
    aiken,
    drafts_json,
    gift,
    gift_writer,
    kahoot,
    moodle_xml,
    moodle_xml_writer,
    qti,
    qti_writer,
    quizizz,
    rows,
    sheets,
    tables,
    workbooks,
    xlsx,
)
from server.formats.archives import is_archive, open_archive
from server.formats.items import ITEMS_MAX, Fate, ImportedItem, Source
from server.formats.pictures import media_of, sample, with_media
from server.formats.texts import first_bytes, head, is_binary, opened
from server.formats.tidy import differences
from server.formats.xml_trees import root_name

JSON_STARTS = re.compile(r"\{|\[\s*[{\]]")
WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
HEAD_CHARACTERS = 64 * 1024
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NOT_CARRIED = "question"
"""The loss of a whole question."""

Read = Callable[[Source], Iterator[ImportedItem]]


TEXT = "text/plain"  # Litestar adds the charset
BYTES = "application/octet-stream"
"""Of JSON: by its own type it would be taken for an answer of the API."""


class Format(NamedTuple):
    """A format to read and write; `echo` reads again what it writes, but costs less.

    `pack` writes pictures too, and is given their bytes by their addresses here.
    """

    title: str
    extension: str
    media_type: str
    read: Read
    write: Callable[[Iterable[QuestionDraft]], Iterator[bytes]]
    echo: Callable[[QuestionDraft], list[ImportedItem]] | None = None
    pack: Callable[[Iterable[QuestionDraft], Mapping[str, bytes]], Iterator[bytes]] | None = None


FORMATS: Mapping[str, Format] = {
    "gift": Format("GIFT", "gift", TEXT, gift.read, gift_writer.write),
    "aiken": Format("Aiken", "txt", TEXT, aiken.read, aiken.write),
    "json": Format("JSON", "json", BYTES, drafts_json.read, drafts_json.write),
    "csv": Format("CSV", "csv", "text/csv", tables.read, tables.write),
    "xlsx": Format("XLSX", "xlsx", XLSX_TYPE, xlsx.read, xlsx.write, xlsx.echo),
    "moodle": Format(
        "Moodle XML",
        "xml",
        "application/xml",
        moodle_xml.read,
        moodle_xml_writer.write,
        pack=moodle_xml_writer.write,
    ),
    "qti": Format(
        "QTI 3.0", "zip", "application/zip", qti.read, qti_writer.write, pack=qti_writer.write
    ),
}
READERS: Mapping[str, Read] = {name: format_.read for name, format_ in FORMATS.items()} | {
    "kahoot": kahoot.read,
    "quizizz": quizizz.read,
}
"""All formats that are read, by their names."""
WORKBOOKS = {
    "kahoot": kahoot.columns_of,
    "quizizz": quizizz.columns_of,
    "xlsx": rows.columns_of,
}
ROOTS = {moodle_xml.ROOT: "moodle"} | dict.fromkeys(qti.ITEM_ROOTS, "qti")
"""The formats of XML files by their first element."""


def read(source: Source, name: str | None = None) -> Iterator[ImportedItem]:
    """The items of a file, whose format is found by its content unless it is named.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    items = READERS[name or detect(source)](source)
    yield from islice(items, ITEMS_MAX)
    if next(items, None) is not None:
        message = f"The file has more than {ITEMS_MAX:,} items. Split it."
        raise Invalid("import_too_many_items", message)


def detect(source: Source) -> str:
    """The name of the format that the file's content has, whatever the file is called."""
    start = first_bytes(source, HEAD_CHARACTERS)
    if is_archive(start):
        return _packed(source)
    if start.startswith(OLE_MAGIC):
        raise _old_workbook(source)
    if (root := root_name(start)) in ROOTS:
        return ROOTS[root]
    if is_binary(start):
        raise _unknown()
    return _text(head(source, HEAD_CHARACTERS).removeprefix(tables.BOM).lstrip())


def _text(start: str) -> str:
    if JSON_STARTS.match(start):
        return "json"
    if tables.columns_of(start.partition("\n")[0]):
        return "csv"
    if any(aiken.ANSWER.fullmatch(line.strip()) for line in start.splitlines()):
        return "aiken"
    if WEB_PAGE.match(start):
        message = (
            "This is a web page, whatever its name. Open it in a spreadsheet, save it as XLSX."
        )
        raise Invalid("import_web_page", message)
    if "{" in start and not start.startswith("<"):
        return "gift"
    raise _unknown()


def _packed(source: Source) -> str:
    with open_archive(source) as archive:
        names = archive.names
    if sheets.MAIN_PART in names:
        for row in workbooks.first_rows(source):
            for name, columns_of in WORKBOOKS.items():
                if columns_of(row):
                    return name
        message = "No sheet has a row with the columns of Kahoot, Quizizz or our own."
        raise Invalid("import_no_header", message)
    if qti.manifest_of(names):
        return "qti"
    if any(name.startswith(("word/", "ppt/", "xl/")) or name == "mimetype" for name in names):
        message = "This is another kind of document. Save the questions as an XLSX workbook."
        raise Invalid("import_other_document", message)
    if any(name.lower().endswith((".xlsx", ".zip")) for name in names):
        message = "There is a file in this archive. Unpack it first."
        raise Invalid("import_nested_archive", message)
    raise _unknown()


def _old_workbook(source: Source) -> Invalid:
    with opened(source) as binary:
        if OLE_ENCRYPTED in binary.read():
            message = "The file is protected by a password. Save it without one."
            return Invalid("import_encrypted", message)
    message = "This is a workbook of old Excel, or another old document. Save it as XLSX."
    return Invalid("import_old_document", message)


def _unknown() -> Invalid:
    names = "GIFT, Aiken, Moodle XML, QTI, JSON, CSV, or a workbook of Kahoot, Quizizz or our own"
    message = f"This is none of the formats that Kuis reads: {names}."
    return Invalid("import_unknown_format", message)


def write(
    name: str, questions: Iterable[QuestionDraft], pictures: Mapping[str, bytes]
) -> Iterator[bytes]:
    """A file with these questions, and with those of their pictures that it can hold."""
    format_ = FORMATS[name]
    return format_.pack(questions, pictures) if format_.pack else format_.write(questions)


def losses(name: str, question: QuestionDraft, pictures: Collection[str] = ()) -> list[str]:
    """What this question loses in a format, found by writing and reading it.

    These are names of fields, or only `question` if the format cannot carry it at all. `pictures`
    are the addresses of those that are at hand when the file is written.
    """
    format_ = FORMATS[name]
    contents = {address: sample(address) for address in media_of(question) & set(pictures)}
    if format_.echo:
        items = format_.echo(question)
    else:
        items = list(format_.read(b"".join(write(name, [question], contents))))
    known = {content: address for address, content in contents.items()}
    drafts = [
        with_media(item.draft, {each.address: known.get(each.content) for each in item.pictures})
        for item in items
        if item.draft and item.fate is not Fate.REFUSED
    ]
    return differences(question, drafts[0]) if len(drafts) == len(items) == 1 else [NOT_CARRIED]
