"""How far a learner is with the cards of a collection of Anki, and when they were reviewed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from game.errors import Invalid
from server.formats.decks.anki_collections import Collection
from server.formats.decks.databases import Value
from server.formats.decks.items import (
    AT_MAX_MS,
    DAYS_MAX,
    REVIEWS_MAX,
    REVIEWS_OF_CARD_MAX,
    TOOK_MAX_MS,
    CardState,
    FiledCard,
    FiledReview,
)

STATES: Final[Mapping[Value, CardState]] = {0: "new", 1: "learning", 2: "review", 3: "relearning"}
GRADES: Final = range(1, 5)
GRADED_KINDS: Final = range(3)
"""Learning, reviews and relearning; not cramming, and not what was set by hand."""
SUSPENDED: Final = -1
FLAGS: Final = 7


def reviews_of(collection: Collection) -> dict[int, list[FiledReview]]:
    """The graded reviews by their cards, each in order.

    Raises:
        Invalid: `import_too_many_reviews`.
    """
    found: defaultdict[int, list[FiledReview]] = defaultdict(list)
    for number, (card, at, grade, took, kind) in enumerate(collection.reviews()):
        if number == REVIEWS_MAX:
            message = f"The file has more than {REVIEWS_MAX:,} reviews. Export decks one by one."
            raise Invalid("import_too_many_reviews", message)
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
    """How far a learner is, by the columns `type` to `flags`; new if that makes no sense."""
    kind, queue, due, due_at_home, flags = columns
    state = STATES.get(kind, "new")
    day = due_at_home or due  # a filtered deck has it meanwhile
    is_day = state == "review" and isinstance(day, int) and abs(day) <= DAYS_MAX
    return FiledCard(
        state=state,
        due_day=day if is_day and isinstance(day, int) else None,
        is_suspended=queue == SUSPENDED,
        flag=flags & FLAGS if isinstance(flags, int) else 0,
        reviews=() if state == "new" else tuple(reviews),
    )
