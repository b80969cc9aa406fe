"""Kahoot's workbook: questions with up to four answers, below a header after instructions."""

import re
from collections.abc import Iterator, Sequence

from game.rules.questions import Kind
from game.rules.questions.fields import TIME_LIMIT_MAX_S, TIME_LIMIT_MIN_S
from server.formats.items import ImportedItem, ItemProblem, Place, Source, taken
from server.formats.rows import choices_of, drafted, right_numbers, whole_number
from server.formats.tidy import tidied
from server.formats.workbooks import Cells, Columns, read_table

NAMES = {
    "question": re.compile(r"question\b(?!\s*(?:type|text))"),
    **{f"choice {number}": re.compile(rf"answer\s*{number}\b") for number in range(1, 7)},
    "time limit": re.compile(r"time\s*limit"),
    "correct": re.compile(r"correct\s*answer"),
}
"""How the cells of the header begin; limits and hints follow."""
REQUIRED = {"question", "choice 1", "choice 2", "correct"}
ANSWERS_MAX = 6
QUESTION_MAX = 120
ANSWER_MAX = 75
TIMES_S = (5, 10, 20, 30, 60, 90, 120, 240)
USUAL_TIME_S = 20


def read(source: Source) -> Iterator[ImportedItem]:
    """The rows below the header; raises as `read_table`."""
    return read_table(source, columns_of, item_of)


def columns_of(header: Sequence[str]) -> Columns:
    """The place of each known column; none if the columns that must be there are not."""
    cells = [cell.strip().lower() for cell in header]
    found = {
        name: at
        for name, begins in NAMES.items()
        for at in [next((at for at, cell in enumerate(cells) if begins.match(cell)), None)]
        if at is not None
    }
    return found if found.keys() >= REQUIRED else {}


def item_of(place: Place, cells: Cells) -> ImportedItem:
    """The question of a row. Where several answers are right, Kahoot takes any one of them."""
    cells = {name: cell.strip() for name, cell in cells.items()}
    bad: list[ItemProblem] = []
    texts = [cells.get(f"choice {number}", "") for number in range(1, ANSWERS_MAX + 1)]
    right = right_numbers(cells["correct"], ANSWERS_MAX, bad)
    fields: dict[str, object] = {
        "type": Kind.MULTIPLE_SELECT if len(right) > 1 else Kind.MULTIPLE_CHOICE,
        "stem": cells["question"],
        "choices": choices_of(texts, right),
        "time_limit": USUAL_TIME_S,
    }
    if cells.get("time limit"):
        fields["time_limit"] = _time(cells, bad)
    bad += _too_long(cells["question"], texts)
    draft = tidied(drafted(fields, bad))
    return taken(place, draft, {"any_right_choice"} if len(right) > 1 else (), bad)


def _time(cells: Cells, bad: list[ItemProblem]) -> int:
    time = whole_number(cells, "time limit", bad)
    if time is None:
        return USUAL_TIME_S
    if time not in TIMES_S:
        times = ", ".join(map(str, TIMES_S))
        message = f"Kahoot's times are {times} seconds. Choose one, or take it as it is."
        bad.append(ItemProblem("time_limit", "not_a_kahoot_time", message))
    return time if TIME_LIMIT_MIN_S <= time <= TIME_LIMIT_MAX_S else USUAL_TIME_S


def _too_long(question: str, answers: Sequence[str]) -> Iterator[ItemProblem]:
    """What Kahoot would not have taken. The drafts are whole, so they can be taken all the same."""
    texts = [("stem", question, QUESTION_MAX)]
    texts += [(f"choices[{at}].text", text, ANSWER_MAX) for at, text in enumerate(answers)]
    for path, text, most in texts:
        if len(text) > most:
            message = f"Kahoot has at most {most} characters here. Shorten it, or take it as it is."
            yield ItemProblem(path, "longer_than_kahoot", message)
