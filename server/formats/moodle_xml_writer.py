"""Writes Moodle XML. What it cannot carry is found by reading it again: see `losses` in all.py."""

import base64
import html
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from game.rules.questions import (
    AcceptedAnswers,
    ChoiceDraft,
    Kind,
    NumericKey,
    QuestionDraft,
    problems,
)
from game.rules.questions.drafts import read_key
from server.formats.moodle import category_of, is_true, share_of
from server.formats.moodle_xml import MARK
from server.formats.pictures import NO_PICTURES, extension, is_own
from server.formats.xml_text import as_html, escaped, title_of

TYPES = {
    Kind.MULTIPLE_CHOICE: "multichoice",
    Kind.MULTIPLE_SELECT: "multichoice",
    Kind.TRUE_FALSE: "truefalse",
    Kind.SHORT_ANSWER: "shortanswer",
    Kind.NUMERIC: "numerical",
    Kind.ORDERING: "ordering",
}


def write(
    questions: Iterable[QuestionDraft], pictures: Mapping[str, bytes] = NO_PICTURES
) -> Iterator[bytes]:
    """The questions, without those of kinds that Moodle does not have.

    `pictures` has the bytes of those with an address on this server; others are left out.
    """
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
    topic: str | None = None
    for question in questions:
        if question.type not in TYPES or problems(question):
            continue
        if question.topic != topic:
            topic = question.topic
            path = _text(category_of(topic))
            yield f'<question type="category"><category>{path}</category></question>\n'.encode()
        yield f"{_Writer(question, pictures).item()}\n".encode()
    yield b"</quiz>\n"


class _Writer:
    """Writes one question."""

    def __init__(self, question: QuestionDraft, pictures: Mapping[str, bytes]) -> None:
        self._question = question
        self._pictures = pictures

    def item(self) -> str:
        question = self._question
        lines = [
            f'<question type="{TYPES[question.type]}">',
            f"<name>{_text(title_of(question.stem))}</name>",
            self._shown("questiontext", question.stem, question.media),
            self._shown("generalfeedback", question.explanation or "", None),
            f"<defaultgrade>{Decimal(question.points) / MARK}</defaultgrade>",
            *self._answers(),
            self._tags(),
            "</question>",
        ]
        return "\n".join(filter(None, lines))

    def _answers(self) -> Iterator[str]:
        question = self._question
        match question.type:
            case Kind.TRUE_FALSE:
                holds = is_true(question)
                yield _answer("100" if holds else "0", "true")
                yield _answer("0" if holds else "100", "false")
            case Kind.NUMERIC:
                key = read_key(question, NumericKey)
                tolerance = f"<tolerance>{_number(key.tolerance)}</tolerance>"
                yield _answer("100", _number(key.value), tolerance)
            case Kind.SHORT_ANSWER:
                rules = read_key(question, AcceptedAnswers)
                yield f"<usecase>{0 if rules.ignore_case else 1}</usecase>"
                for text in rules.accepted:
                    yield _answer("100", text.strip().replace("*", r"\*"))
            case _:
                yield from self._choices()

    def _choices(self) -> Iterator[str]:
        choices = self._question.choices
        if self._question.type is Kind.ORDERING:
            yield "<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>"
            yield "<gradingtype>ALL_OR_NOTHING</gradingtype>"
            fractions = [str(place) for place in range(1, len(choices) + 1)]
        else:
            several = self._question.type is Kind.MULTIPLE_SELECT
            yield f"<single>{'false' if several else 'true'}</single>"
            yield "<shuffleanswers>false</shuffleanswers>"
            share = share_of([choice.is_correct for choice in choices])
            wrong = f"-{share}" if several else "0"
            fractions = [share if choice.is_correct else wrong for choice in choices]
        for fraction, choice in zip(fractions, choices, strict=True):
            yield self._choice(fraction, choice)

    def _choice(self, fraction: str, choice: ChoiceDraft) -> str:
        return self._shown(f'answer fraction="{fraction}"', choice.text, choice.media)

    def _shown(self, tag: str, text: str, media: str | None) -> str:
        """An element with a text and its picture. Without one the text is kept as it is."""
        name = tag.partition(" ")[0]
        text = text.strip()
        if media is None or (is_own(media) and media not in self._pictures):
            return f'<{tag} format="plain_text">{_text(text)}</{name}>'
        source, file = media, ""
        if is_own(media):
            content = self._pictures[media]
            file_name = f"picture.{extension(content)}"
            source = f"@@PLUGINFILE@@/{file_name}"
            encoded = base64.b64encode(content).decode()
            file = f'<file name="{file_name}" path="/" encoding="base64">{encoded}</file>'
        shown = f'<p>{as_html(text)}</p><p><img src="{html.escape(source)}" alt=""></p>'
        return f'<{tag} format="html">{_text(shown)}{file}</{name}>'

    def _tags(self) -> str:
        tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in self._question.tags)
        return f"<tags>{tags}</tags>" if tags else ""


def _answer(fraction: str, text: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="plain_text">{_text(text)}{more}</answer>'


def _text(text: str) -> str:
    return f"<text>{escaped(text)}</text>"


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
