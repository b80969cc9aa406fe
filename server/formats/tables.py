"""Our own CSV: a header, and a question in each row."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from game.errors import Invalid
from game.rules.questions import CHOICES_MAX, QuestionDraft
from server.exports.tables import FORMULA
from server.formats.items import (
    ITEM_MAX_CHARACTERS,
    BadItemError,
    ImportedItem,
    Place,
    Source,
    bad_value,
    refused,
    taken,
)
from server.formats.texts import read_lines
from server.formats.tidy import LENIENCY, tidied

BOM = "\ufeff"  # tells Excel that the file is UTF-8
CHOICE_COLUMNS = tuple(f"choice {number}" for number in range(1, CHOICES_MAX + 1))
TEXTS = ("explanation", "language", "level", "skill", "topic")
WHOLE_NUMBERS = ("points", "time limit", "difficulty")
LENIENT = tuple(name.replace("_", " ") for name in LENIENCY)
HEADER = (
    "type",
    "question",
    *CHOICE_COLUMNS,
    "correct",
    "accepted",
    "value",
    "tolerance",
    *WHOLE_NUMBERS,
    *TEXTS,
    "tags",
    "picture",
    "choice pictures",
    *LENIENT,
    "several choices",
)
REQUIRED = {"type", "question"}
DELIMITERS = ",;\t"
YES_AND_NO = {"yes": True, "no": False}
# Where numbers have decimal commas, Excel splits cells at semicolons and ignores quotes.
SPLIT = re.compile(r"[;|\t\r\n]")
LISTED = re.compile(r"(?P<bar>\|)|\\(?P<escaped>[\\|])|(?P<plain>\\|[^\\|]+)")
HARMFUL = re.compile(rf"'*{FORMULA}")


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header. No cell is ever taken for a formula.

    Raises:
        Invalid: `import_no_header`.
    """
    lines = _Lines(read_lines(source, newline=""))
    first = next(lines, "")
    delimiter = delimiter_of(first)
    columns = columns_of(first)
    if not columns.keys() >= REQUIRED:
        message = "The first row must name the columns: at least type and question."
        raise Invalid("import_no_header", message)
    rows = csv.reader(lines, delimiter=delimiter)
    number = 1
    while True:
        number += 1
        place = Place("row", number)
        try:
            row = next(rows, None)
            if row is None:
                return
            lines.check()
            if any(map(str.strip, row)):
                yield _item(place, columns, row)
        except csv.Error:
            message = "This row cannot be read: is a quotation mark missing?"
            yield refused(place, BadItemError("bad_row", message))
        except BadItemError as error:
            yield refused(place, error)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with all their fields. No spreadsheet takes any cell for a formula."""
    yield (BOM + _line(HEADER)).encode()
    for question in questions:
        cells = _cells(tidied(question))
        yield _line([harmless(cells.get(name, "")) for name in HEADER]).encode()


class _Lines:
    """Lines for the `csv` module, which are cut if they are too long for a question."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._was_cut = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = piece = next(self._pieces)
        while len(piece) == ITEM_MAX_CHARACTERS and not piece.endswith(("\r", "\n")):
            self._was_cut = True
            piece = next(self._pieces, "")
        return line

    def check(self) -> None:
        """Refuse the row that was just read if a part of it was cut off."""
        was_cut, self._was_cut = self._was_cut, False
        if was_cut:
            raise BadItemError("item_too_long", "This item is too long to be a question.")


def columns_of(header: str) -> dict[str, int]:
    """The place of each known column."""
    row = next(csv.reader([header.removeprefix(BOM)], delimiter=delimiter_of(header)), [])
    names = [" ".join(cell.replace("_", " ").lower().split()) for cell in row]
    return {name: names.index(name) for name in HEADER if name in names}


def delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def harmless(text: str) -> str:
    """The cell with an apostrophe wherever a spreadsheet would see a formula begin."""
    text = SPLIT.sub(lambda at: f"{at[0]}{_apostrophe(text, at.end())}", text)
    return _apostrophe(text, 0) + text


def meant(cell: str) -> str:
    """The text of a cell, without the apostrophes that `harmless` adds."""
    for at in reversed([0, *(match.end() for match in SPLIT.finditer(cell))]):
        if cell[at : at + 1] == "'" and HARMFUL.match(cell, at + 1):
            cell = cell[:at] + cell[at + 1 :]
    return cell


def _apostrophe(text: str, at: int) -> str:
    return "'" if HARMFUL.match(text, at) else ""


