"""Corrections: after a game or homework its teacher voids a question or gives it another key.

A voided question counts for nobody, as if it had not been asked: it gives no points, is not among
the questions that could be right, takes no time, and neither continues nor ends a streak. A
question with another key is graded again with it. Whatever else a room decided stays: who was
there, what was answered, and how long that took.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from game.errors import Invalid
from game.rules.homework import HomeworkRecord
from game.rules.questions import (
    CHOICES_MAX,
    AcceptedAnswers,
    ChoiceDraft,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Problem,
    Question,
    QuestionDraft,
    ShortAnswer,
    TrueFalse,
    kind,
    problems,
    reveal_also,
)
from game.rules.rescoring import RevealedQuestion

Action = Literal["void", "key", "undo"]
MOVES_SHOWN = 20


ALSO_MAX = CHOICES_MAX - 1


class Correction(Struct, frozen=True):
    """What holds for a question since `at`; without a `key` it is voided.

    `also` has keys that are accepted beside it.
    """

    key: object | None
    at: datetime
    also: tuple[object, ...] = ()

    @property
    def voids(self) -> bool:
        return self.key is None


Corrections = Mapping[int, Correction]
"""The corrections that hold, by the index of the question."""


def apply(corrections: Corrections, revealed: Sequence[RevealedQuestion]) -> list[RevealedQuestion]:
    """The questions of a game as they count."""
    return [
        replace(
            each,
            question=corrected(corrections.get(index), each.question),
            voided=index in corrections and corrections[index].voids,
        )
        for index, each in enumerate(revealed)
    ]


def apply_to_homework(corrections: Corrections, record: HomeworkRecord) -> HomeworkRecord:
    """The homework with its questions as they count."""
    return replace(
        record,
        questions=[
            corrected(corrections.get(index), each) for index, each in enumerate(record.questions)
        ],
        voided=voided(corrections),
    )


def voided(corrections: Corrections) -> frozenset[int]:
    return frozenset(index for index, each in corrections.items() if each.voids)


def corrected(correction: Correction | None, question: Question) -> Question:
    """The question with the key that counts; a voided one keeps the key that was played."""
    if correction is None or correction.voids:
        return question
    return with_key(question, correction.key, correction.also)


def decide(  # noqa: PLR0913, PLR0917  # all that a decision takes
    corrections: Corrections,
    index: int,
    played: Question,
    action: Action,
    key: object,
    now: datetime,
    also: Sequence[object] = (),
) -> Corrections:
    """The corrections after one more; the same ones if it changes nothing.

    The key that was played is the same as no correction.

    Raises:
        Invalid: the key does not fit the question.
    """
    wanted = _wanted(played, action, key, also, now)
    holds = corrections.get(index)
    if _effect(holds, played) == _effect(wanted, played):
        return corrections
    others = {at: each for at, each in corrections.items() if at != index}
    return others if wanted is None else {**others, index: wanted}


def _wanted(
    played: Question, action: Action, key: object, also: Sequence[object], now: datetime
) -> Correction | None:
    if action == "key":
        keyed = with_key(played, key, also)
        if keyed == played:
            return None
        return Correction(msgspec.to_builtins(keyed.key), now, tuple(reveal_also(keyed)))
    return Correction(None, now) if action == "void" else None


def _effect(correction: Correction | None, played: Question) -> Question | None:
    return None if correction and correction.voids else corrected(correction, played)


class Place(Struct, frozen=True):
    """A player's score and place; `rank` is None in a game without places."""

    score: int
    rank: int | None


class Move(Struct, frozen=True):
    """A player whose score or place changes."""

    nickname: str
    before: Place
    after: Place


class CorrectionOutcome(Struct, frozen=True):
    """How many players' scores and places change, and the first of these players by new place."""

    scores_changed: int = 0
    places_changed: int = 0
    moves: tuple[Move, ...] = ()


def outcome(players: Iterable[tuple[str, Place, Place]]) -> CorrectionOutcome:
    """What changes for these players: their nicknames, and their places before and after."""
    moves = [Move(*each) for each in players if each[1] != each[2]]
    moves.sort(key=lambda move: (move.after.rank or 0, -move.after.score))
    return CorrectionOutcome(
        scores_changed=sum(move.before.score != move.after.score for move in moves),
        places_changed=sum(move.before.rank != move.after.rank for move in moves),
        moves=tuple(moves[:MOVES_SHOWN]),
    )


