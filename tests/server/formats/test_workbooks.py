"""Workbooks of Kahoot, Quizizz and our own: their columns, and what cells may hold."""

import io
import zipfile
from collections.abc import Sequence
from itertools import islice

import pytest

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats import workbooks, xlsx
from server.formats.all import detect, read
from server.formats.items import Fate, ImportedItem
from tests.server.formats import books
from tests.server.formats.books import OWN_HEADER, found, only, refusal

GOOD = (1, "Is rain wet?", "yes", "no", None, None, 20, 1)
OWN = ("multiple_choice", "Is rain wet?", "yes", "no", "1", 20)


def choices(*texts: str, right: Sequence[int] = ()) -> tuple[ChoiceDraft, ...]:
    return tuple(ChoiceDraft(text=text, is_correct=at in right) for at, text in enumerate(texts, 1))


WET = QuestionDraft(
    type=Kind.MULTIPLE_CHOICE,
    stem="Is rain wet?",
    time_limit=20,
    choices=choices("yes", "no", right=[1]),
)


HEADER = books.KAHOOT_HEADER


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, GOOD],
        [*[[]] * 7, HEADER, GOOD],
        [["Quiz template"], ["Add questions", "at least one"], *[[]] * 20, HEADER, GOOD],
        [tuple(reversed(HEADER)), tuple(reversed(GOOD))],
        [
            ("Question", "Answer 1", "Answer 2", "Time limit", "Correct answers"),
            (*GOOD[1:4], 20, 1),
        ],
        [("QUESTION", "ANSWER 1", "Answer2", "correct answer(s)"), (*GOOD[1:4], "1")],
    ],
)
def test_the_header_of_kahoot_is_found_by_its_words(rows: books.Rows) -> None:
    content = books.book([["Read me first"]], rows)
    assert detect(content) == "kahoot"
    item = only(content)
    assert item.draft == WET
    assert (item.place.kind, item.place.number) == ("row", len(rows))


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ((1, "Q" * 121, "yes", "no", None, None, 20, 1), "longer_than_kahoot", "B9"),
        ((1, "Wet?", "yes", "n" * 76, None, None, 20, 1), "longer_than_kahoot", "D9"),
        ((1, "Wet?", "yes", "no", None, None, 25, 1), "not_a_kahoot_time", "G9"),
        ((1, "Wet?", "yes", "no", None, None, 3, 1), "not_a_kahoot_time", "G9"),
        ((1, "Wet?", "yes", "no", None, None, "soon", 1), "bad_value", "G9"),
        ((1, "Wet?", "yes", "no", None, None, 20, None), "one_right", "H9"),
        ((1, "Wet?", "yes", "no", None, None, 20, "yes"), "bad_value", "H9"),
        ((1, "Wet?", "yes", "no", None, None, 20, 7), "bad_value", "H9"),
        ((1, "Wet?", "yes", "no", None, None, 20, 3), "missing", "E9"),
        ((1, "Wet?", "yes", None, None, None, 20, 1), "choices_count", "D9"),
        ((1, "Wet?", None, "no", None, None, 20, 2), "missing", "C9"),
        ((1, "Wet?", "no", "no", None, None, 20, 2), "duplicate", "D9"),
        ((1, None, "yes", "no", None, None, 20, 1), "missing", "B9"),
        ((1, "W" * 70_000, "yes", "no", None, None, 20, 1), None, None),
    ],
)
def test_a_bad_row_of_kahoot_is_refused_with_its_cell(
    row: Sequence[object], code: str | None, cell: str | None
) -> None:
    if code is None:
        row = (1, *["W" * 32_767] * 3)
    bad, good = read(books.kahoot(row, GOOD))
    assert bad.fate is Fate.REFUSED
    assert found(bad) == ([(code, cell)] if code else [("item_too_long", None)])
    assert good.draft == WET
    assert (bad.draft is None) == (code is None)


def test_what_only_kahoot_does_not_take_stays_whole() -> None:
    (item,) = read(books.kahoot((1, "Q" * 121, "yes", "no", None, None, 25, 1)))
    assert item.draft is not None
    assert (item.draft.stem, item.draft.time_limit) == ("Q" * 121, 25)


@pytest.mark.parametrize("correct", ["1,3", "1, 3", "1;3", "3,1", 1.3, " 1,3,"])
def test_several_right_answers_of_kahoot(correct: object) -> None:
    """Where numbers have decimal commas, a spreadsheet takes 1,3 for a number."""
    item = only(books.kahoot((1, "Prime?", 2, 4, 5.0, None, 30, correct)))
    assert item.draft is not None
    assert item.draft.type is Kind.MULTIPLE_SELECT
    assert item.draft.choices == choices("2", "4", "5", right=[1, 3])
    assert [problem.code for problem in item.problems] == ["loss.any_right_choice"]


def test_rows_of_kahoot_that_only_have_a_number_are_left_out() -> None:
    first, second = read(books.kahoot((1,), GOOD, (3,), [], (5, *GOOD[1:])))
    assert (first.place.number, second.place.number) == (10, 13)


def quiz(kind: str, *options: object, **more: object) -> ImportedItem:
    row = dict(zip(books.QUIZIZZ_HEADER, ("Wet?", kind, *options), strict=False))
    names = {"correct": "Correct Answer", "time": "Time in seconds", "picture": "Image Link"}
    row |= {names[name]: value for name, value in more.items()}
    return only(books.quizizz([row.get(name) for name in books.QUIZIZZ_HEADER]))