def _item(place: Place, columns: dict[str, int], row: Sequence[str]) -> ImportedItem:
    cells = {name: meant(row[at]).strip() for name, at in columns.items() if at < len(row)}
    fields: dict[str, object] = {
        "type": cells["type"].lower().replace(" ", "_"),
        "stem": cells.get("question", ""),
        "media": cells.get("picture") or None,
        "tags": _listed(cells.get("tags", "")),
        "choices": _choices(cells),
    }
    fields |= {name: cells[name] for name in TEXTS if cells.get(name)}
    for name in WHOLE_NUMBERS:
        if cells.get(name):
            fields[name.replace(" ", "_")] = _whole(cells, name)
    key: dict[str, object] = {"accepted": _listed(cells.get("accepted", ""))}
    key |= {name: _decimal(cells, name) for name in ("value", "tolerance") if cells.get(name)}
    options = {name.replace(" ", "_"): _yes(cells, name) for name in LENIENT if cells.get(name)}
    if cells.get("several choices"):
        options["multiple"] = _yes(cells, "several choices")
    try:
        draft = msgspec.convert(fields | {"answer_key": key, "options": options}, QuestionDraft)
    except msgspec.ValidationError as error:
        raise bad_value(error) from None
    return taken(place, tidied(draft))


def _choices(cells: dict[str, str]) -> list[dict[str, object]]:
    texts = [cells.get(name, "") for name in CHOICE_COLUMNS]
    pictures = _listed(cells.get("choice pictures", ""))
    pictures += [""] * (CHOICES_MAX - len(pictures))
    right = {number.strip() for number in cells.get("correct", "").split(",")} - {""}
    if unknown := right - {str(number) for number in range(1, CHOICES_MAX + 1)}:
        message = f"Write the numbers of the right choices, like 1,3, not {min(unknown)[:20]}."
        raise BadItemError("bad_value", message, "correct")
    choices: list[dict[str, object]] = [
        {"text": text, "media": picture or None, "is_correct": str(number) in right}
        for number, (text, picture) in enumerate(zip(texts, pictures, strict=False), 1)
    ]
    while choices and not (
        choices[-1]["text"] or choices[-1]["media"] or choices[-1]["is_correct"]
    ):
        choices.pop()
    return choices


def _whole(cells: dict[str, str], name: str) -> int:
    try:
        return int(cells[name])
    except ValueError:
        raise BadItemError("bad_value", "Write a whole number.", name) from None


def _decimal(cells: dict[str, str], name: str) -> float:
    try:
        return float(cells[name].replace(",", "."))
    except ValueError:
        raise BadItemError("bad_value", "Write a number.", name) from None


def _yes(cells: dict[str, str], name: str) -> bool:
    try:
        return YES_AND_NO[cells[name].lower()]
    except KeyError:
        raise BadItemError("bad_value", "Write yes or no.", name) from None


def _cells(question: QuestionDraft) -> dict[str, str]:
    fields: dict[str, Any] = msgspec.to_builtins(question)  # Any: the values of a struct's fields
    cells = {
        "type": question.type.value,
        "question": question.stem,
        "picture": question.media or "",
    }
    for name in (*WHOLE_NUMBERS, *TEXTS):
        value = fields[name.replace(" ", "_")]
        cells[name] = "" if value is None else str(value)
    cells |= zip(CHOICE_COLUMNS, (choice.text for choice in question.choices), strict=False)
    right = (str(at) for at, choice in enumerate(question.choices, 1) if choice.is_correct)
    cells["correct"] = ",".join(right)
    cells["tags"] = _joined(question.tags)
    if any(choice.media for choice in question.choices):
        cells["choice pictures"] = _joined([choice.media or "" for choice in question.choices])
    cells |= _key_cells(question)
    cells |= {name.replace("_", " "): "no" for name in LENIENCY if name in question.options}
    cells["several choices"] = "no" if question.options.get("multiple") is False else ""
    return cells


def _key_cells(question: QuestionDraft) -> dict[str, str]:
    key = question.answer_key or {}
    cells = {name: _number(key[name]) for name in ("value", "tolerance") if name in key}
    return cells | ({"accepted": _joined(key["accepted"])} if "accepted" in key else {})


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _joined(texts: Sequence[str]) -> str:
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def _listed(cell: str) -> list[str]:
    r"""The texts between bars; `\|` is a bar."""
    texts = [""] if cell else []
    for match in LISTED.finditer(cell):
        if match["bar"]:
            texts.append("")
        else:
            texts[-1] += match["escaped"] or match["plain"]
    return [text.strip() for text in texts]


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
