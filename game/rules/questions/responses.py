"""Responses to questions: their form, their check, their statistics; and questions without keys."""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

import msgspec

from game.errors import Refusal, room_refusal
from game.rules.questions.kinds import (
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    Ordering,
    Poll,
    Question,
    Response,
    ShortAnswer,
    TrueFalse,
    all_keys,
    kind,
)
from game.rules.questions.normalisation import normalise

RESPONSE_TEXT_MAX = 200
COUNTED_ANSWERS_MAX = 10


def parse_response(question: Question, raw: object) -> Response:
    """A player's response, from decoded JSON; its type fits the kind of question.

    Raises:
        Refusal: `bad_response`, with a sentence about what this kind of question takes.
    """
    match question:
        case ShortAnswer():
            return _text(raw)
        case Numeric():
            return _number(raw)
        case TrueFalse():
            return _boolean(raw)
        case MultipleChoice():
            return _choice(question.choices, raw)
        case MultipleSelect() | Ordering() | Poll():
            return _chosen(question, raw)


def _chosen(question: MultipleSelect | Ordering | Poll, raw: object) -> tuple[str, ...]:
    if isinstance(question, Ordering):
        return _all_choices(question.choices, raw)
    if isinstance(question, Poll) and not question.multiple:
        return _one_choice(question.choices, raw)
    return _some_choices(question.choices, raw)


def _bad(message: str) -> Refusal:
    return room_refusal("bad_response", message)


def _choice(choices: tuple[Choice, ...], raw: object) -> str:
    if isinstance(raw, str) and any(choice.id == raw for choice in choices):
        return raw
    raise _bad("Answer with the id of one of the choices.")


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    raise _bad("Answer with true or false.")


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise _bad("Answer with a text.")
    text = raw.strip()
    if not text or len(text) > RESPONSE_TEXT_MAX or any(map(_is_unwritable, text)):
        raise _bad(f"Answer with 1 to {RESPONSE_TEXT_MAX} characters.")
    return text


def _is_unwritable(mark: str) -> bool:
    """Control characters and lone surrogates, which neither a page nor PostgreSQL can take."""
    return unicodedata.category(mark) in {"Cc", "Cs"} and not mark.isspace()


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _bad("Answer with a number.")
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _bad("Answer with a smaller number.")
    return number


def _some_choices(choices: tuple[Choice, ...], raw: object) -> tuple[str, ...]:
    chosen = _ids(raw)
    known = {choice.id for choice in choices}
    if not chosen or len(set(chosen)) < len(chosen) or not known.issuperset(chosen):
        raise _bad("Answer with a list of ids of choices, at least one and each once.")
    return chosen


def _all_choices(choices: tuple[Choice, ...], raw: object) -> tuple[str, ...]:
    chosen = _ids(raw)
    if sorted(chosen) != sorted(choice.id for choice in choices):
        raise _bad("Answer with a list of the ids of all choices, each once.")
    return chosen


def _one_choice(choices: tuple[Choice, ...], raw: object) -> tuple[str, ...]:
    chosen = _ids(raw)
    if len(chosen) != 1:
        raise _bad("Answer with a list of one id of a choice.")
    return (_choice(choices, chosen[0]),)


def _ids(raw: object) -> tuple[str, ...]:
    try:
        return msgspec.convert(raw, tuple[str, ...])
    except msgspec.ValidationError:
        raise _bad("Answer with a list of ids of choices.") from None


def public(question: Question) -> dict[str, Any]:  # Any: JSON, as msgspec's own to_builtins has it
    """What a player may see before the reveal: nothing of the key, explanation or source."""
    shown: dict[str, Any] = {"kind": kind(question).value, "stem": question.stem}
    if question.media is not None:
        shown["media"] = question.media
    if isinstance(question, ShortAnswer | Numeric):
        shown["choices"] = []
    else:
        shown["choices"] = [msgspec.to_builtins(choice) for choice in question.choices]
    if isinstance(question, Poll):
        shown["multiple"] = question.multiple
    return shown | {"points": question.points, "time_limit": question.time_limit}


def reveal_key(question: Question) -> object:
    """The key as `reveal` shows it, in JSON's own types."""
    if isinstance(question, ShortAnswer):
        return {"accepted": list(question.key.accepted)}
    return msgspec.to_builtins(question.key)


def reveal_also(question: Question) -> list[Any]:  # Any: JSON
    """The keys that are accepted beside the key, in JSON's own types."""
    return [msgspec.to_builtins(each) for each in all_keys(question)[1:]]


def counts(
    question: Question,
    responses: Iterable[Response],
    hide: Callable[[str], bool] | None = None,
) -> dict[str, int]:
    """How often each thing was answered; the same for any order of the responses.

    Choice kinds: by choice id, zeros too. Ordering: `right` and `wrong`. Short answers and numbers:
    the most frequent ones, equal answers together under their most frequent spelling; texts that
    `hide` objects to are left out.
    """
    match question:
        case ShortAnswer():
            return _counted_texts(question, responses, hide)
        case Numeric():
            return _most_frequent(Counter(_written(number) for number in responses))
        case Ordering():
            keys = all_keys(question)
            right = Counter(response in keys for response in responses)
            return {"right": right[True], "wrong": right[False]}
        case _:
            given = Counter(id_ for response in responses for id_ in chosen_ids(response))
            return {choice.id: given[choice.id] for choice in question.choices}


def chosen_ids(response: Response) -> tuple[str, ...]:
    """The choices of a response to a question with choices."""
    if isinstance(response, bool):
        return ("true" if response else "false",)
    return response if isinstance(response, tuple) else (str(response),)


def _counted_texts(
    question: ShortAnswer, responses: Iterable[Response], hide: Callable[[str], bool] | None
) -> dict[str, int]:
    spellings: dict[str, Counter[str]] = {}
    for text, times in Counter(map(str, responses)).items():
        spellings.setdefault(normalise(text, question.key), Counter())[text] = times
    return _most_frequent({_usual(same): same.total() for same in spellings.values()}, hide)


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda text: (-spellings[text], text))


def _most_frequent(
    times: Mapping[str, int], hide: Callable[[str], bool] | None = None
) -> dict[str, int]:
    ordered = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    shown = (item for item in ordered if hide is None or not hide(item[0]))
    return dict(islice(shown, COUNTED_ANSWERS_MAX))


def _written(number: Response) -> str:
    """A number as people write it: 5 rather than 5.0."""
    return repr(number).removesuffix(".0")
