"""Aiken: each rule of its published description."""

import pytest

from game.rules.questions import QuestionDraft
from server.formats.aiken import read, write
from server.formats.items import ITEM_MAX_CHARACTERS, Fate

WET = "Is rain wet?\nA. yes\nB. no\nANSWER: A\n"


def fates(text: str) -> list[tuple[int, str]]:
    """The line of each item, with the code of its problem."""
    found = list(read(text.encode()))
    return [(item.place.number, item.problems[0].code if item.problems else "") for item in found]


def test_a_question_with_its_choices() -> None:
    (item,) = read(WET.encode())
    assert item.fate is Fate.TAKEN
    assert item.draft is not None
    assert item.draft.stem == "Is rain wet?"
    found = [(choice.text, choice.is_correct) for choice in item.draft.choices]
    assert found == [("yes", True), ("no", False)]


@pytest.mark.parametrize(
    "text",
    [
        WET.replace(". ", ") "),
        WET.replace("\n", "\r\n"),
        WET.replace("ANSWER: A", "ANSWER:A"),
        WET.strip(),
        f"\n\n{WET}\n\n",
    ],
)
def test_spellings(text: str) -> None:
    assert [item.draft for item in read(text.encode())] == [
        item.draft for item in read(WET.encode())
    ]


def test_no_blank_line_is_needed_between_questions() -> None:
    assert fates(WET + WET + "\n" + WET) == [(1, ""), (5, ""), (10, "")]


def test_a_question_may_have_several_lines() -> None:
    (item,) = read(f"It rains.\n{WET}".encode())
    assert item.draft is not None
    assert item.draft.stem == "It rains.\nIs rain wet?"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("Wet?\nA. yes\nB. no\n\n", "no_answer"),
        ("Wet?\n\n", "no_choices"),
        ("Wet?\nANSWER: A\n", "no_choices"),
        ("Wet?\nA. yes\nB. no\nANSWER: C\n", "no_such_choice"),
        ("Wet?\nA. yes\nC. no\nANSWER: A\n", "letter_out_of_order"),
        ("Wet?\nA. yes\nno\nANSWER: A\n", "bad_line"),
        ("Wet?\nA. yes\nANSWER: A\n", "choices_count"),
        ("Wet?\nA. yes\nB. yes\nANSWER: A\n", "duplicate"),
        ("x\n" * ITEM_MAX_CHARACTERS + "A. yes\nANSWER: A\n", "item_too_long"),
    ],
)
def test_a_bad_item_never_stops_the_rest(bad: str, code: str) -> None:
    after = 1 + len(bad.splitlines())
    assert fates(bad + WET) == [(1, code), (after, "")]


def test_the_last_item_needs_its_answer_too() -> None:
    assert fates("Wet?\nA. yes\nB. no") == [(1, "no_answer")]


def test_what_is_written() -> None:
    questions = [item.draft for item in read((WET + WET).encode()) if item.draft]
    assert b"".join(write(questions)).decode() == f"{WET}\n{WET}\n"
    assert b"".join(write(list[QuestionDraft]())) == b""
