"""The structs of requests and responses about cards."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from game.rules.cards import FLAG_MAX, TOOK_MAX_MS, VERSION_MAX, CardState, Rating
from game.rules.questions import AcceptedAnswers, Choice, Kind
from server.api.pagination import PagedOutput
from server.live.protocol.values import Key, Response

AGO_MAX_MS = 366 * 24 * 3600 * 1000
LIMIT_MAX = 200
CARDS_MAX = 500
AHEAD_MAX_DAYS = 30

Version = Annotated[int, Meta(ge=1, le=VERSION_MAX)]
Flag = Annotated[int, Meta(ge=0, le=FLAG_MAX)]
ItemType = Literal["question", "note"]


class CardChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays. A buried card comes back tomorrow, one with `due_on` on that day.

    With `due_on` null the day that was chosen last is taken back: card and log are as before it.
    """

    is_suspended: bool | UnsetType = UNSET
    is_buried: bool | UnsetType = UNSET
    flag: Flag | UnsetType = UNSET
    due_on: date | UnsetType | None = UNSET


class VersionedCardChange(CardChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`version` is the card's one that was shown."""

    version: Version


class CardsChange(CardChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of many cards.

    With `due_on` those are left out that it would be refused of: new ones, or with null those that
    were reviewed since, or have no chosen day.
    """

    cards: Annotated[list[UUID], Meta(min_length=1, max_length=CARDS_MAX)]


class ChangedCards(Struct, frozen=True):
    changed: int


class CardDeck(Struct, frozen=True):
    id: UUID
    title: str


class CardQuestion(Struct, frozen=True):
    """The question of a card, without its key."""

    kind: Kind
    stem: str
    choices: list[Choice]
    multiple: bool
    media: str | None
    time_limit: int


class CardAnswer(Struct, frozen=True):
    """What is right. Of a short answer the key is all that is accepted, and what is ignored.

    `also` has the keys that are accepted beside the key.
    """

    key: AcceptedAnswers | Key
    also: list[Key]
    explanation: str | None


class CardNote(Struct, frozen=True):
    """A note. With `is_reversed` this card shows the back and asks for the front."""

    front: str
    back: str
    hint: str | None
    front_media: str | None
    back_media: str | None
    is_reversed: bool


class MissedIn(Struct, frozen=True):
    """The game or homework of the answer that the card was made from; its title, if it is there."""

    title: str | None
    answered_at: datetime


class RatingInterval(Struct, frozen=True):
    """When the card comes again after a rating: after `days`, or with 0 on the same day."""

    days: int
    due_at: datetime


class RatingIntervals(Struct, frozen=True):
    again: RatingInterval
    hard: RatingInterval
    good: RatingInterval
    easy: RatingInterval


class CardOutput(Struct, frozen=True):
    """A card with all that is needed to ask it, and what each rating would do.

    It has either a question with its answer, or a note. The answer is missing while the card
    `is_held_back`, because its learner is asked the same in a game or a homework.
    """

    id: UUID
    version: int
    state: CardState
    item_type: ItemType
    deck: CardDeck | None
    due_at: datetime | None
    interval_days: int
    reviews: int
    lapses: int
    flag: int
    is_leech: bool
    is_suspended: bool
    is_held_back: bool
    buried_until: datetime | None
    question: CardQuestion | None
    answer: CardAnswer | None
    note: CardNote | None
    missed_in: MissedIn | None
    intervals: RatingIntervals


class CardListItem(Struct, frozen=True):
    """A card in a list. `text` is its question, or the side of its note that is shown first.

    `due_at` is null while it is new, `stability` (in days) and `difficulty` (1 to 10) are those of
    FSRS.
    """

    id: UUID
    version: int
    state: CardState
    item_type: ItemType
    text: str
    media: str | None
    deck: CardDeck | None
    topic: str | None
    tags: list[str]
    due_at: datetime | None
    interval_days: int
    stability: float | None
    difficulty: float | None
    reviews: int
    lapses: int
    flag: int
    is_leech: bool
    is_suspended: bool
    is_held_back: bool
    buried_until: datetime | None
    missed_in: MissedIn | None


class CardList(PagedOutput[CardListItem], frozen=True):
    pass


class CardsLeft(Struct, frozen=True):
    """How many cards are left today: learning steps, and as far as the limits allow the others."""

    learning: int
    review: int
    new: int


class CardsDone(Struct, frozen=True):
    """What was done today."""

    new: int
    reviews: int
    took_ms: int


class DayOutput(Struct, frozen=True, kw_only=True):
    """The learner's day, which ends at 04:00 in their time zone.

    `streak` counts days in a row with a review, until today or yesterday. `next_learning_at` is
    when the next learning step, `next_due_at` when any card is due. The cards that are `held_back`
    until a game or a homework is over that asks the same are not counted as left.
    """

    now: datetime
    day: date
    day_ends_at: datetime
    counts: CardsLeft
    done: CardsDone
    streak: int
    next_learning_at: datetime | None
    next_due_at: datetime | None
    held_back: list[UUID]


class CardQueue(DayOutput, frozen=True, kw_only=True):
    """The cards that come next, in this order. Siblings come on different days."""

    has_cards: bool
    cards: list[CardOutput]


class GradedCard(DayOutput, frozen=True, kw_only=True):
    """The card after a grade, or as it was before one that was taken back."""

    key: UUID
    card: CardOutput


class CardResponse(Struct, frozen=True, forbid_unknown_fields=True):
    response: Response


class JudgedResponse(Struct, frozen=True):
    """How right a response is, from 0 to 1. In a poll nothing is right or wrong."""

    is_correct: bool | None
    share: float
    suggested: Rating


class Grade(Struct, frozen=True, forbid_unknown_fields=True):
    """How well a card was known; `key` is made by the client, a new one for each grade.

    `version` is the card's one that was shown. `ago_ms` is how long ago it was graded, if it could
    not be sent. With `is_cram` the card's schedule stays as it is.
    """

    key: UUID
    rating: Rating
    version: Version
    is_cram: bool = False
    took_ms: Annotated[int, Meta(ge=0, le=TOOK_MAX_MS)] | None = None
    response: Response = None
    ago_ms: Annotated[int, Meta(ge=0, le=AGO_MAX_MS)] = 0


class Undo(Struct, frozen=True, forbid_unknown_fields=True):
    """Which grade is taken back; without a key the last one of this day."""

    key: UUID | None = None
