"""What a deck in a file is: its notes, with what happened to each, their cards and reviews."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from game.errors import Invalid
from game.rules.cards import (
    EASE_MAX,
    EASE_MIN,
    FLAG_MAX,
    INTERVAL_MAX_DAYS,
    TOOK_MAX_MS,
    CardState,
)
from game.rules.notes import HINT_MAX, SIDE_MAX, SOURCE_KEY_MAX, NoteDraft, problems
from game.rules.questions.fields import TAG_MAX, TAGS_MAX
from server.formats.items import LOSSES, BadItemError, Fate, ItemProblem, Place
from server.formats.pictures import Picture

NOTES_MAX = 10_000
CARDS_MAX = 30_000
REVIEWS_MAX = 100_000
REVIEWS_OF_CARD_MAX = 5_000
LAPSES_MAX = 10_000
AT_MAX_MS = 2**42
"""In the year 2109."""

SIDES = ("front", "back")
MEDIA = ("front_media", "back_media")
OWN_LOSSES = {
    "columns": "Further columns are left out.",
    "formula": "A formula stays as it is written, and is not drawn.",
    "hint": "A hint that is too long is left out.",
    "sound": "Sound is left out.",
    "typed_answer": "The answer is not typed: the card is turned.",
}
"""What only notes lose, by its code without `loss.`."""


class FiledReview(Struct, frozen=True, array_like=True):
    """A review of a card: when, with which grade, and how long it took."""

    at_ms: Annotated[int, Meta(gt=0, lt=AT_MAX_MS)]
    grade: Annotated[int, Meta(ge=1, le=4)]
    took_ms: Annotated[int, Meta(ge=0, le=TOOK_MAX_MS)] = 0


class FiledCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a learner is with a card; `due_day` counts from the day when the file began.

    `is_reversed` is the card that asks for the front. What a scheduler remembers counts only
    without reviews, which tell it.
    """

    is_reversed: bool = False
    state: CardState = "new"
    due_day: Annotated[int, Meta(ge=-INTERVAL_MAX_DAYS, le=INTERVAL_MAX_DAYS)] | None = None
    interval_days: Annotated[int, Meta(ge=0, le=INTERVAL_MAX_DAYS)] = 0
    ease_factor: Annotated[float, Meta(ge=float(EASE_MIN), le=float(EASE_MAX))] | None = None
    stability: Annotated[float, Meta(gt=0, le=INTERVAL_MAX_DAYS)] | None = None
    difficulty: Annotated[float, Meta(ge=1, le=10)] | None = None
    lapses: Annotated[int, Meta(ge=0, le=LAPSES_MAX)] = 0
    is_suspended: bool = False
    flag: Annotated[int, Meta(ge=0, le=FLAG_MAX)] = 0
    reviews: Annotated[tuple[FiledReview, ...], Meta(max_length=REVIEWS_OF_CARD_MAX)] = ()


class NoteItem(Struct, frozen=True, kw_only=True):
    """A note of a file. A refused one has a draft, which can be mended, if it was understood.

    `key` is the same when the deck is written again. `pictures` came with it; their addresses
    stand in the draft until they are stored.
    """

    place: Place
    fate: Fate
    draft: NoteDraft | None = None
    key: str | None = None
    problems: tuple[ItemProblem, ...] = ()
    pictures: tuple[Picture, ...] = ()
    cards: tuple[FiledCard, ...] = ()

    @property
    def review_count(self) -> int:
        return sum(len(card.reviews) for card in self.cards)


class FiledNote(Struct, frozen=True, kw_only=True):
    """A note to be written; the key says which one it is when it comes back."""

    key: str
    draft: NoteDraft
    cards: tuple[FiledCard, ...] = ()


class DeckFile(Struct, frozen=True, kw_only=True):
    """A deck; `began_at_ms` is the time from which its cards count days."""

    items: list[NoteItem]
    title: str | None = None
    description: str | None = None
    began_at_ms: int = 0

    @property
    def review_count(self) -> int:
        """How many reviews the notes have that are not refused."""
        return sum(item.review_count for item in self.items if item.fate is not Fate.REFUSED)


def taken(  # noqa: PLR0913  # each is what an item consists of
    place: Place,
    draft: NoteDraft,
    *,
    key: str | None = None,
    losses: Iterable[str] = (),
    pictures: Iterable[Picture] = (),
    cards: Iterable[FiledCard] = (),
) -> NoteItem:
    """The item with this draft, refused if no card can be made of it."""
    bad = tuple(_problems(draft))
    lost = tuple(map(loss, sorted(set(losses))))
    fate = Fate.REFUSED if bad else Fate.TAKEN_WITH_LOSS if lost else Fate.TAKEN
    return NoteItem(
        place=place,
        fate=fate,
        draft=draft,
        key=key and key[:SOURCE_KEY_MAX],
        problems=bad or lost,
        pictures=tuple(pictures),
        cards=tuple(cards),
    )


def _problems(draft: NoteDraft) -> Iterator[ItemProblem]:
    for name in SIDES:
        if len(getattr(draft, name)) > SIDE_MAX:
            yield ItemProblem(name, "too_long", f"Use at most {SIDE_MAX:,} characters.")
    for each in problems(draft):
        yield ItemProblem(each.path, each.code, each.message)


def check_count(notes: int) -> None:
    """Raises Invalid `import_too_many_notes`."""
    if notes > NOTES_MAX:
        message = f"A file may have {NOTES_MAX:,} notes. Split it."
        raise Invalid("import_too_many_notes", message)


def check_review_count(reviews: int) -> None:
    """Raises Invalid `import_too_many_reviews`."""
    if reviews > REVIEWS_MAX:
        message = f"The file has more than {REVIEWS_MAX:,} reviews. Export decks one by one."
        raise Invalid("import_too_many_reviews", message)


def loss(code: str) -> ItemProblem:
    return ItemProblem("", f"loss.{code}", OWN_LOSSES.get(code) or LOSSES[code])


def refused(place: Place, error: BadItemError) -> NoteItem:
    return NoteItem(place=place, fate=Fate.REFUSED, problems=(error.detail,))


def fitting(draft: NoteDraft, lost: set[str]) -> NoteDraft:
    """The note without tags and a hint that do not fit, which are added to `lost`."""
    tags = list(dict.fromkeys(" ".join(tag.split()) for tag in draft.tags))
    kept = [tag for tag in tags if 0 < len(tag) <= TAG_MAX][:TAGS_MAX]
    if len(kept) < len(tags):
        lost.add("tags")
    hint = (draft.hint or "").strip() or None
    if hint and len(hint) > HINT_MAX:
        hint = None
        lost.add("hint")
    return msgspec.structs.replace(draft, tags=kept, hint=hint)
