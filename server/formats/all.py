"""All formats by their names, which of them a file has, and what each cannot carry."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.formats import aiken, drafts_json, gift, gift_writer, tables
from server.formats.items import ITEMS_MAX, Fate, ImportedItem, Source
from server.formats.texts import head
from server.formats.tidy import differences

JSON_STARTS = re.compile(r"\{|\[\s*[{\]]")
HEAD_CHARACTERS = 64 * 1024
NOT_CARRIED = "question"
"""The loss of a whole question."""


class Format(NamedTuple):
    title: str
    extension: str
    read: Callable[[Source], Iterator[ImportedItem]]
    write: Callable[[Iterable[QuestionDraft]], Iterator[bytes]]


FORMATS: Mapping[str, Format] = {
    "gift": Format("GIFT", "gift", gift.read, gift_writer.write),
    "aiken": Format("Aiken", "txt", aiken.read, aiken.write),
    "json": Format("JSON", "json", drafts_json.read, drafts_json.write),
    "csv": Format("CSV", "csv", tables.read, tables.write),
}


def read(source: Source, name: str | None = None) -> Iterator[ImportedItem]:
    """The items of a file, whose format is found by its content unless it is named.

    Raises:
        Invalid: the file as a whole cannot be read; its code begins with `import_`.
    """
    items = FORMATS[name or detect(source)].read(source)
    yield from islice(items, ITEMS_MAX)
    if next(items, None) is not None:
        message = f"The file has more than {ITEMS_MAX:,} items. Split it."
        raise Invalid("import_too_many_items", message)


def detect(source: Source) -> str:
    """The name of the format that the file's content has, whatever the file is called."""
    start = head(source, HEAD_CHARACTERS).removeprefix(tables.BOM).lstrip()
    if JSON_STARTS.match(start):
        return "json"
    if tables.columns_of(start.partition("\n")[0]).keys() >= tables.REQUIRED:
        return "csv"
    if any(aiken.ANSWER.fullmatch(line.strip()) for line in start.splitlines()):
        return "aiken"
    if "{" in start and not start.startswith("<"):
        return "gift"
    message = "This is none of the formats that Kuis reads: GIFT, Aiken, JSON or CSV."
    raise Invalid("import_unknown_format", message)


def losses(name: str, question: QuestionDraft) -> list[str]:
    """What this question loses in a format, found by writing and reading it.

    These are names of fields, or only `question` if the format cannot carry it at all.
    """
    format_ = FORMATS[name]
    items = list(format_.read(b"".join(format_.write([question]))))
    drafts = [item.draft for item in items if item.draft and item.fate is not Fate.REFUSED]
    return differences(question, drafts[0]) if len(drafts) == len(items) == 1 else [NOT_CARRIED]
