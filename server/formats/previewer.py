"""The previewer: reads one file from stdin, and writes its items to stdout, each as JSON.

Its argument is the name of the format, if it is not to be found by the content. It runs as a
separate process with limited time and memory, because files come from strangers.
"""

import sys
from itertools import islice
from typing import Final, Literal

import msgspec
from msgspec import Struct

from game.errors import Invalid
from game.rules.questions import QuestionDraft
from server.bounded_programs import serve
from server.formats.all import read
from server.formats.items import Fate, ImportedItem, ItemProblem
from server.formats.texts import encoding_of

PREVIEWED_MAX: Final = 2_000
PROBLEMS_SHOWN: Final = 20
"""Of one item: a file of 5 MB can have more than a million."""
PROCESSOR_SECONDS: Final = 5
MEMORY_MAX_BYTES: Final = 200 * 1024 * 1024


class PreviewedFate(Struct, frozen=True, kw_only=True):
    """What happens to an item of a file, which begins at `line`, counted from 1.

    Rows count the header. `reason` is the first of the `problems`, of which at most 20 are listed.
    """

    line: int
    place: Literal["line", "row", "item"]
    """What `line` counts."""
    fate: Fate
    reason: str | None
    problems: tuple[ItemProblem, ...]


class PreviewedItem(PreviewedFate, frozen=True, kw_only=True):
    """A question of a file, with what happens to it.

    A refused one has a question, which can be mended, if it was understood. `pictures` came with
    it. Their addresses stand in the question until `storeImportedPictures` has stored them and says
    their own.
    """

    question: QuestionDraft | None
    pictures: list[str]


class ImportPreview(Struct, frozen=True, kw_only=True):
    """All items of a file. `taken` counts those with a loss, too.

    `encoding` is that of a text or XML file which is not in UTF-8. If it is not the right one,
    letters with accents are wrong.
    """

    items: list[PreviewedItem]
    taken: int
    refused: int
    encoding: str | None


class Refused(Struct, frozen=True, tag=True):
    """The file as a whole cannot be read."""

    code: str
    message: str


class ReadItem(Struct, frozen=True):
    """A `PreviewedItem` as JSON, which the server passes on as it is: it may be of any size.

    `pictures` are the addresses of its own.
    """

    shown: bytes
    is_taken: bool
    pictures: list[str]


class Previewed(Struct, frozen=True, tag=True):
    """What an `ImportPreview` consists of."""

    items: list[ReadItem]
    taken: int
    refused: int
    encoding: str | None


def preview(content: bytes, name: str | None = None) -> Previewed | Refused:
    try:
        items = [read_item(_shown(item)) for item in islice(read(content, name), PREVIEWED_MAX + 1)]
    except Invalid as error:
        return Refused(error.code, error.message)
    if len(items) > PREVIEWED_MAX:
        message = f"A preview has at most {PREVIEWED_MAX:,} items. Split the file."
        return Refused("import_too_many_items", message)
    taken = sum(item.is_taken for item in items)
    return Previewed(items, taken, len(items) - taken, encoding_of(content))


def read_item(shown: PreviewedItem) -> ReadItem:
    is_taken = shown.fate is not Fate.REFUSED
    return ReadItem(msgspec.json.encode(shown), is_taken, shown.pictures)


def _shown(item: ImportedItem) -> PreviewedItem:
    return PreviewedItem(
        line=item.place.number,
        place=item.place.kind,
        fate=item.fate,
        reason=item.problems[0].message if item.problems else None,
        problems=item.problems[:PROBLEMS_SHOWN],
        question=item.draft,
        pictures=[picture.address for picture in item.pictures],
    )


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else None
    serve(lambda content: preview(content, name), PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