def test_a_row_of_quizizz() -> None:
    row = ("Wet?", "Multiple Choice", "no", "yes", None, None, None, 2, 45)
    content = books.quizizz((*row, "https://kuis.example/1.png", "It is."))
    assert detect(content) == "quizizz"
    assert only(content).draft == QuestionDraft(
        type=Kind.MULTIPLE_CHOICE,
        stem="Wet?",
        choices=choices("no", "yes", right=[2]),
        time_limit=45,
        media="https://kuis.example/1.png",
        explanation="It is.",
    )


@pytest.mark.parametrize(
    ("kind", "options", "correct", "draft"),
    [
        ("checkbox", ("a", "b", "c"), "1,3", (Kind.MULTIPLE_SELECT, ("a", "b", "c"), [1, 3])),
        ("Poll", ("a", "b"), None, (Kind.POLL, ("a", "b"), [])),
        ("Multiple choice", ("a", "b"), "2", (Kind.MULTIPLE_CHOICE, ("a", "b"), [2])),
    ],
)
def test_types_of_quizizz_with_choices(
    kind: str, options: Sequence[str], correct: object, draft: tuple[Kind, Sequence[str], list[int]]
) -> None:
    item = quiz(kind, *options, correct=correct)
    assert item.fate is Fate.TAKEN
    assert item.draft is not None
    assert (item.draft.type, item.draft.choices) == (draft[0], choices(*draft[1], right=draft[2]))


@pytest.mark.parametrize("kind", ["Fill-in-the-Blank", "Fill in the blank", "Open-Ended"])
def test_answers_of_quizizz_to_be_written(kind: str) -> None:
    item = quiz(kind, "Everest", "Mount Everest")
    assert item.draft is not None
    assert item.draft.type is Kind.SHORT_ANSWER
    assert item.draft.answer_key == {"accepted": ["Everest", "Mount Everest"]}


@pytest.mark.parametrize(
    ("kind", "code", "cell"),
    [
        ("Open-Ended", "essay", None),
        ("Draw", "unknown_type", "B2"),
        ("", "unknown_type", "B2"),
        ("Checkbox", "choices_count", None),
    ],
)
def test_what_quizizz_has_and_we_have_not(kind: str, code: str, cell: str | None) -> None:
    item = quiz(kind)
    assert item.fate is Fate.REFUSED
    assert item.draft is not None
    assert found(item)[0][0] == code
    assert cell is None or found(item)[0][1] == cell


@pytest.mark.parametrize(("time", "taken"), [(900, 300), (1, 5)])
def test_a_time_that_does_not_fit_is_a_loss(time: int, taken: int) -> None:
    item = quiz("Multiple Choice", "a", "b", correct=1, time=time)
    assert [problem.code for problem in item.problems] == ["loss.time_limit"]
    assert item.draft is not None
    assert item.draft.time_limit == taken


def test_a_picture_without_an_address_is_a_loss() -> None:
    item = quiz("Multiple Choice", "a", "b", correct=1, picture="rain.png")
    assert [problem.code for problem in item.problems] == ["loss.picture"]


def test_our_own_columns() -> None:
    content = books.book([("x",)], [[], OWN_HEADER, OWN, ("poll", "Wet?", "yes")])
    assert detect(content) == "xlsx"
    good, bad = read(content)
    assert good.draft == WET
    assert found(bad) == [("choices_count", "D4")]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (books.with_part(books.book([]), "xl/workbook.xml", "<workbook"), "import_bad_workbook"),
        (books.book([["Dear colleague"]]), "import_no_header"),
        (books.book(), "import_no_header"),
        (OLE, "import_old_document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "import_encrypted"),
        (b"\xef\xbb\xbf\n<HTML><table><tr><td>{", "import_web_page"),
        (b"<!DOCTYPE html><p>", "import_web_page"),
        (b"PK\x03\x04" + b"\0" * 100, "import_bad_archive"),
    ],
)
def test_files_with_a_wrong_name_are_refused(content: bytes, code: str) -> None:
    assert refusal(content) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("word/document.xml", "import_other_document"),
        ("ppt/presentation.xml", "import_other_document"),
        ("xl/workbook.bin", "import_other_document"),
        ("mimetype", "import_other_document"),
        ("quiz.xlsx", "import_nested_archive"),
        ("notes.txt", "import_unknown_format"),
    ],
)
def test_other_archives_are_refused(name: str, code: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "x")
    assert refusal(out.getvalue()) == code


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (books.kahoot(GOOD), "quizizz"),
        (books.quizizz(("Wet?", "Poll", "yes", "no")), "xlsx"),
        (books.book([OWN_HEADER, OWN]), "kahoot"),
    ],
)
def test_a_workbook_of_another_format_has_no_header(content: bytes, name: str) -> None:
    assert refusal(content, name) == "import_no_header"


def test_a_written_workbook_has_no_formulas() -> None:
    question = QuestionDraft(
        type=Kind.POLL, stem="=1+1", choices=choices("@SUM(A1)", "http://kuis.example")
    )
    content = b"".join(xlsx.write([question]))
    cells = [text for row in islice(workbooks.first_rows(content), 2) for text in row]
    assert "'=1+1" in cells
    assert only(content).draft == question
