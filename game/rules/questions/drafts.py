"""Drafts: a question as its teacher wrote it, why it cannot be played yet, and its frozen copy."""

import math
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from game.errors import Detail as Problem
from game.rules.questions.kinds import (
    CHOICE_IDS,
    CHOICES_MAX,
    CHOICES_MIN,
    AcceptedAnswers,
    Choice,
    Kind,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
    TrueFalse,
)
from game.rules.questions.normal_forms import normalise

STEM_MAX = 2000
CHOICE_TEXT_MAX = 255
ACCEPTED_MAX = 50
ACCEPTED_TEXT_MAX = 200
URL_MAX = 2048
EXPLANATION_MAX = 5000
POINTS_MAX = 2000
TIME_LIMIT_MIN_S, TIME_LIMIT_MAX_S = 5, 300

_CHOICE_KINDS = set(Kind) - {Kind.SHORT_ANSWER, Kind.NUMERIC}
_ONE_RIGHT = {Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE}
_TRUE_WORDS = {"true", "yes", "right", "correct", "t", "y", "benar", "betul", "ya", "b"}
_FALSE_WORDS = {"false", "no", "wrong", "incorrect", "f", "n", "salah", "tidak", "bukan", "s"}


class ChoiceDraft(Struct, frozen=True, kw_only=True):
    text: str
    media: str | None = None
    is_correct: bool = False


class QuestionDraft(Struct, frozen=True, kw_only=True):
    """A question as it stands in the editor and the database; it need not be playable.

    For `ordering` the choices are in the right order. `answer_key` has `accepted` or `value` and
    `tolerance`; `options` has the `ignore_…` settings of a short answer or `multiple` of a poll.
    `source` is the question's id in the database.
    """

    type: Kind
    stem: str
    points: int = 1000
    time_limit: int = 30
    explanation: str | None = None
    media: str | None = None
    options: dict[str, Any] = {}  # Any: JSON; read through the typed keys only
    answer_key: dict[str, Any] | None = None  # Any: the same
    choices: tuple[ChoiceDraft, ...] = ()
    source: str | None = None


def problems(draft: QuestionDraft) -> list[Problem]:
    """Why this question cannot be played, each with the path of its field; none = playable."""
    raise NotImplementedError


def freeze(draft: QuestionDraft, random: Random, *, shuffle_choices: bool = False) -> Question:
    """The playable copy of a draft without problems."""
    raise NotImplementedError
