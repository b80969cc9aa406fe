"""GIFT, Moodle's text format for questions, read by its published description.

Items are separated by blank lines. `tests/server/formats/test_gift.py` has a case for each rule.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
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
from server.formats.markup import MARKDOWN, has_html, text_of_html
from server.formats.moodle import (
    ALL,
    decimal_of,
    in_order,
    note_title,
    right_choices,
    tags_of,
    topic_of,
)
from server.formats.texts import read_lines

# While an item is taken apart, what is escaped is one of the characters that Unicode leaves to
# programs for such purposes. Everything else is then found by its mark.
ESCAPED = {mark: chr(0xFDD0 + at) for at, mark in enumerate("~=#{}:\\*")} | {"n": "\ufddf"}
ESCAPE = re.compile(r"\\([~=#{}:\\n*])")
MEANT = {ord(inside): "\n" if mark == "n" else mark for mark, inside in ESCAPED.items()}
RESERVED = re.compile("[\ufdd0-\ufdef]")

CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
COMMENT_TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])*)\]")
TRUE_FALSE = re.compile(r"(?:(T|TRUE)|F|FALSE)\s*(#.*)?", re.DOTALL | re.IGNORECASE)
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,9})?)%")
BLANK = "_____"
ANSWERS_MAX = 500
"""Of one item: far more than a question can have, and far fewer than would take long to read."""
CLOSING = tuple(".,;:!?)")


class Block(Struct, frozen=True):
    """The lines of one item without its comments, and the tags that these had."""

    place: Place
    text: str
    tags: tuple[str, ...]


class Answer(Struct, frozen=True):
    """One of an item's answers: `mark` is `=` or `~`, `weight` in percent."""

    mark: str
    text: str
    weight: float | None


def read(source: Source) -> Iterator[ImportedItem]:
    """The items of a file, in its order."""
    category = ""
    effort = Effort(source)
    for block in _blocks(read_lines(source), effort):
        text = block.text
        while found := CATEGORY.match(text):
            category, text = found[1], text[found.end() :]
        if not text.strip():
            continue
        effort.found()
        try:
            yield _Item(text, category, block.tags).read(block.place)
        except BadItemError as error:
            yield refused(block.place, error)


def _blocks(lines: Iterator[str], effort: Effort) -> Iterator[Block]:
    first, kept, tags, size = 0, list[str](), list[str](), 0
    number, begins_line = 0, True
    for line in lines:
        effort.spend()
        number += begins_line
        begins_line = line.endswith("\n")
        bare = line.strip()
        if not bare:
            if kept:
                yield Block(Place("line", first), "".join(kept), tuple(tags))
            kept, tags, size = [], [], 0
        elif bare.startswith("//"):
            tags += [re.sub(r"\\(.)", r"\1", tag) for tag in COMMENT_TAG.findall(bare)]
        else:
            first = first if kept else number
            size += len(line)
            if size <= ITEM_MAX_CHARACTERS or not kept:
                kept.append(line)
    if kept:
        yield Block(Place("line", first), "".join(kept), tuple(tags))


