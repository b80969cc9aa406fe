"""The structs of requests and responses about decks."""

from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from game.rules.decks import DeckDescription, DeckKind, DeckTitle
from game.rules.questions import Kind
from game.rules.questions.fields import Topic
from persistence.models import Deck
from persistence.repositories.decks import ListedDeck
from server.api.pagination import PagedOutput


class NewDeck(Struct, frozen=True, forbid_unknown_fields=True):
    """`is_learned`: the owner learns it too.

    With a `topic`, or the `set_id` of a question set, it has the questions of the own bank.
    """

    title: DeckTitle
    description: DeckDescription | None = None
    is_learned: bool = True
    topic: Topic | None = None
    set_id: UUID | None = None


class DeckChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that are left out stay. Shared again, a deck has another link."""

    title: DeckTitle | UnsetType = UNSET
    description: DeckDescription | UnsetType | None = UNSET
    is_shared: bool | UnsetType = UNSET


class DeckOutput(Struct, frozen=True, kw_only=True):
    """`share_code` is for the owner: `/decks/shared/{share_code}` leads others to the deck."""

    id: UUID
    kind: DeckKind
    title: str
    description: str | None
    topic: str | None
    is_own: bool
    share_code: str | None


class FilledOutput(Struct, frozen=True):
    """Of the questions that were found, some cannot be asked by cards, such as polls."""

    found: int
    left_out: int


class NewDeckOutput(DeckOutput, frozen=True, kw_only=True):
    filled: FilledOutput | None


class DeckQuestion(Struct, frozen=True):
    id: UUID
    kind: Kind
    stem: str
    topic: str | None
    tags: list[str]


class DeckQuestionList(PagedOutput[DeckQuestion], frozen=True):
    pass


class DeckItem(DeckOutput, frozen=True, kw_only=True):
    """Counts what is in the deck, its learners without its owner, and the viewer's own cards."""

    owner: str
    is_learned: bool
    note_count: int
    question_count: int
    learner_count: int
    due_count: int
    new_count: int


class DeckList(PagedOutput[DeckItem], frozen=True):
    pass


class SharedDeck(Struct, frozen=True):
    """What is seen of a shared deck before it is learned."""

    id: UUID
    title: str
    description: str | None
    owner: str
    note_count: int
    question_count: int


class DifficultItem(Struct, frozen=True):
    """A note or a question, by its front. `forgotten` is the share of reviews that were `again`.

    It is the mean over its learners, rounded to tenths.
    """

    note_id: UUID | None
    is_reversed: bool
    review_question_id: UUID | None
    front: str
    forgotten: float


class Difficulties(Struct, frozen=True):
    items: list[DifficultItem]
    learner_count: int


def output(deck: Deck, viewer_id: UUID) -> DeckOutput:
    return DeckOutput(**fields(deck, viewer_id))


def listed(found: ListedDeck, viewer_id: UUID) -> DeckItem:
    return DeckItem(
        **fields(found.deck, viewer_id),
        owner=found.owner,
        is_learned=found.is_learned,
        note_count=found.notes,
        question_count=found.questions,
        learner_count=found.learners,
        due_count=found.due,
        new_count=found.new,
    )


def fields(deck: Deck, viewer_id: UUID) -> dict[str, Any]:
    is_own = deck.owner_id == viewer_id
    return {
        "id": deck.id,
        "kind": deck.kind,
        "title": deck.title,
        "description": deck.description,
        "topic": deck.topic,
        "is_own": is_own,
        "share_code": deck.share_code if is_own else None,
    }
