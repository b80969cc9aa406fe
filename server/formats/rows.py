"""A question as a row of named columns, as our own CSV and workbooks have it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from game.rules.questions import CHOICES_MAX, Kind, QuestionDraft
from server.exports.cells import FORMULA
from server.formats.items import (
    ImportedItem,
    ItemProblem,
    Place,
    bad_value,
    taken,
)
from server.formats.tidy import LENIENCY, tidied

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
LONG_TEXTS = ("stem", "explanation")
FIELD_COLUMNS = {"stem": "question", "media": "picture", "choices": "correct", "": "type"}
CHOICE_PATH = re.compile(r"choices\[(\d+)\]\.(\w+)")
NUMBERS = re.compile(r"[,;.\s]+")  # a dot, where a spreadsheet takes 1,3 for a number
YES_AND_NO = {"yes": True, "no": False, "true": True, "false": False}
# Where numbers have decimal commas, Excel splits cells at semicolons, also within quotes.
# If such a cell begins with quotes, what comes after them counts.
SPLIT = re.compile(r"[;|\t\r\n]")
LISTED = re.compile(r"(?P<bar>\|)|\\(?P<escaped>[\\|])|(?P<plain>\\|[^\\|]+)")
HARMFUL = re.compile(rf"'*\"*{FORMULA}")


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


def columns_of(header: Iterable[str]) -> dict[str, int]:
    """The place of each known column; none if the columns that must be there are not."""
    names = [" ".join(cell.replace("_", " ").lower().split()) for cell in header]
    found = {name: names.index(name) for name in HEADER if name in names}
    return found if found.keys() >= REQUIRED else {}


def column_of(path: str) -> str:
    """The column of a field, such as `choice 3` of `choices[2].text`."""
    if choice := CHOICE_PATH.fullmatch(path):
        return "choice pictures" if choice[2] == "media" else f"choice {int(choice[1]) + 1}"
    name = path.removeprefix("answer_key.").partition("[")[0]
    return FIELD_COLUMNS.get(name, name.replace("_", " "))


def item_of(place: Place, cells: Mapping[str, str]) -> ImportedItem:
    """The question of a row of our own, by the names of its columns."""
    cells = {name: meant(cell).strip() for name, cell in cells.items()}
    bad: list[ItemProblem] = []
    fields: dict[str, object] = {
        "type": cells["type"].lower().replace(" ", "_"),
        "stem": cells.get("question", ""),
        "media": cells.get("picture") or None,
        "tags": listed(cells.get("tags", "")),
        "choices": _choices(cells, bad),
    }
    fields |= {name: cells[name] for name in TEXTS if cells.get(name)}
    for name in WHOLE_NUMBERS:
        if cells.get(name) and (number := whole_number(cells, name, bad)) is not None:
            fields[name.replace(" ", "_")] = number
    key: dict[str, object] = {"accepted": listed(cells.get("accepted", ""))}
    key |= {name: _decimal(cells, name, bad) for name in ("value", "tolerance") if cells.get(name)}
    switches = [name for name in (*LENIENT, "several choices") if cells.get(name)]
    options = {name.replace(" ", "_"): _yes(cells, name, bad) for name in switches}
    if "several_choices" in options:
        options["multiple"] = options.pop("several_choices")
    draft = drafted(fields | {"answer_key": key, "options": options}, bad)
    return taken(place, tidied(draft), bad=bad)


def drafted(fields: dict[str, Any], bad: list[ItemProblem]) -> QuestionDraft:
    """A draft of all fields that fit; what is wrong with the others is added to `bad`."""
    texts = {name: fields.pop(name) for name in LONG_TEXTS if name in fields}  # cut by nobody
    while True:
        try:
            draft = msgspec.convert(fields, QuestionDraft)
        except msgspec.ValidationError as error:
            problem = bad_value(error).detail
            bad.append(problem)
            name = re.split(r"[.\[]", problem.path)[0]
            del fields[name]
            if name == "type":
                fields["type"] = Kind.MULTIPLE_CHOICE
        else:
            return msgspec.structs.replace(draft, **texts)


def _choices(cells: Mapping[str, str], bad: list[ItemProblem]) -> list[dict[str, object]]:
    right = right_numbers(cells.get("correct", ""), CHOICES_MAX, bad)
    pictures = listed(cells.get("choice pictures", ""))
    return choices_of([cells.get(name, "") for name in CHOICE_COLUMNS], right, pictures)


def choices_of(
    texts: Sequence[str], right: Collection[int], pictures: Sequence[str] = ()
) -> list[dict[str, object]]:
    """The choices up to the last one that has something; `right` has numbers from 1."""
    pictures = [*pictures, *[""] * (len(texts) - len(pictures))]
    choices: list[dict[str, object]] = [
        {"text": text, "media": picture or None, "is_correct": number in right}
        for number, (text, picture) in enumerate(zip(texts, pictures, strict=False), 1)
    ]
    while choices and not any(choices[-1].values()):
        choices.pop()
    return choices


def right_numbers(cell: str, most: int, bad: list[ItemProblem]) -> set[int]:
    """The numbers from 1 of the right choices; others are added to `bad`."""
    numbers = {number.strip() for number in NUMBERS.split(cell)} - {""}
    if unknown := numbers - {str(number) for number in range(1, most + 1)}:
        message = f"Write the numbers of the right choices, like 1,3, not {min(unknown)[:20]}."
        bad.append(ItemProblem("correct", "bad_value", message))
    return {int(number) for number in numbers - unknown}


def whole_number(cells: Mapping[str, str], name: str, bad: list[ItemProblem]) -> int | None:
    """The number in a cell; if it is none, that is added to `bad`."""
    try:
        return int(cells[name])
    except ValueError:
        bad.append(ItemProblem(name.replace(" ", "_"), "bad_value", "Write a whole number."))
        return None


def _decimal(cells: Mapping[str, str], name: str, bad: list[ItemProblem]) -> float | None:
    try:
        return float(cells[name].replace(",", "."))
    except ValueError:
        bad.append(ItemProblem(name, "bad_value", "Write a number."))
        return None


def _yes(cells: Mapping[str, str], name: str, bad: list[ItemProblem]) -> bool:
    if (cell := cells[name].lower()) in YES_AND_NO:
        return YES_AND_NO[cell]
    bad.append(ItemProblem(name, "bad_value", "Write yes or no."))
    return True


def cells_of(question: QuestionDraft) -> dict[str, str]:
    """The cells of a row of our own by the names of their columns, without empty ones."""
    question = tidied(question)
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
    cells["tags"] = joined(question.tags)
    if any(choice.media for choice in question.choices):
        cells["choice pictures"] = joined([choice.media or "" for choice in question.choices])
    cells |= _key_cells(question)
    cells |= {name.replace("_", " "): "no" for name in LENIENCY if name in question.options}
    cells["several choices"] = "no" if question.options.get("multiple") is False else ""
    return {name: harmless(cell) for name, cell in cells.items() if cell}


def _key_cells(question: QuestionDraft) -> dict[str, str]:
    key = question.answer_key or {}
    cells = {name: _number(key[name]) for name in ("value", "tolerance") if name in key}
    return cells | ({"accepted": joined(key["accepted"])} if "accepted" in key else {})


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def joined(texts: Sequence[str]) -> str:
    return "|".join(re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)


def listed(cell: str) -> list[str]:
    r"""The texts between bars; `\|` is a bar."""
    texts = [""] if cell else []
    for match in LISTED.finditer(cell):
        if match["bar"]:
            texts.append("")
        else:
            texts[-1] += match["escaped"] or match["plain"]
    return [text.strip() for text in texts]
