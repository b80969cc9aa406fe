"""What an imported item is: where it was, the question that it became, and what happened to it."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Literal

from msgspec import Struct, ValidationError

from game.errors import Detail
from game.rules.questions import QuestionDraft, problems
from server.formats.pictures import Picture

FILE_MAX_BYTES = 50 * 1024 * 1024
ITEM_MAX_CHARACTERS = 64 * 1024
ITEMS_MAX = 100_000

Source = bytes | Path
"""The content of a file, or where it is."""

AT = " - at `$"  # before the path in what msgspec says

LOSSES = {
    "any_right_choice": "Any one of the right choices was enough; now all of them are asked for.",
    "date": "A cell is a date, perhaps made by the spreadsheet from a text like 1/2. Look at it.",
    "feedback_per_choice": "Feedback for single answers is left out.",
    "feedback": "Hints, and feedback on the answer as a whole, are left out.",
    "formatting": "Formatting is left out; the text stays.",
    "notes": "Notes for those who mark the answers are left out.",
    "other_answers": "Only the first of several right numbers is kept.",
    "other_media": "Sound, film or another file is left out.",
    "passage": "A text that the question belongs to is left out.",
    "picture": "A picture is left out.",
    "points": "The points do not fit and are left out.",
    "tags": "A tag that does not fit is left out.",
    "time_limit": "The time limit does not fit and is changed to the nearest one that does.",
    "title": "The title is left out.",
    "topic": "The category does not fit as a topic and is left out.",
    "units": "Units are left out; only the number is asked for.",
    "unknown_field": "A field that questions do not have is left out.",
    "weights": "Weights are left out: all right answers count the same.",
    "wildcards": "An asterisk no longer stands for any text.",
}
"""What may be lost on the way in, by its code without `loss.`."""


class Fate(StrEnum):
    TAKEN = "taken"
    TAKEN_WITH_LOSS = "taken_with_loss"
    REFUSED = "refused"


class Place(Struct, frozen=True):
    """Where an item begins, counted from 1. Rows count the header."""

    kind: Literal["line", "row", "item"]
    number: int


class ItemProblem(Detail, frozen=True):
    """Why an item is refused or what it loses, and the cell of a workbook, like D12."""

    cell: str | None = None


class ImportedItem(Struct, frozen=True):
    """An item of a file. A refused one has a draft, which can be mended, if it was understood.

    `pictures` came with it; their addresses stand in the draft until they are stored.
    """

    place: Place
    draft: QuestionDraft | None
    fate: Fate
    problems: tuple[ItemProblem, ...] = ()
    pictures: tuple[Picture, ...] = ()


class BadItemError(Exception):
    """This item cannot be read. It is refused, and the rest of the file goes on."""

    def __init__(self, code: str, message: str, path: str = "") -> None:
        super().__init__(message)
        self.detail = ItemProblem(path, code, message)


def loss(code: str) -> ItemProblem:
    return ItemProblem("", f"loss.{code}", LOSSES[code])


def taken(
    place: Place,
    draft: QuestionDraft,
    losses: Iterable[str] = (),
    bad: Iterable[ItemProblem] = (),
    pictures: Iterable[Picture] = (),
) -> ImportedItem:
    """The item with this draft, refused if something in the file is bad or it cannot be played."""
    packed = tuple(pictures)
    if found := tuple(bad) or tuple(_problems(draft)):
        return ImportedItem(place, draft, Fate.REFUSED, found, packed)
    lost = tuple(map(loss, sorted(set(losses))))
    return ImportedItem(place, draft, Fate.TAKEN_WITH_LOSS if lost else Fate.TAKEN, lost, packed)


def _problems(draft: QuestionDraft) -> Iterator[ItemProblem]:
    return (ItemProblem(each.path, each.code, each.message) for each in problems(draft))


def refused(place: Place, error: BadItemError) -> ImportedItem:
    return ImportedItem(place, None, Fate.REFUSED, (error.detail,))


def bad_value(error: ValidationError) -> BadItemError:
    """A field that no question may have, with its path."""
    message, _, path = str(error).partition(AT)
    return BadItemError("bad_value", f"{message}.", path.rstrip("`").lstrip("."))
