"""Questions as notes, for files that have only fronts and backs."""

from game.rules.notes import SIDE_MAX, NoteDraft
from game.rules.questions import (
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    Ordering,
    Poll,
    Question,
    ShortAnswer,
    TrueFalse,
)


def as_note(question: Question, tags: list[str]) -> NoteDraft | None:
    """The question with its choices, and the right answer with the explanation on the back.

    None for a poll, which has no answer.
    """
    if isinstance(question, Poll):
        return None
    lines = [question.stem]
    if not isinstance(question, ShortAnswer | Numeric):
        lines += [f"- {_shown(choice)}" for choice in question.choices]
    back = [_answer(question), *([question.explanation] if question.explanation else [])]
    return NoteDraft(
        front="\n".join(lines)[:SIDE_MAX],
        back="\n".join(back)[:SIDE_MAX],
        front_media=question.media,
        tags=tags,
    )


def _answer(question: Question) -> str:
    match question:
        case ShortAnswer(key=key):
            answer = " / ".join(key.accepted)
        case Numeric(key=key):
            around = f" ± {key.tolerance:.15g}" if key.tolerance else ""
            answer = f"{key.value:.15g}{around}"
        case TrueFalse(key=is_true):
            answer = _text(question.choices, "true" if is_true else "false")
        case MultipleChoice(key=id_):
            answer = _text(question.choices, id_)
        case MultipleSelect(key=ids):
            answer = "\n".join(_text(question.choices, id_) for id_ in ids)
        case Ordering(key=ids):
            texts = (_text(question.choices, id_) for id_ in ids)
            answer = "\n".join(f"{place}. {text}" for place, text in enumerate(texts, 1))
        case _:
            answer = ""
    return answer


def _text(choices: tuple[Choice, ...], id_: str) -> str:
    return next((_shown(choice) for choice in choices if choice.id == id_), id_)


def _shown(choice: Choice) -> str:
    """The text of a choice, or its letter if it is only a picture."""
    return choice.text or choice.id.upper()
