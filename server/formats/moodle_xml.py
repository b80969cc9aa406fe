"""Reads Moodle XML, a question after the other."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import unquote

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft
from server.formats.contents import Contents, Shown, too_long
from server.formats.effort import Effort
from server.formats.items import BadItemError, ImportedItem, Place, Source, refused, taken
from server.formats.markup import MARKDOWN, has_html, text_of_html
from server.formats.moodle import (
    ALL,
    decimal_of,
    in_order,
    note_title,
    points_of,
    right_choices,
    tags_of,
    topic_of,
)
from server.formats.pictures import from_base64
from server.formats.xml_streams import pieces_of
from server.formats.xml_trees import CutTree, Node, read_trees

ROOT = "quiz"
IN_FILE = "@@pluginfile@@"
COST_OF_CATEGORY = 10
"""More than its elements."""
MARK = 1000
"""How many points one mark of Moodle's is."""
WILDCARD = re.compile(r"(?<!\\)\*")
COMBINED_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
USUAL_FEEDBACK = {
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
}
"""What Moodle itself writes there, which says nothing about the question."""
REFUSED = {
    "calculated": "Questions whose numbers are calculated have no fixed answer.",
    "cloze": "Texts with several gaps are not taken. Make a question of each gap.",
    "description": "This text asks nothing.",
    "essay": "Essays have no answer that could be checked.",
}


def read(source: Source) -> Iterator[ImportedItem]:
    """The questions of a file, in its order. A category is the topic of what follows it."""
    category = ""
    number = 0
    effort = Effort(source)
    for node in read_trees(pieces_of(source), {ROOT}, 1, effort):
        if node.name != "question":
            continue
        if node.attributes.get("type") == "category":
            category = node.text_of("category", "text")
            effort.spend(COST_OF_CATEGORY)
            continue
        effort.found()
        number += 1
        place = Place("item", number)
        try:
            if isinstance(node, CutTree):
                raise too_long()
            item = _Item(node, category)
            yield taken(place, item.draft(), item.contents.lost, (), item.contents.pictures)
        except BadItemError as error:
            yield refused(place, error)


