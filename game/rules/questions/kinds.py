"""The kinds of question as one tagged union: choices, settings and the key."""

from enum import StrEnum

from msgspec import Struct

CHOICE_IDS = "abcdefgh"
CHOICES_MIN, CHOICES_MAX = 2, len(CHOICE_IDS)


class Kind(StrEnum):
    """The name of a kind of question, as it stands in the database, on the wire and in a tag."""

    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    MULTIPLE_SELECT = "multiple_select"
    SHORT_ANSWER = "short_answer"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    POLL = "poll"


class Choice(Struct, frozen=True, omit_defaults=True):
    """A choice as a room shows it: its id is its letter in displayed order."""

    id: str
    text: str
    media: str | None = None


class QuestionBase(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every kind of question has; `time_limit` is in seconds.

    `source` is the database id of the question that this is a frozen copy of.
    """

    stem: str
    points: int = 1000
    time_limit: int = 30
    explanation: str | None = None
    media: str | None = None
    source: str | None = None


class _WithChoices(QuestionBase, frozen=True, kw_only=True):
    choices: tuple[Choice, ...]


class MultipleChoice(_WithChoices, frozen=True, kw_only=True, tag=Kind.MULTIPLE_CHOICE.value):
    """`also` has further keys: an answer is as right as it is by the best of all keys.

    Only a correction gives them, here and in other kinds. In rooms there are none.
    """

    key: str
    also: tuple[str, ...] = ()


class TrueFalse(_WithChoices, frozen=True, kw_only=True, tag=Kind.TRUE_FALSE.value):
    """Two choices with the ids `true` and `false`, in displayed order."""

    key: bool


class MultipleSelect(_WithChoices, frozen=True, kw_only=True, tag=Kind.MULTIPLE_SELECT.value):
    """The key has the ids of all right choices, at least one, in displayed order."""

    key: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()


class AcceptedAnswers(Struct, frozen=True):
    """What counts as right for a short answer, and which differences do not matter."""

    accepted: tuple[str, ...]
    ignore_case: bool = True
    ignore_space: bool = True
    ignore_accents: bool = True
    ignore_punctuation: bool = True


class ShortAnswer(QuestionBase, frozen=True, kw_only=True, tag=Kind.SHORT_ANSWER.value):
    key: AcceptedAnswers


class NumericKey(Struct, frozen=True):
    """The right number; a response as far away as the tolerance is still right."""

    value: float
    tolerance: float = 0


class Numeric(QuestionBase, frozen=True, kw_only=True, tag=Kind.NUMERIC.value):
    key: NumericKey
    also: tuple[NumericKey, ...] = ()


class Ordering(_WithChoices, frozen=True, kw_only=True, tag=Kind.ORDERING.value):
    """The key has the ids of all choices in the right order."""

    key: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()


class Poll(_WithChoices, frozen=True, kw_only=True, tag=Kind.POLL.value):
    """A question of opinion; `multiple` allows more than one choice."""

    multiple: bool = True
    key: None = None


Question = MultipleChoice | TrueFalse | MultipleSelect | ShortAnswer | Numeric | Ordering | Poll

# What a player may send: a choice id, a boolean, a finite number, a text or a list of choice ids.
Response = str | bool | float | tuple[str, ...]


def kind(question: Question) -> Kind:
    return Kind(str(question.__struct_config__.tag))


def all_keys(question: Question) -> tuple[object, ...]:
    """The key and those that are accepted beside it; none in a poll."""
    match question:
        case Poll():
            return ()
        case TrueFalse() | ShortAnswer():
            return (question.key,)
        case _:
            return (question.key, *question.also)


def is_scored(question: Question) -> bool:
    """Whether a response to this question can be right or wrong."""
    return not isinstance(question, Poll)
