"""Drafts: a question as its teacher wrote it, and why it cannot be played yet."""

import math
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct, field

from game.errors import Detail as Problem
from game.rules.pictures import ADDRESS
from game.rules.questions.fields import (
    EXPLANATION_MAX,
    POINTS_MAX,
    STEM_MAX,
    TIME_LIMIT_MAX_S,
    TIME_LIMIT_MIN_S,
    URL_MAX,
    QuestionFields,
)
from game.rules.questions.kinds import (
    CHOICES_MAX,
    CHOICES_MIN,
    AcceptedAnswers,
    Kind,
    NumericKey,
)
from game.rules.questions.normalisation import normalise
from game.rules.questions.responses import RESPONSE_TEXT_MAX

CHOICE_TEXT_MAX = 255
ACCEPTED_MAX = 50

FEW = 8
"""Characters of an accepted answer that mostly tell already that something of it counts."""

_ONE_RIGHT = {Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE}
_TRUE_FALSE_CHOICES = 2
_Key = TypeVar("_Key", AcceptedAnswers, NumericKey)


class ChoiceDraft(Struct, frozen=True, kw_only=True):
    text: str
    media: str | None = None
    is_correct: bool = False


class QuestionDraft(QuestionFields, frozen=True, kw_only=True):
    """A question as it stands in the editor and the database; it need not be playable.

    For `ordering` the choices are in the right order. `answer_key` has `accepted` or `value` and
    `tolerance`; `options` has the `ignore_…` settings of a short answer or `multiple` of a poll.
    `source_id` is the question that this is a copy of.
    """

    # Any: JSON; read through the typed keys only
    options: dict[str, Any] = field(default_factory=dict)
    answer_key: dict[str, Any] | None = None
    choices: tuple[ChoiceDraft, ...] = ()
    id: UUID | None = None
    source_id: UUID | None = None


def problems(draft: QuestionDraft) -> list[Problem]:
    """Why this question cannot be played, each with the path of its field; none = playable."""
    return [
        *_stem_problems(draft),
        *_range_problem("points", draft.points, 0, POINTS_MAX),
        *_range_problem("time_limit", draft.time_limit, TIME_LIMIT_MIN_S, TIME_LIMIT_MAX_S),
        *_text_problem("explanation", draft.explanation or "", EXPLANATION_MAX),
        *media_problem("media", draft.media),
        *_kind_problems(draft),
    ]


def _stem_problems(draft: QuestionDraft) -> Iterator[Problem]:
    if not draft.stem.strip():
        yield Problem("stem", "missing", "Write the question.")
    yield from _text_problem("stem", draft.stem, STEM_MAX)


def _range_problem(path: str, value: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= value <= most:
        yield Problem(path, "out_of_range", f"Choose a number from {least} to {most}.")


def _text_problem(path: str, text: str, most: int) -> Iterator[Problem]:
    if len(text) > most:
        yield Problem(path, "too_long", f"Use at most {most} characters.")


def media_problem(path: str, media: str | None) -> Iterator[Problem]:
    if media is not None and not (ADDRESS.fullmatch(media) or is_web_address(media)):
        message = "Upload a picture, or give an address that begins with https:// or http://."
        yield Problem(path, "bad_url", message)


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and len(url) <= URL_MAX


def _kind_problems(draft: QuestionDraft) -> Iterable[Problem]:
    if draft.type is Kind.SHORT_ANSWER:
        return _accepted_problems(draft)
    if draft.type is Kind.NUMERIC:
        return _numeric_problems(draft)
    return [*_choices_problems(draft.choices), *_right_problems(draft)]


def _choices_problems(choices: tuple[ChoiceDraft, ...]) -> Iterator[Problem]:
    if not CHOICES_MIN <= len(choices) <= CHOICES_MAX:
        yield Problem("choices", "choices_count", f"Give {CHOICES_MIN} to {CHOICES_MAX} choices.")
    seen: set[tuple[str, str | None]] = set()
    for at, choice in enumerate(choices):
        yield from _choice_problems(f"choices[{at}]", choice)
        same = (" ".join(choice.text.split()), choice.media)
        if same in seen and any(same):
            yield Problem(f"choices[{at}].text", "duplicate", "This choice is there twice.")
        seen.add(same)


def _choice_problems(path: str, choice: ChoiceDraft) -> Iterator[Problem]:
    if not choice.text.strip() and choice.media is None:
        yield Problem(f"{path}.text", "missing", "Write this choice or take it out.")
    yield from _text_problem(f"{path}.text", choice.text, CHOICE_TEXT_MAX)
    yield from media_problem(f"{path}.media", choice.media)


def _right_problems(draft: QuestionDraft) -> Iterator[Problem]:
    right = sum(choice.is_correct for choice in draft.choices)
    if draft.type is Kind.TRUE_FALSE and len(draft.choices) > _TRUE_FALSE_CHOICES:
        yield Problem("choices", "two_choices", "Give two choices: what is true and what is false.")
    if draft.type in _ONE_RIGHT and right != 1:
        yield Problem("choices", "one_right", "Mark the one right choice.")
    if draft.type is Kind.MULTIPLE_SELECT and right == 0:
        yield Problem("choices", "some_right", "Mark at least one right choice.")


def _accepted_problems(draft: QuestionDraft) -> Iterator[Problem]:
    key = _key_or_none(draft, AcceptedAnswers)
    if key is None:
        yield Problem("answer_key", "bad_key", "Give the accepted answers as a list of texts.")
        return
    if not 1 <= len(key.accepted) <= ACCEPTED_MAX:
        path = "answer_key.accepted"
        yield Problem(path, "accepted_count", f"Give 1 to {ACCEPTED_MAX} accepted answers.")
    for at, text in enumerate(key.accepted):
        path = f"answer_key.accepted[{at}]"
        if not text.strip() or not (normalise(text[:FEW], key) or normalise(text, key)):
            yield Problem(path, "missing", "Write this answer or take it out.")
        yield from _text_problem(path, text.strip(), RESPONSE_TEXT_MAX)


def _numeric_problems(draft: QuestionDraft) -> Iterator[Problem]:
    key = _key_or_none(draft, NumericKey)
    if key is None or not math.isfinite(key.value):
        yield Problem("answer_key.value", "bad_key", "Give the right number.")
    elif not (math.isfinite(key.tolerance) and key.tolerance >= 0):
        path = "answer_key.tolerance"
        yield Problem(path, "out_of_range", "Give a tolerance of zero or more.")


def _key_or_none(draft: QuestionDraft, type_: type[_Key]) -> _Key | None:
    try:
        return read_key(draft, type_)
    except msgspec.ValidationError:
        return None


def read_key(draft: QuestionDraft, type_: type[_Key]) -> _Key:
    """The typed key; settings may stand in `options` or beside the answers, others are ignored.

    Raises:
        msgspec.ValidationError: something is missing or of the wrong type.
    """
    return msgspec.convert({**draft.options, **(draft.answer_key or {})}, type_)
