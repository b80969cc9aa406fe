"""The previewer: reads one file from stdin, and writes its items to stdout as JSON.

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
PROCESSOR_SECONDS: Final = 5
MEMORY_MAX_BYTES: Final = 200 * 1024 * 1024


class PreviewedFate(Struct, frozen=True, kw_only=True):
    """What happens to an item of a file, which begins at `line`, counted from 1.

    Rows count the header. `reason` is the first of the `problems`.
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


class Previewed(Struct, frozen=True, tag=True):
    """The preview as JSON, which the server passes on as it is."""

    body: bytes


def preview(content: bytes, name: str | None = None) -> Previewed | Refused:
    try:
        items = [_shown(item) for item in islice(read(content, name), PREVIEWED_MAX + 1)]
    except Invalid as error:
        return Refused(error.code, error.message)
    if len(items) > PREVIEWED_MAX:
        message = f"A preview has at most {PREVIEWED_MAX:,} items. Split the file."
        return Refused("import_too_many_items", message)
    refused = sum(item.fate is Fate.REFUSED for item in items)
    shown = ImportPreview(
        items=items,
        taken=len(items) - refused,
        refused=refused,
        encoding=encoding_of(content),
    )
    return Previewed(msgspec.json.encode(shown))


def _shown(item: ImportedItem) -> PreviewedItem:
    return PreviewedItem(
        line=item.place.number,
        place=item.place.kind,
        fate=item.fate,
        reason=item.problems[0].message if item.problems else None,
        problems=item.problems,
        question=item.draft,
        pictures=[picture.address for picture in item.pictures],
    )


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else None
    serve(lambda content: preview(content, name), PROCESSOR_SECONDS, MEMORY_MAX_BYTES)


if __name__ == "__main__":
    main()