class _Item:
    """One item while it is read; `lost` has the codes of what is left out."""

    def __init__(self, text: str, category: str, tags: tuple[str, ...]) -> None:
        self.lost: set[str] = set()
        if len(text) >= ITEM_MAX_CHARACTERS:
            raise BadItemError("item_too_long", "This item is too long to be a question.")
        text = RESERVED.sub("\ufffd", text) if RESERVED.search(text) else text
        if "\\" in text:
            text = ESCAPE.sub(lambda match: ESCAPED[match[1]], text)
        title, text = self._title(text)
        before, self.answers, after = _parts(text)
        found = FORMAT.match(before)
        self.format = found[1].lower() if found else "moodle"
        before = before[found.end() :].strip() if found else before.strip()
        self.stem = self.shown(_with_blank(before, after.strip()))
        self.answers, _, general = self.answers.partition("####")
        self.explanation = self.shown(general) or None
        note_title(title, self.stem, self.lost)
        self.topic = topic_of(_unescaped(category), self.lost)
        self.tags = tags_of(tags, self.lost)

    def read(self, place: Place) -> ImportedItem:
        answers = self.answers.strip()
        if not answers:
            raise BadItemError("essay", "Essays have no answer that could be checked.")
        if answers.startswith("#"):
            return taken(place, self._numeric(answers[1:].strip()), self.lost)
        if match := TRUE_FALSE.fullmatch(answers):
            return taken(
                place, self._true_false(is_true=bool(match[1]), feedback=match[2]), self.lost
            )
        found = self._split(answers)
        if all(answer.mark == "=" for answer in found):
            if all("->" in answer.text for answer in found):
                return taken(place, self._matching(found), self.lost)
            return taken(place, self._short_answer(found), self.lost)
        return taken(place, self._choosing(found), self.lost)

    def shown(self, text: str, format_: str = "") -> str:
        """The text as players see it."""
        format_ = format_ or self.format
        text = text.strip()
        if format_ == "html" or (format_ == "moodle" and has_html(text)):
            found = text_of_html(text)
            text = found.text
            self.lost |= found.lost | ({"picture"} if found.pictures else set())
        elif format_ == "markdown" and MARKDOWN.search(text):
            self.lost.add("formatting")
        return _plain(text)

    def _title(self, text: str) -> tuple[str, str]:
        match = TITLE.match(text)
        return (_plain(match[1]).strip(), text[match.end() :]) if match else ("", text)

    def _draft(
        self, kind: Kind, choices: tuple[ChoiceDraft, ...] = (), **key: object
    ) -> QuestionDraft:
        return QuestionDraft(
            type=kind,
            stem=self.stem,
            explanation=self.explanation,
            topic=self.topic,
            tags=self.tags,
            choices=choices,
            answer_key=key or None,
        )

    def _split(self, answers: str) -> list[Answer]:
        unmarked, *pieces = re.split("([=~])", answers)
        if unmarked.strip():
            message = "Begin every answer with = or ~, and write \\= and \\~ inside of texts."
            raise BadItemError("unmarked_answer", message)
        if len(pieces) > 2 * ANSWERS_MAX:
            raise BadItemError("item_too_long", "This item has too many answers to be a question.")
        return [
            self._answer(mark, text) for mark, text in zip(pieces[::2], pieces[1::2], strict=True)
        ]

    def _answer(self, mark: str, text: str) -> Answer:
        text, _, feedback = text.partition("#")
        if feedback.strip():
            self.lost.add("feedback_per_choice")
        weight = WEIGHT.match(text)
        text = text[weight.end() :] if weight else text
        return Answer(mark, text.strip(), float(weight[1]) if weight else None)

    def _choice(self, answer: Answer, *, right: bool) -> ChoiceDraft:
        found = FORMAT.match(answer.text)
        text = answer.text[found.end() :] if found else answer.text
        return ChoiceDraft(
            text=self.shown(text, found[1].lower() if found else ""), is_correct=right
        )

    def _choosing(self, answers: list[Answer]) -> QuestionDraft:
        marked = [answer.mark == "=" for answer in answers]
        weights = [ALL if right else 0.0 for right in marked]
        weights = [
            usual if answer.weight is None else answer.weight
            for answer, usual in zip(answers, weights, strict=True)
        ]
        kind, right = right_choices(weights, self.lost, several=not any(marked))
        choices = zip(answers, right, strict=True)
        return self._draft(
            kind, tuple(self._choice(answer, right=is_right) for answer, is_right in choices)
        )

    def _true_false(self, *, is_true: bool, feedback: str | None) -> QuestionDraft:
        if feedback and feedback.strip("# \n"):
            self.lost.add("feedback_per_choice")
        return self._draft(
            Kind.TRUE_FALSE,
            (
                ChoiceDraft(text="True", is_correct=is_true),
                ChoiceDraft(text="False", is_correct=not is_true),
            ),
        )

    def _short_answer(self, answers: list[Answer]) -> QuestionDraft:
        right = [answer for answer in answers if answer.weight in {None, ALL}]
        if len(right) < len(answers):
            self.lost.add("weights")
        if any("*" in answer.text for answer in right):
            self.lost.add("wildcards")
        return self._draft(Kind.SHORT_ANSWER, accepted=[_plain(answer.text) for answer in right])

    def _matching(self, answers: list[Answer]) -> QuestionDraft:
        pairs = [answer.text.partition("->") for answer in answers]
        texts = in_order([(left, right) for left, _, right in pairs])
        return self._draft(
            Kind.ORDERING, tuple(ChoiceDraft(text=self.shown(text)) for text in texts)
        )

    def _numeric(self, answers: str) -> QuestionDraft:
        if not answers.startswith(("=", "~")):
            answers = f"={answers}"
        found = [answer for answer in self._split(answers) if answer.mark == "="]
        right = [answer for answer in found if answer.weight in {None, ALL}]
        if len(right) < len(found):
            self.lost.add("weights")
        if len(right) > 1:
            self.lost.add("other_answers")
        if not right:
            raise BadItemError("bad_number", "No number has the full weight.")
        value, tolerance = _value_and_tolerance(right[0].text)
        return self._draft(Kind.NUMERIC, value=float(value), tolerance=float(tolerance))


def _parts(text: str) -> tuple[str, str, str]:
    """What is before, inside of, and after the braces."""
    opened, closed = text.count("{"), text.count("}")
    if not opened and not closed:
        raise BadItemError("description", "This text has no answers in braces: it asks nothing.")
    if opened != 1 or closed != 1 or text.index("{") > text.index("}"):
        message = (
            "The answers need one { and one } without a blank line between them. "
            "Write \\{ and \\} inside of texts."
        )
        raise BadItemError("braces", message)
    before, _, rest = text.partition("{")
    answers, _, after = rest.partition("}")
    return before, answers, after


def _with_blank(before: str, after: str) -> str:
    if not after:
        return before
    return f"{before} {BLANK}{'' if after.startswith(CLOSING) else ' '}{after}".strip()


def _value_and_tolerance(text: str) -> tuple[Decimal, Decimal]:
    if ".." in text:
        low, high = map(_number, text.split("..", 1))
        if low > high:
            raise BadItemError("bad_number", "The range ends before it begins.")
        return (low + high) / 2, (high - low) / 2
    value, _, tolerance = text.partition(":")
    return _number(value), _number(tolerance or "0")


def _number(text: str) -> Decimal:
    return decimal_of(_plain(text))


def _plain(text: str) -> str:
    return text.translate(MEANT)


def _unescaped(text: str) -> str:
    return _plain(ESCAPE.sub(lambda match: ESCAPED[match[1]], text))
