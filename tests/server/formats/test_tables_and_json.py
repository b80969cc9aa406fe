"""Our own CSV and JSON: what they take from others' hands."""

import csv
import io
import json
import re

import pytest

from game.errors import Invalid
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats import drafts_json, tables
from server.formats import rows as rows_
from server.formats.items import Fate, ImportedItem

WET = QuestionDraft(
    type=Kind.MULTIPLE_CHOICE,
    stem="Wet?",
    choices=(ChoiceDraft(text="yes", is_correct=True), ChoiceDraft(text="no")),
)
FIELDS = {
    "type": "multiple_choice",
    "stem": "Wet?",
    "choices": [{"text": "yes", "is_correct": True}, {"text": "no"}],
}


def rows(*lines: str) -> list[ImportedItem]:
    return list(tables.read("\n".join(lines).encode()))


def questions(*fields: object) -> list[ImportedItem]:
    return list(drafts_json.read(json.dumps({"questions": fields}).encode()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_found_by_their_names(delimiter: str) -> None:
    header = ["Question", "TYPE", "something else", "choice_1", "Choice 2", "correct"]
    row = ["Wet?", "Multiple choice", "x", "yes", "no", "1"]
    (item,) = rows(delimiter.join(header), delimiter.join(row))
    assert item.draft == WET
    assert item.fate is Fate.TAKEN


HEADER = "type,question,choice 1,choice 2,correct,points,accepted,value,ignore case"


@pytest.mark.parametrize(
    ("row", "path", "code"),
    [
        ("riddle,Wet?,yes,no,1", "type", "bad_value"),
        ("multiple_choice,Wet?,yes,no,first", "correct", "bad_value"),
        ("multiple_choice,Wet?,yes,no,", "choices", "one_right"),
        ("multiple_choice,Wet?,yes,no,3", "choices[2].text", "missing"),
        ("multiple_choice,Wet?,yes,no,1,many", "points", "bad_value"),
        ("multiple_choice,Wet?,yes,no,1,2001", "points", "bad_value"),
        ("numeric,How many?,,,,,,three", "value", "bad_value"),
        ("numeric,How many?,,,,,,", "answer_key.value", "bad_key"),
        ("numeric,How many?,,,,,,inf", "answer_key.value", "bad_key"),
        ("short_answer,Who?,,,,,I,,perhaps", "ignore case", "bad_value"),
        (f"multiple_choice,Wet?,{'y' * 200_000},no,1", "", "item_too_long"),
    ],
)
def test_a_bad_row_is_refused_with_its_column_and_the_rest_is_taken(
    row: str, path: str, code: str
) -> None:
    bad, good = rows(HEADER, row, "multiple_choice,Wet?,yes,no,1")
    assert bad.fate is Fate.REFUSED
    assert (path, code) in [(problem.path, problem.code) for problem in bad.problems]
    assert bad.place.number == 2
    assert good.draft == WET
    assert good.place.number == 3


def test_rows_count_as_in_a_spreadsheet() -> None:
    _, second = rows(HEADER, 'poll,"one\ntwo",yes,no', "", "poll,three,yes,no")[:2]
    assert (second.place.kind, second.place.number) == ("row", 4)


def test_a_missing_quotation_mark_is_a_bad_row() -> None:
    (item,) = rows(HEADER, 'poll,"one,yes,no\n' + "x\n" * 100_000)[:1]
    assert item.problems[0].code == "bad_row"


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(Invalid, match="must name the columns"):
        rows("Wet?,yes,no")


HARMFUL = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    " =1",
    "'=1",
    "''=1",
    "a\n=b",
    "a;-b",
    "a|+b",
    "\n\n=1",
    "a'\n'=1",
    '"=1',
    'a;""=1',
]


@pytest.mark.parametrize("text", HARMFUL)
def test_no_cell_is_a_formula_and_no_text_changes(text: str) -> None:
    harmless = rows_.harmless(text)
    assert not harmless.lstrip().startswith(("=", "+", "-", "@"))
    parts = re.split(r"[;|\n]", harmless)
    assert not any(part.lstrip().lstrip('"').startswith(("=", "+", "-", "@")) for part in parts)
    assert rows_.meant(harmless) == text


@pytest.mark.parametrize("text", ["'tis", "it's", "'", "''", "a;'b"])
def test_other_apostrophes_stay(text: str) -> None:
    assert rows_.harmless(text) == rows_.meant(text) == text


def test_formulas_of_an_imported_file_are_text() -> None:
    (item,) = rows(HEADER, "poll,=1+1,@SUM(A1),-2")
    assert item.draft is not None
    assert item.draft.stem == "=1+1"
    assert [choice.text for choice in item.draft.choices] == ["@SUM(A1)", "-2"]


def test_written_rows_have_the_header_and_nothing_else() -> None:
    written = b"".join(tables.write([WET])).decode()
    assert written.startswith(tables.BOM)
    header, row = csv.reader(io.StringIO(written.removeprefix(tables.BOM)))
    assert header == list(rows_.HEADER)
    assert {name: cell for name, cell in zip(header, row, strict=True) if cell} == {
        "type": "multiple_choice",
        "question": "Wet?",
        "choice 1": "yes",
        "choice 2": "no",
        "correct": "1",
        "points": "1000",
        "time limit": "30",
    }


@pytest.mark.parametrize(
    "text",
    [
        [FIELDS],
        {"questions": [FIELDS]},
        {"title": "x", "questions": [FIELDS | {"id": "3f1c8d8a-5a6b-4b8e-9a36-1f5b6f1f0001"}]},
    ],
)
def test_json_may_be_a_list_or_a_quiz(text: object) -> None:
    (item,) = drafts_json.read(json.dumps(text).encode())
    assert item.draft == WET
    assert item.fate is Fate.TAKEN


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        (3, "", "bad_value"),
        ({}, "", "bad_value"),
        (FIELDS | {"points": 2001}, "points", "bad_value"),
        (FIELDS | {"points": "1000"}, "points", "bad_value"),
        (FIELDS | {"tags": [""]}, "tags[0]", "bad_value"),
        (FIELDS | {"stem": "a\0b"}, "", "bad_character"),
        (FIELDS | {"stem": "x" * 2001}, "stem", "bad_value"),
        (FIELDS | {"explanation": "x" * 65_536}, "", "item_too_long"),
        (FIELDS | {"choices": []}, "choices", "choices_count"),
        (
            {"type": "numeric", "stem": "?", "answer_key": {"value": "3"}},
            "answer_key.value",
            "bad_key",
        ),
    ],
)
def test_a_bad_question_is_refused_with_its_field_and_the_rest_is_taken(
    fields: object, path: str, code: str
) -> None:
    bad, good = questions(fields, FIELDS)
    assert bad.fate is Fate.REFUSED
    assert (path, code) in [(problem.path, problem.code) for problem in bad.problems]
    assert bad.place.number == 1
    assert good.draft == WET


@pytest.mark.parametrize(
    "more",
    [
        {"hint": "water"},
        {"options": {"shuffle": True}},
        {"answer_key": {"hint": 1}},
        {"choices": [{"text": "yes", "is_correct": True, "why": "x"}, {"text": "no"}]},
    ],
)
def test_a_field_that_we_do_not_have_is_a_loss(more: dict[str, object]) -> None:
    (item,) = questions(FIELDS | more)
    assert item.fate is Fate.TAKEN_WITH_LOSS
    assert [problem.code for problem in item.problems] == ["loss.unknown_field"]
    assert item.draft == WET


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1",
        '{"quiz": 1}',
        '{"questions": 3}',
        "[" * 100_000,
        '{"questions":[' + "[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="not JSON"):
        list(drafts_json.read(text.encode()))


def test_lists_in_a_cell_are_between_bars() -> None:
    (item,) = rows("type,question,accepted", r"short_answer,Which?,C | a\|b | \\ | c:\d")
    assert item.draft is not None
    assert item.draft.answer_key == {"accepted": ["C", "a|b", "\\", r"c:\d"]}