class _Item:
    """One question while it is read."""

    def __init__(self, node: Node, category: str) -> None:
        self._node = node
        self._category = category
        self.contents = Contents()

    def draft(self) -> QuestionDraft:
        kind = self._node.attributes.get("type", "").strip().lower()
        reader = READERS.get(kind)
        if reader is not None:
            return reader(self)
        code = "calculated" if kind.startswith("calculated") else kind
        if code in REFUSED:
            raise BadItemError(code, REFUSED[code])
        message = f"Kuis has no questions of the type {kind[:40]}."
        raise BadItemError("unsupported_kind", message)

    def choosing(self) -> QuestionDraft:
        answers = self._answers()
        several = self._node.text_of("single").lower() in {"false", "0"}
        weights = [_fraction(answer) for answer in answers]
        kind, right = right_choices(weights, self.contents.lost, several=several)
        choices = zip(answers, right, strict=True)
        return self._draft(kind, [self._choice(each, right=is_right) for each, is_right in choices])

    def true_false(self) -> QuestionDraft:
        right = max(self._answers(), key=_fraction, default=None)
        word = right.text_of("text").lower() if right else ""
        if word not in {"true", "false"}:
            message = "The answers of such a question must be true and false."
            raise BadItemError("bad_value", message)
        choices = [
            ChoiceDraft(text=text, is_correct=text.lower() == word) for text in ("True", "False")
        ]
        return self._draft(Kind.TRUE_FALSE, choices)

    def short_answer(self) -> QuestionDraft:
        accepted = self._right_texts()
        if any(WILDCARD.search(text) for text in accepted):
            self.contents.lost.add("wildcards")
        accepted = [text.replace(r"\*", "*") for text in accepted]
        has_cases = self._node.text_of("usecase").lower() in {"1", "true"}
        options = {"ignore_case": False} if has_cases else {}
        return self._draft(Kind.SHORT_ANSWER, options=options, key={"accepted": accepted})

    def numerical(self) -> QuestionDraft:
        right = self._right_answers()
        if len(right) > 1:
            self.contents.lost.add("other_answers")
        if not right:
            raise BadItemError("bad_number", "No number has the full weight.")
        if self._listed("units", "unit"):
            self.contents.lost.add("units")
        value = decimal_of(right[0].text_of("text"))
        tolerance = decimal_of(right[0].text_of("tolerance") or "0")
        key = {"value": float(value), "tolerance": float(tolerance)}
        return self._draft(Kind.NUMERIC, key=key)

    def matching(self) -> QuestionDraft:
        pairs = [
            (self._shown(pair).text, self._shown(answer).text)
            for pair in self._node.children("subquestion")
            for answer in pair.children("answer")
        ]
        choices = [ChoiceDraft(text=text) for text in in_order(pairs)]
        return self._draft(Kind.ORDERING, choices)

    def ordering(self) -> QuestionDraft:
        """The fraction of an answer is its place."""
        answers = sorted(self._answers(), key=_fraction)
        return self._draft(Kind.ORDERING, [self._choice(each, right=False) for each in answers])

    def _draft(
        self,
        kind: Kind,
        choices: Sequence[ChoiceDraft] = (),
        options: dict[str, bool] | None = None,
        key: dict[str, Any] | None = None,  # Any: as in QuestionDraft
    ) -> QuestionDraft:
        lost = self.contents.lost
        stem = self._field("questiontext", with_picture=True)
        note_title(self._node.text_of("name", "text"), stem.text, lost)
        self._note_feedback()
        return QuestionDraft(
            type=kind,
            stem=stem.text,
            media=stem.media,
            explanation=self._field("generalfeedback").text or None,
            points=points_of(self._node.text_of("defaultgrade"), MARK, lost),
            topic=topic_of(self._category, lost),
            tags=tags_of((tag.text_of("text") for tag in self._listed("tags", "tag")), lost),
            choices=tuple(choices),
            options=options or {},
            answer_key=key,
        )

    def _choice(self, answer: Node, *, right: bool) -> ChoiceDraft:
        shown = self._shown(answer, with_picture=True)
        return ChoiceDraft(text=shown.text, media=shown.media, is_correct=right)

    def _right_texts(self) -> list[str]:
        return [self.contents.plain(each.text_of("text")).text for each in self._right_answers()]

    def _right_answers(self) -> list[Node]:
        answers = self._answers()
        right = [answer for answer in answers if _fraction(answer) == ALL]
        if len(right) < len(answers):
            self.contents.lost.add("weights")
        return right

    def _answers(self) -> list[Node]:
        answers = list(self._node.children("answer"))
        if any(answer.text_of("feedback", "text") for answer in answers):
            self.contents.lost.add("feedback_per_choice")
        return answers

    def _field(self, name: str, *, with_picture: bool = False) -> Shown:
        node = self._node.child(name)
        return self._shown(node, with_picture=with_picture) if node else Shown("")

    def _shown(self, node: Node, *, with_picture: bool = False) -> Shown:
        """The text of an element, which has its format as an attribute and its files beside it."""
        text = node.child("text")
        written = text.text() if text else ""
        if text and next(text.children(), None):
            self.contents.lost.add("formatting")
        format_ = node.attributes.get("format", "")
        if format_ == "html" or (format_ not in {"plain_text", "markdown"} and has_html(written)):
            find = partial(_file, node) if with_picture else None
            return self.contents.html(written, find)
        if format_ == "markdown" and MARKDOWN.search(written):
            self.contents.lost.add("formatting")
        return self.contents.plain(written)

    def _listed(self, name: str, each: str) -> list[Node]:
        return [node for parent in self._node.children(name) for node in parent.children(each)]

    def _note_feedback(self) -> None:
        said = [self._node.text_of(name, "text") for name in COMBINED_FEEDBACK]
        said += [hint.text_of("text") for hint in self._node.children("hint")]
        if any(text_of_html(text).text not in {"", *USUAL_FEEDBACK} for text in said):
            self.contents.lost.add("feedback")


READERS: Mapping[str, Callable[[_Item], QuestionDraft]] = {
    "matching": _Item.matching,
    "multichoice": _Item.choosing,
    "numerical": _Item.numerical,
    "ordering": _Item.ordering,
    "shortanswer": _Item.short_answer,
    "truefalse": _Item.true_false,
}


def _fraction(answer: Node) -> float:
    return float(decimal_of(answer.attributes.get("fraction") or "0"))


def _file(node: Node, address: str) -> bytes:
    """The file beside a text that an address in it names."""
    start, _, path = address.partition("/")
    if start.lower() != IN_FILE:
        return b""
    wanted = unquote(path).lstrip("/")
    for file in node.children("file"):
        folder = file.attributes.get("path", "/").strip("/")
        name = file.attributes.get("name", "")
        if f"{folder}/{name}".lstrip("/") == wanted:
            return from_base64(file.text())
    return b""
