"""Aiken: a question, its choices with letters, and the letter of the right one."""

import re
from collections.abc import Iterable, Iterator

from game.rules.questions import CHOICES_MAX, ChoiceDraft, Kind, QuestionDraft, problems
from game.rules.questions.kinds import CHOICE_IDS
from server.formats.effort import Effort
from server.formats.items import (
    ITEM_MAX_CHARACTERS,
    BadItemError,
    ImportedItem,
    Place,
    Source,
    refused,
    taken,
)
from server.formats.texts import read_lines

CHOICE = re.compile(r"([A-Z])[.)]\s+(\S.*)")
ANSWER = re.compile(r"ANSWER:\s*([A-Z])")
LINE_ENDS = re.compile(r"\s*[\r\n]\s*")
ONE_RIGHT = {Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE}
LETTERS = CHOICE_IDS.upper()


class _Item:
    """The lines of one item so far."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.stem: list[str] = []
        self.choices: list[str] = []
        self.size = 0

    def add(self, line: str) -> None:
        self.size += len(line)
        if self.size > ITEM_MAX_CHARACTERS:
            self.stem, self.choices = self.stem[:1], self.choices[:CHOICES_MAX]
        elif found := CHOICE.fullmatch(line) if self.stem else None:
            self._add_choice(found[1], found[2])
        elif self.choices:
            raise BadItemError("bad_line", "After the choices Aiken has a line like ANSWER: B.")
        else:
            self.stem.append(line)

    def _add_choice(self, letter: str, text: str) -> None:
        if letter != chr(ord("A") + len(self.choices)):
            message = f"The choice {letter} is not in the order of the alphabet."
            raise BadItemError("letter_out_of_order", message)
        self.choices.append(text)

    def end(self, letter: str | None) -> ImportedItem:
        if self.size > ITEM_MAX_CHARACTERS:
            raise BadItemError("item_too_long", "This item is too long to be a question.")
        if not self.choices:
            raise BadItemError("no_choices", "Choices like A. and B. must follow the question.")
        if letter is None:
            raise BadItemError("no_answer", "A line like ANSWER: B is missing.")
        right = ord(letter) - ord("A")
        if right >= len(self.choices):
            raise BadItemError("no_such_choice", f"There is no choice {letter}.")
        choices = enumerate(self.choices)
        draft = QuestionDraft(
            type=Kind.MULTIPLE_CHOICE,
            stem="\n".join(self.stem),
            choices=tuple(ChoiceDraft(text=text, is_correct=at == right) for at, text in choices),
        )
        return taken(self.place, draft)


def read(source: Source) -> Iterator[ImportedItem]:
    """The items of a file. After a bad one, reading goes on after its ANSWER or a blank line."""
    item: _Item | None = None
    skipping = False
    number, begins_line = 0, True
    effort = Effort(source)
    for raw in read_lines(source):
        effort.spend()
        number += begins_line
        begins_line = raw.endswith("\n")
        line = raw.strip()
        answer = ANSWER.fullmatch(line)
        if skipping:
            skipping = bool(line) and not answer
            continue
        if not line and item is None:
            continue
        item = item or _Item(Place("line", number))
        if answer or not line:
            effort.found()
            yield _ended(item, answer[1] if answer else None)
            item = None
            continue
        try:
            item.add(line)
        except BadItemError as error:
            yield refused(item.place, error)
            item, skipping = None, True
    if item is not None:
        yield _ended(item, None)


def _ended(item: _Item, letter: str | None) -> ImportedItem:
    try:
        return item.end(letter)
    except BadItemError as error:
        return refused(item.place, error)


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions with one right choice. Others cannot be said in Aiken and are left out."""
    for question in questions:
        if question.type not in ONE_RIGHT or problems(question):
            continue
        texts = [_line(choice.text) for choice in question.choices]
        right = [choice.is_correct for choice in question.choices].index(True)
        lines = [f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False)]
        lines = [_line(question.stem), *lines, f"ANSWER: {LETTERS[right]}"]
        yield ("\n".join(lines) + "\n\n").encode()


def _line(text: str) -> str:
    return LINE_ENDS.sub(" ", text.strip())
