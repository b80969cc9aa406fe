"""Decks over HTTP: notes to learn, alone or with everybody who has a link."""

from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import UNSET, Struct, UnsetType

from game.rules.decks import SHARE_CODE_MAX, DeckDescription, DeckKind, DeckTitle
from persistence.models import Deck
from persistence.repositories import decks
from persistence.repositories.decks import ListedDeck
from server.actions import storing
from server.api.dependencies import Db, Limits, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.request_bodies import Id, changes_in
from server.auth.request_identity import signed_in

DIFFICULT_MAX: Final = 50
SHARE_CODE_BYTES: Final = 12

ShareCode = Annotated[str, PathParameter(max_length=SHARE_CODE_MAX)]


class NewDeck(Struct, frozen=True, forbid_unknown_fields=True):
    """`is_learned`: the owner learns it too."""

    title: DeckTitle
    description: DeckDescription | None = None
    is_learned: bool = True


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


class DeckItem(DeckOutput, frozen=True, kw_only=True):
    """Counts what is in the deck, who learns it, and the viewer's own cards of it."""

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
    """A note or a question, by its front. `forgotten` of its `reviews` were `again`."""

    note_id: UUID | None
    is_reversed: bool
    review_question_id: UUID | None
    front: str
    reviews: int
    forgotten: int
    learners: int


class Difficulties(Struct, frozen=True):
    items: list[DifficultItem]
    learner_count: int


class DecksController(Controller):
    path = "/decks"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listDecks", responses=problems(401, 422))
    async def list_decks(self, viewer: Viewer, db: Db, paging: Paging) -> DeckList:
        """List the own decks and those that are learned, by title."""
        page = await decks.page(db, viewer, datetime.now(UTC), paging.page, paging.page_size)
        return paged_output(DeckList, page, paging, lambda each: _item(each, viewer.user_id))

    @post("/", operation_id="createDeck", responses=problems(401, 409, 422, 429))
    async def create(
        self, data: JSONBody[NewDeck], viewer: Viewer, db: Db, limits: Limits
    ) -> DeckOutput:
        """Create an empty deck. `too_many_decks`."""
        values = {"title": data.title, "description": data.description, "kind": "hand"}
        async with storing.counted(limits, viewer.user_id, storing.SET_BYTES):
            deck = await decks.create(db, viewer.user_id, values)
        if data.is_learned:
            await decks.subscribe(db, deck, viewer.user_id)
        return _output(deck, viewer.user_id)

    @get("/{deck_id:uuid}", operation_id="getDeck", responses=problems(401, 404))
    async def show(self, deck_id: Id, viewer: Viewer, db: Db) -> DeckItem:
        """Get a deck that is the own or learned."""
        return _item(await decks.listed(db, viewer, deck_id, datetime.now(UTC)), viewer.user_id)

    @patch("/{deck_id:uuid}", operation_id="changeDeck", responses=problems(401, 404, 422))
    async def change(
        self, deck_id: Id, data: JSONBody[DeckChange], viewer: Viewer, db: Db
    ) -> DeckOutput:
        """Change an own deck. Who learns it goes on when it is no longer shared."""
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        changes = changes_in(data)
        is_shared = changes.pop("is_shared", deck.share_code is not None)
        if is_shared != (deck.share_code is not None):
            changes["share_code"] = token_urlsafe(SHARE_CODE_BYTES) if is_shared else None
        await decks.change(db, deck, changes)
        return _output(deck, viewer.user_id)

    @delete(
        "/{deck_id:uuid}",
        operation_id="deleteDeck",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 409),
    )
    async def remove(self, deck_id: Id, viewer: Viewer, db: Db) -> None:
        """Delete an own deck with its notes, and the own cards of them. `deck_is_learned`."""
        await decks.remove(db, await decks.get(db, viewer, deck_id, to_edit=True))

    @get("/shared/{share_code:str}", operation_id="getSharedDeck", responses=problems(401, 404))
    async def show_shared(self, share_code: FromPath[ShareCode], db: Db) -> SharedDeck:
        """Get what is in a deck, by the code in its link."""
        found = await decks.shared(db, share_code)
        deck = found.deck
        return SharedDeck(
            deck.id, deck.title, deck.description, found.owner, found.notes, found.questions
        )

    @post(
        "/shared/{share_code:str}/subscription",
        operation_id="subscribeToDeck",
        responses=problems(401, 404, 409),
    )
    async def subscribe(
        self, share_code: FromPath[ShareCode], viewer: Viewer, db: Db
    ) -> DeckOutput:
        """Learn a shared deck: all that is in it becomes own cards. `deck_full`.

        Whoever comes back goes on with the cards that they had.
        """
        deck = await decks.by_share_code(db, share_code)
        await decks.subscribe(db, deck, viewer.user_id)
        return _output(deck, viewer.user_id)

    @post(
        "/{deck_id:uuid}/subscription",
        operation_id="learnOwnDeck",
        responses=problems(401, 404, 409),
    )
    async def learn(self, deck_id: Id, viewer: Viewer, db: Db) -> DeckOutput:
        """Learn an own deck. `deck_full`."""
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        await decks.subscribe(db, deck, viewer.user_id)
        return _output(deck, viewer.user_id)

    @delete(
        "/{deck_id:uuid}/subscription",
        operation_id="unsubscribeFromDeck",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404),
    )
    async def unsubscribe(self, deck_id: Id, viewer: Viewer, db: Db) -> None:
        """Stop learning a deck. Cards that were reviewed are kept for a return, suspended."""
        await decks.unsubscribe(db, await decks.get(db, viewer, deck_id), viewer.user_id)

    @get(
        "/{deck_id:uuid}/difficulties",
        operation_id="getDeckDifficulties",
        responses=problems(401, 404),
    )
    async def difficulties(self, deck_id: Id, viewer: Viewer, db: Db) -> Difficulties:
        """Get what the learners of an own deck knew least, over all of them.

        Only what at least three have reviewed, so that nothing is told of a single learner.
        """
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        hardest = await decks.difficulties(db, deck, DIFFICULT_MAX)
        items = [DifficultItem(*each) for each in hardest]
        return Difficulties(items, await decks.learner_count(db, deck))


def _output(deck: Deck, viewer_id: UUID) -> DeckOutput:
    return DeckOutput(**_fields(deck, viewer_id))


def _item(listed: ListedDeck, viewer_id: UUID) -> DeckItem:
    return DeckItem(
        **_fields(listed.deck, viewer_id),
        owner=listed.owner,
        is_learned=listed.is_learned,
        note_count=listed.notes,
        question_count=listed.questions,
        learner_count=listed.learners,
        due_count=listed.due,
        new_count=listed.new,
    )


def _fields(deck: Deck, viewer_id: UUID) -> dict[str, Any]:
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
