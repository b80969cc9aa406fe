"""Freezing: the copy of a draft that one room plays, whatever happens to the draft later."""

from random import Random
from typing import Any

from game.rules.questions.drafts import ChoiceDraft, QuestionDraft, problems, read_key
from game.rules.questions.kinds import (
    CHOICE_IDS,
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
    QuestionBase,
    ShortAnswer,
    TrueFalse,
)

_Shared = dict[str, Any]  # Any: the arguments that the structs of all kinds take

_TRUE_WORDS = {"true", "yes", "right", "correct", "benar", "betul", "ya"}
_FALSE_WORDS = {"false", "no", "wrong", "incorrect", "salah", "tidak", "bukan"}


_SWAPPED = 2
"""Choices that have only one wrong order."""
_PLAYED = set(QuestionBase.__struct_fields__) & set(QuestionDraft.__struct_fields__)
"""Which fields of a draft are played. The others never leave the editor."""


def freeze(draft: QuestionDraft, random: Random, *, shuffle_choices: bool = False) -> Question:
    """The playable copy of a draft without problems; choices get letters in displayed order.

    `shuffle_choices` shuffles where the order means nothing. The choices of an ordering are always
    shuffled. Three or more are never in the right order: leaving the list as it is must not be an
    answer. Two can be, or everybody would know to swap them.

    Raises:
        ValueError: the draft cannot be played.
    """
    if wrong := problems(draft):
        raise ValueError(f"this draft cannot be played: {wrong[0].path}: {wrong[0].message}")
    shared = {name: getattr(draft, name) for name in _PLAYED} | {
        "stem": draft.stem.strip(),
        "explanation": (draft.explanation or "").strip() or None,
        "source": None if draft.id is None else str(draft.id),
    }
    match draft.type:
        case Kind.SHORT_ANSWER:
            return ShortAnswer(**shared, key=read_key(draft, AcceptedAnswers))
        case Kind.NUMERIC:
            return Numeric(**shared, key=read_key(draft, NumericKey))
        case Kind.TRUE_FALSE:
            return _true_false(draft, shared)
        case Kind.ORDERING:
            return _ordering(draft, shared, random)
        case _:
            shown = list(draft.choices)
            if shuffle_choices:
                random.shuffle(shown)
            return _choosing(draft, shown, shared)


def _true_false(draft: QuestionDraft, shared: _Shared) -> TrueFalse:
    first, second = draft.choices
    first_is_true = not (_word(first) in _FALSE_WORDS or _word(second) in _TRUE_WORDS)
    ids = ("true", "false") if first_is_true else ("false", "true")
    choices = (_choice(ids[0], first), _choice(ids[1], second))
    return TrueFalse(**shared, choices=choices, key=first.is_correct is first_is_true)


def _word(choice: ChoiceDraft) -> str:
    return choice.text.strip().rstrip(".!").casefold()


def _ordering(draft: QuestionDraft, shared: _Shared, random: Random) -> Ordering:
    places = list(range(len(draft.choices)))
    random.shuffle(places)
    if len(places) > _SWAPPED and places == sorted(places):
        turn = random.randrange(1, len(places))
        places = places[turn:] + places[:turn]
    choices = _lettered([draft.choices[place] for place in places])
    key = tuple(CHOICE_IDS[places.index(place)] for place in range(len(places)))
    return Ordering(**shared, choices=choices, key=key)


def _choosing(
    draft: QuestionDraft, shown: list[ChoiceDraft], shared: _Shared
) -> MultipleChoice | MultipleSelect | Poll:
    choices = _lettered(shown)
    right = tuple(id_ for id_, choice in zip(CHOICE_IDS, shown, strict=False) if choice.is_correct)
    if draft.type is Kind.MULTIPLE_CHOICE:
        return MultipleChoice(**shared, choices=choices, key=right[0])
    if draft.type is Kind.MULTIPLE_SELECT:
        return MultipleSelect(**shared, choices=choices, key=right)
    return Poll(**shared, choices=choices, multiple=draft.options.get("multiple") is not False)


def _lettered(shown: list[ChoiceDraft]) -> tuple[Choice, ...]:
    return tuple(_choice(id_, choice) for id_, choice in zip(CHOICE_IDS, shown, strict=False))


def _choice(id_: str, choice: ChoiceDraft) -> Choice:
    return Choice(id_, choice.text.strip(), choice.media)
