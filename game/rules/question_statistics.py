"""Statistics of questions (item analysis), and advice about those that do not work.

The database counts and adds for each session. Here is what needs the questions themselves: which
choice a letter of a session stood for, and whether a question was changed since; and what follows
from the counts and sums of all sessions.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from math import exp, sqrt
from random import Random
from typing import Literal

import msgspec
from msgspec import Struct

from game.rules.grading import RIGHT, grader
from game.rules.questions import (
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    Ordering,
    Poll,
    Question,
    QuestionDraft,
    Response,
    ShortAnswer,
    TrueFalse,
    all_keys,
    chosen_ids,
    freeze,
    kind,
    normalise,
    problems,
)

Advice = Literal[
    "too_few", "check_key", "wrong_choice", "too_easy", "too_hard", "no_discrimination", "works"
]

WORDING_LENGTH = 16
ENOUGH_ANSWERS = 20
EASY_SHARE = 0.95
HARD_SHARE = 0.2
ANY_RIGHT = ""
"""Stands for all right answers in words or numbers, which no choice tells apart."""
WRONG_ANSWERS = 100
"""How many different wrong answers of a session are counted, the most frequent ones."""
TIME_STEPS = 100
"""Times are counted by this many times their natural logarithm, so within half a percent."""
MILLIONTHS = 1_000_000
LOW_DISCRIMINATION = 0.1
"""Below this a question does not tell strong from weak players; below its negative the key is
probably wrong."""


class Asked(Struct, frozen=True):
    """A question as it counted in one session, and how often each response was given."""

    question: Question
    responses: Sequence[tuple[Response, int]]


class ChosenWrong(Struct, frozen=True):
    """The wrong choice that was chosen most, and how often the least chosen right one was.

    Short answers and numbers have no choices: all right answers count as one.
    """

    text: str
    times: int
    right_times: int


class Figures(Struct, frozen=True):
    """What is known of a question. `correct` is None for a poll.

    `discrimination` is the point-biserial correlation of a right answer with the share of right
    answers to the other questions of the game. `by_wording` has the number of answers by `wording`.
    """

    asked: int
    answers: int
    correct: int | None
    discrimination: float | None
    median_ms: int | None
    wrong: ChosenWrong | None
    by_wording: Mapping[str, int]

    @property
    def correct_share(self) -> float | None:
        return None if self.correct is None or not self.answers else self.correct / self.answers


class Sums(Struct, frozen=True):
    """Exact sums over the answers whose players had other questions to compare with.

    A share is that of right answers to the other questions of the game, in whole millionths, so
    that equal ones are equal; `correct_shares` adds up those of the players who were right.
    """

    answers: int
    correct: int
    shares: int
    squared_shares: int
    correct_shares: int


def correlation(sums: Sums) -> float | None:
    """Of being right with the share; None if all were right, none was, or all shares are equal."""
    varies = sums.correct * (sums.answers - sums.correct)
    shares_vary = sums.answers * sums.squared_shares - sums.shares**2
    if not varies or not shares_vary:
        return None
    covariance = sums.answers * sums.correct_shares - sums.correct * sums.shares
    return min(max(covariance / (sqrt(varies) * sqrt(shares_vary)), -1.0), 1.0)


def median_ms(times: Mapping[int, int]) -> int | None:
    """The median of times that were counted by steps, within half a percent."""
    if not times:
        return None
    steps = sorted(times)
    below = list(accumulate(times[step] for step in steps))
    middle = ((below[-1] - 1) // 2, below[-1] // 2)  # the same one if the number is odd
    found = (next(step for step, n in zip(steps, below, strict=True) if n > at) for at in middle)
    return round(sum(exp(step / TIME_STEPS) for step in found) / 2)


class ChoiceCounts(Struct, frozen=True):
    """How often each wrong and each required choice was chosen, by its text.

    Choices are the same if their texts are: each session gave them letters of its own. Wrong short
    answers and numbers count under their usual spelling.
    """

    wrong: Mapping[str, int]
    right: Mapping[str, int]


def count_choices(asked: Asked) -> ChoiceCounts:
    """Empty if the kind of question has no choices to choose from."""
    match asked.question:
        case MultipleChoice() | MultipleSelect() | TrueFalse() as question:
            wrong, right = _chosen(question, asked.responses)
        case ShortAnswer() | Numeric() as question:
            wrong, right = _given(question, asked.responses)
        case _:  # an order and a poll have no wrong choice
            return ChoiceCounts({}, {})
    most = sorted(wrong.items(), key=_most_first)[:WRONG_ANSWERS]
    return ChoiceCounts(dict(most), right)


def chosen_wrong(counts: ChoiceCounts) -> ChosenWrong | None:
    """None if nobody chose a wrong one."""
    text, times = min(counts.wrong.items(), key=_most_first, default=("", 0))
    return ChosenWrong(text, times, min(counts.right.values(), default=0)) if times else None


def _most_first(choice: tuple[str, int]) -> tuple[int, str]:
    text, times = choice
    return -times, text


def _chosen(
    question: MultipleChoice | MultipleSelect | TrueFalse,
    responses: Iterable[tuple[Response, int]],
) -> tuple[Counter[str], Counter[str]]:
    chosen, wrong, right = Counter[str](), Counter[str](), Counter[str]()
    for response, times in responses:
        for id_ in chosen_ids(response):
            chosen[id_] += times
    required, accepted = _right_ids(question)
    if isinstance(question, MultipleChoice):  # one right choice stands for all
        chosen[question.key] += sum(chosen[id_] for id_ in question.also)
    for choice in question.choices:
        name = choice.text or choice.media or choice.id
        if choice.id in required:
            right[name] += chosen[choice.id]
        elif choice.id not in accepted:
            wrong[name] += chosen[choice.id]
    return wrong, right


def _given(
    question: ShortAnswer | Numeric, responses: Iterable[tuple[Response, int]]
) -> tuple[Counter[str], Counter[str]]:
    wrong, right = Counter[str](), Counter[str]()
    judge = grader(question)
    for response, times in responses:
        if judge(response) == RIGHT:
            right[ANY_RIGHT] += times
        else:
            wrong[_spelled(question, response)] += times
    return wrong, right


def _right_ids(
    question: MultipleChoice | MultipleSelect | TrueFalse,
) -> tuple[set[str], set[str]]:
    """The choices that a right answer must have, and all that it may have."""
    match question:
        case TrueFalse():
            only = {"true" if question.key else "false"}
            return only, only
        case MultipleChoice():
            return {question.key}, {question.key, *question.also}
        case MultipleSelect():
            sets = [set(key) for key in (question.key, *question.also)]
            return set.intersection(*sets) or sets[0], set.union(*sets)


def _spelled(question: ShortAnswer | Numeric, response: Response) -> str:
    if isinstance(question, ShortAnswer):
        return normalise(str(response), question.key)
    return f"{response:.15g}" if isinstance(response, int | float) else str(response)


def wording(question: Question) -> str:
    """A digest of everything that decides how hard a question is: its text, choices and key.

    The order of the choices does not count, because a room may shuffle them.
    """
    told: tuple[object, ...]
    match question:
        case ShortAnswer() | Numeric():
            told = all_keys(question)
        case Ordering():
            texts = {choice.id: _shown(choice) for choice in question.choices}
            orders = (question.key, *question.also)
            told = tuple(texts[id_] for order in orders for id_ in order)
        case Poll():
            told = tuple(sorted(_shown(choice) for choice in question.choices))
        case _:
            right, accepted = _right_ids(question)
            told = tuple(
                sorted(
                    (*_shown(choice), choice.id in right, *_optional(choice.id, accepted - right))
                    for choice in question.choices
                )
            )
    everything = (kind(question).value, question.stem.strip(), question.media, told)
    return sha256(msgspec.json.encode(everything)).hexdigest()[:WORDING_LENGTH]


def _optional(choice: str, optional: set[str]) -> tuple[str, ...]:
    return ("optional",) if choice in optional else ()


def _shown(choice: Choice) -> tuple[str, str]:
    return choice.text.strip(), choice.media or ""


def present_wording(draft: QuestionDraft) -> str | None:
    """The wording of a question as it is written now; None while it cannot be played."""
    # The order into which freezing shuffles the choices does not count.
    return None if problems(draft) else wording(freeze(draft, Random(0)))  # noqa: S311


def advice(figures: Figures) -> tuple[Advice, ...]:
    """What a teacher should know about a question; nothing for a poll."""
    share = figures.correct_share
    if figures.answers and share is None:
        return ()
    if share is None or figures.answers < ENOUGH_ANSWERS:
        return ("too_few",)
    return tuple(_findings(figures, share)) or ("works",)


def _findings(figures: Figures, share: float) -> Iterator[Advice]:
    discrimination = figures.discrimination
    if discrimination is not None and discrimination <= -LOW_DISCRIMINATION:
        yield "check_key"
    if figures.wrong and figures.wrong.times > figures.wrong.right_times:
        yield "wrong_choice"
    if share >= EASY_SHARE:
        yield "too_easy"
    elif share <= HARD_SHARE:
        yield "too_hard"
    elif discrimination is not None and abs(discrimination) < LOW_DISCRIMINATION:
        yield "no_discrimination"
