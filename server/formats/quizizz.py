"""The workbook of Quizizz, now Wayground: a question in each row, with up to five options."""

import re
from collections.abc import Iterator, Sequence

from game.rules.questions import Kind
from game.rules.questions.fields import TIME_LIMIT_MAX_S, TIME_LIMIT_MIN_S
from server.formats.items import ImportedItem, ItemProblem, Place, Source, taken
from server.formats.rows import choices_of, drafted, right_numbers, whole_number
from server.formats.tidy import tidied
from server.formats.workbooks import Cells, Columns, read_table

OPTIONS_MAX = 5
NAMES = {
    "question text": "question",
    "question type": "type",
    **{f"option {number}": f"choice {number}" for number in range(1, OPTIONS_MAX + 1)},
    "correct answer": "correct",
    "time in seconds": "time limit",
    "image link": "picture",
    "answer explanation": "explanation",
}
"""Our names of the columns by theirs."""
REQUIRED = {"question", "type", "choice 1"}
NOT_LETTERS = re.compile(r"[^a-z]+")
KINDS = {
    "multiplechoice": Kind.MULTIPLE_CHOICE,
    "checkbox": Kind.MULTIPLE_SELECT,
    "fillintheblank": Kind.SHORT_ANSWER,
    "openended": Kind.SHORT_ANSWER,
    "poll": Kind.POLL,
}
ADDRESS = re.compile(r"https?://[^\s/]\S*")


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header; raises as `read_table`."""
    return read_table(source, columns_of, item_of)


def columns_of(header: Sequence[str]) -> Columns:
    """The place of each known column; none if the columns that must be there are not."""
    names = [" ".join(cell.lower().split()) for cell in header]
    found = {ours: names.index(theirs) for theirs, ours in NAMES.items() if theirs in names}
    return found if found.keys() >= REQUIRED else {}


def item_of(place: Place, cells: Cells) -> ImportedItem:
    """The question of a row. The options of a blank to fill in are its accepted answers."""
    cells = {name: cell.strip() for name, cell in cells.items()}
    bad: list[ItemProblem] = []
    losses: set[str] = set()
    kind = _kind(cells["type"], bad)
    fields: dict[str, object] = {
        "type": kind,
        "stem": cells["question"],
        "explanation": cells.get("explanation", ""),
        **_answers(kind, cells, bad),
    }
    if cells.get("time limit") and (time := whole_number(cells, "time limit", bad)) is not None:
        fields["time_limit"] = min(max(time, TIME_LIMIT_MIN_S), TIME_LIMIT_MAX_S)
        losses |= {"time_limit"} if time != fields["time_limit"] else set()
    if picture := cells.get("picture"):
        fields["media"] = picture if ADDRESS.fullmatch(picture) else None
        losses |= set() if fields["media"] else {"picture"}
    return taken(place, tidied(drafted(fields, bad)), losses, bad)


def _kind(name: str, bad: list[ItemProblem]) -> Kind:
    kind = KINDS.get(NOT_LETTERS.sub("", name.lower()))
    if kind is None:
        message = f"Kuis has no questions of the type {name[:40]}."
        bad.append(ItemProblem("type", "unknown_type", message))
    return kind or Kind.MULTIPLE_CHOICE


def _answers(kind: Kind, cells: Cells, bad: list[ItemProblem]) -> dict[str, object]:
    texts = [cells.get(f"choice {number}", "") for number in range(1, OPTIONS_MAX + 1)]
    if kind is Kind.SHORT_ANSWER:
        accepted = [text for text in texts if text]
        if not accepted:
            message = "Without accepted answers nothing could be checked. Write some."
            bad.append(ItemProblem("answer_key.accepted", "essay", message))
        return {"answer_key": {"accepted": accepted}}
    right = right_numbers(cells.get("correct", ""), OPTIONS_MAX, bad)
    options = {"multiple": False} if kind is Kind.POLL else {}
    return {"choices": choices_of(texts, right), "options": options}
