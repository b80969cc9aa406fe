"""Writes GIFT. What it cannot carry is found by reading it again: see `losses` in all.py."""

import re
from collections.abc import Iterable, Iterator

from game.rules.questions import (
    AcceptedAnswers,
    ChoiceDraft,
    Kind,
    NumericKey,
    QuestionDraft,
    problems,
)
from game.rules.questions.drafts import read_key
from server.formats.gift import FORMAT, WEIGHT
from server.formats.markup import has_html
from server.formats.moodle import category_of, is_true, share_of

SPECIAL = re.compile(r"[~=#{}:\\]")
LINE_ENDS = re.compile(r"\r\n|\r|\n")
AWKWARD_STARTS = ("[", "//")


def write(questions: Iterable[QuestionDraft]) -> Iterator[bytes]:
    """The questions, without those of kinds that GIFT does not have."""
    topic: str | None = None
    for question in questions:
        if question.type is Kind.POLL or problems(question):
            continue
        if question.topic != topic:
            topic = question.topic
            yield f"$CATEGORY: {category_of(topic and _escaped(topic))}\n\n".encode()
        yield f"{_item(question)}\n\n".encode()


def _item(question: QuestionDraft) -> str:
    stem = _escaped(question.stem.strip())
    if _needs_plain(question):
        stem = f"[plain]{stem}"
    explanation = (question.explanation or "").strip()
    end = f"\n\t####{_escaped(explanation)}\n}}" if explanation else "\n}"
    return f"{_tags(question)}{stem} {{{_answers(question)}{end}"


def _needs_plain(question: QuestionDraft) -> bool:
    texts = [
        question.stem,
        question.explanation or "",
        *(choice.text for choice in question.choices),
    ]
    return question.stem.strip().startswith(AWKWARD_STARTS) or any(map(has_html, texts))


def _tags(question: QuestionDraft) -> str:
    tags = (re.sub(r"([\]\\])", r"\\\1", tag) for tag in question.tags)
    shown = " ".join(f"[tag:{tag}]" for tag in tags)
    return f"// {shown}\n" if shown else ""


def _answers(question: QuestionDraft) -> str:
    match question.type:
        case Kind.TRUE_FALSE:
            return "T" if is_true(question) else "F"
        case Kind.NUMERIC:
            key = read_key(question, NumericKey)
            return f"#{_number(key.value)}:{_number(key.tolerance)}"
        case Kind.SHORT_ANSWER:
            accepted = read_key(question, AcceptedAnswers).accepted
            return "".join(_line("=", _escaped(text).replace("*", r"\*")) for text in accepted)
        case Kind.ORDERING:
            places = enumerate(question.choices, 1)
            return "".join(_line("=", f"{at} -> {_choice(choice)}") for at, choice in places)
        case Kind.MULTIPLE_SELECT:
            share = share_of([choice.is_correct for choice in question.choices])
            return "".join(
                _line("~", f"%{'' if choice.is_correct else '-'}{share}%{_choice(choice)}")
                for choice in question.choices
            )
        case _:
            return "".join(_line(*_marked(choice)) for choice in question.choices)


def _marked(choice: ChoiceDraft) -> tuple[str, str]:
    mark, weight = ("=", "%100%") if choice.is_correct else ("~", "%0%")
    text = _choice(choice)
    return mark, f"{weight}{text}" if WEIGHT.match(text) else text


def _choice(choice: ChoiceDraft) -> str:
    text = _escaped(choice.text.strip())
    return f"[plain]{text}" if FORMAT.match(text) else text


def _line(mark: str, text: str) -> str:
    return f"\n\t{mark}{text}"


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _escaped(text: str) -> str:
    return LINE_ENDS.sub(r"\\n", SPECIAL.sub(r"\\\g<0>", text.strip()))