def with_key(question: Question, key: object, also: Sequence[object] = ()) -> Question:
    """The question with another key, in the form in which results show it.

    Keys in `also` are accepted beside it: an answer is as right as it is by the best of them. The
    settings of a short answer (`ignore_…`) stay unless they are in the key.

    Raises:
        Invalid: `invalid`, with the problems that the editor would name, at paths below `key` and
            `also[0]`.
    """
    if isinstance(question, Poll):
        raise _invalid(Problem("key", "no_key", "A poll has no right answer, but can be voided."))
    corrected = _checked(question, key, "key")
    if not also:
        return corrected
    if isinstance(corrected, TrueFalse | ShortAnswer):
        raise _invalid(Problem("also", "one_key", _ONE_KEY))
    others = [_checked(question, each, f"also[{at}]").key for at, each in enumerate(also)]
    further = dict.fromkeys(each for each in others if each != corrected.key)
    if isinstance(corrected, MultipleChoice):  # one of its keys is as good as another
        right = {corrected.key, *further}
        first, *rest = (choice.id for choice in corrected.choices if choice.id in right)
        return replace(corrected, key=first, also=tuple(rest))
    return replace(corrected, also=tuple(further))


_ONE_KEY = "List all accepted answers in the key. Of true and false only one can be right."


def _checked(question: Question, key: object, path: str) -> Question:
    corrected = _keyed(question, key, path)
    if found := problems(_draft(corrected)):
        raise _invalid(*(replace(each, path=_path(each.path, path)) for each in found))
    return corrected


def _keyed(question: Question, key: object, path: str) -> Question:
    try:
        match question:
            case ShortAnswer():
                settings = msgspec.to_builtins(question.key) | {"accepted": None}
                return replace(
                    question, key=msgspec.convert(settings | _dict(key), AcceptedAnswers)
                )
            case Numeric():
                return replace(question, key=msgspec.convert(key, NumericKey))
            case TrueFalse():
                return replace(question, key=msgspec.convert(key, bool))
            case MultipleChoice():
                return replace(question, key=_known(question, [msgspec.convert(key, str)])[0])
            case MultipleSelect():
                return replace(question, key=_known(question, msgspec.convert(key, list[str])))
            case _:
                return replace(question, key=_all(question, msgspec.convert(key, tuple[str, ...])))
    except (msgspec.ValidationError, LookupError):
        message = "Give a key in the form of this kind of question, with the ids of its choices."
        raise _invalid(Problem(path, "bad_key", message)) from None


def _dict(key: object) -> dict[str, Any]:  # Any: JSON
    return msgspec.convert(key, dict[str, Any])


def _known(question: MultipleChoice | MultipleSelect, ids: Sequence[str]) -> tuple[str, ...]:
    """These ids, in displayed order."""
    if unknown := set(ids) - {choice.id for choice in question.choices}:
        raise LookupError(min(unknown))
    return tuple(choice.id for choice in question.choices if choice.id in ids)


def _all(question: Question, ids: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(question, Ordering):
        raise TypeError(f"a question of no kind: {question!r}")
    if sorted(ids) != sorted(choice.id for choice in question.choices):
        raise LookupError
    return ids


def _draft(question: Question) -> QuestionDraft:
    """What a teacher would have written for this question."""
    answer_key: dict[str, Any] | None = None
    choices: tuple[ChoiceDraft, ...] = ()
    if isinstance(question, ShortAnswer | Numeric):
        answer_key = msgspec.to_builtins(question.key)
    else:
        right = question.key if isinstance(question.key, tuple) else (_text(question.key),)
        choices = tuple(
            ChoiceDraft(text=each.text, media=each.media, is_correct=each.id in right)
            for each in question.choices
        )
    return QuestionDraft(
        type=kind(question),
        stem=question.stem,
        points=question.points,
        time_limit=question.time_limit,
        answer_key=answer_key,
        choices=choices,
    )


def _text(key: object) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _path(path: str, key: str) -> str:
    return path.replace("answer_key", key, 1) if path.startswith("answer_key") else key


def _invalid(*found: Problem) -> Invalid:
    return Invalid("invalid", "This key does not fit the question.", found)
