"""How far a learner is with the cards of a collection of Anki, and when they were reviewed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from game.rules.cards import (
    EASE_MAX,
    EASE_MIN,
    FLAG_MAX,
    INTERVAL_MAX_DAYS,
    TOOK_MAX_MS,
    CardState,
)
from server.formats.decks.anki_collections import Collection
from server.formats.decks.databases import Value
from server.formats.decks.items import (
    AT_MAX_MS,
    LAPSES_MAX,
    REVIEWS_OF_CARD_MAX,
    FiledCard,
    FiledReview,
    check_review_count,
)

STATES: Final[Mapping[Value, CardState]] = {0: "new", 1: "learning", 2: "review", 3: "relearning"}
GRADES: Final = range(1, 5)
GRADED_KINDS: Final = range(3)
"""Learning, reviews and relearning; not cramming, and not what was set by hand."""
SUSPENDED: Final = -1
PER_MILLE: Final = 1_000


class _Memory(Struct):
    """What FSRS remembers: stability in days and difficulty."""

    s: Annotated[float, Meta(gt=0, le=INTERVAL_MAX_DAYS)] | None = None
    d: Annotated[float, Meta(ge=1, le=10)] | None = None


def reviews_of(collection: Collection) -> dict[int, list[FiledReview]]:
    """The graded reviews by their cards, each in order.

    Raises:
        Invalid: `import_too_many_reviews`.
    """
    found: defaultdict[int, list[FiledReview]] = defaultdict(list)
    for number, (card, at, grade, took, kind) in enumerate(collection.reviews(), 1):
        check_review_count(number)
        if (
            isinstance(card, int)
            and isinstance(at, int)
            and isinstance(grade, int)
            and 0 < at < AT_MAX_MS
            and grade in GRADES
            and kind in GRADED_KINDS
        ):
            took_ms = min(max(took, 0), TOOK_MAX_MS) if isinstance(took, int) else 0
            found[card].append(FiledReview(at, grade, took_ms))
    for each in found.values():
        each.sort(key=lambda review: review.at_ms)
        del each[:-REVIEWS_OF_CARD_MAX]
    return found


def learned(columns: Sequence[Value], reviews: Iterable[FiledReview] = ()) -> FiledCard:
    """How far a learner is, by the columns `type` to `data`; new if that makes no sense."""
    kind, queue, due, due_at_home, flags, interval, factor, lapses, data = columns
    state = STATES.get(kind, "new")
    day = due_at_home or due  # a filtered deck has it meanwhile
    is_day = state == "review" and isinstance(day, int) and abs(day) <= INTERVAL_MAX_DAYS
    memory = _memory(data)
    return FiledCard(
        state=state,
        due_day=day if is_day and isinstance(day, int) else None,
        interval_days=_between(interval, 0, INTERVAL_MAX_DAYS),
        ease_factor=_ease(factor),
        stability=memory.s,
        difficulty=memory.d,
        lapses=_between(lapses, 0, LAPSES_MAX),
        is_suspended=queue == SUSPENDED,
        flag=flags & FLAG_MAX if isinstance(flags, int) else 0,
        reviews=() if state == "new" else tuple(reviews),
    )


def _between(value: Value, least: int, most: int) -> int:
    return min(max(value, least), most) if isinstance(value, int) else least


def _ease(factor: Value) -> float | None:
    """The ease factor. With FSRS the column is none, and mostly outside of the bounds."""
    ease = factor / PER_MILLE if isinstance(factor, int) else 0
    return ease if EASE_MIN <= ease <= EASE_MAX else None


def _memory(data: Value) -> _Memory:
    try:
        memory = msgspec.json.decode(data, type=_Memory) if isinstance(data, bytes) else _Memory()
    except (msgspec.DecodeError, RecursionError):
        return _Memory()
    return _Memory() if memory.s is None or memory.d is None else memory
