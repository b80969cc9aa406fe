"""The previewer: reads one file from stdin, and writes its items to stdout as JSON.

It runs as a separate process with limited time and memory, because files come from strangers.
"""

from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.bounded_programs import serve
from server.formats.all import read
from server.formats.items import Fate, ImportedItem, ItemProblem, Place
from server.formats.texts import encoding_of

PREVIEWED_MAX: Final = 2_000
PROCESSOR_SECONDS: Final = 5
MEMORY_MAX_BYTES: Final = 200 * 1024 * 1024


class PreviewedItem(Struct, frozen=True):
    """An item of a file. A refused one has a draft, which can be mended, if it was understood.

    `pictures` came with it. Their addresses stand in the draft until `storeImportedPictures` has
    stored them and says their own.
    """

    place: Place
    draft: QuestionDraft | None
    fate: Fate
    problems: tuple[ItemProblem, ...]
    pictures: list[str]


class ImportPreview(Struct, frozen=True):
    """All items of a file. Send the drafts that you want to keep with the questions of a quiz.

    `encoding` is that of a text or XML file which is not in UTF-8. If it is not the right one,
    letters with accents are wrong.
    """

    items: list[PreviewedItem]
    encoding: str | None


class Refused(Struct, frozen=True, tag=True):
    """The file as a whole cannot be read."""

    code: str
    message: str


class Previewed(Struct, frozen=True, tag=True):
    """The preview as JSON, which the server passes on as it is."""

    body: bytes


def preview(content: bytes) -> Previewed | Refused:
    try:
        items = [_without_bytes(item) for item in islice(read(content), PREVIEWED_MAX + 1)]
    except Invalid as error:
        return Refused(error.code, error.message)
    if len(items) > PREVIEWED_MAX:
        message = f"A preview has at most {PREVIEWED_MAX:,} items. Split the file."
        return Refused("import_too_many_items", message)
    return Previewed(msgspec.json.encode(ImportPreview(items, encoding_of(content))))


def _without_bytes(item: ImportedItem) -> PreviewedItem:
    addresses = [picture.address for picture in item.pictures]
    return PreviewedItem(item.place, item.draft, item.fate, item.problems, addresses)


def main() -> None:
    serve(preview, PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
