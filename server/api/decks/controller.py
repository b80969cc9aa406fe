"""Decks over HTTP: notes to learn, alone or with everybody who has a link."""

from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Annotated, Final

import msgspec
from litestar import Controller, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Forbidden, Invalid
from game.rules.decks import (
    DECKS_MAX,
    SUBSCRIBERS_MAX,
    DeckKind,
)
from game.rules.questions import Question, kind
from game.rules.quizzes import TITLE_MAX
from persistence.models import Deck, ReviewQuestion
from persistence.repositories import deck_learners, decks, question_sets
from server.actions import storing
from server.actions.decks import fill
from server.api.deck_turns import IN_TURN
from server.api.decks import schemas
from server.api.decks.schemas import (
    DeckChange,
    DeckItem,
    DeckList,
    DeckOutput,
    DeckQuestion,
    DeckQuestionList,
    Difficulties,
    DifficultItem,
    FilledOutput,
    NewDeck,
    NewDeckOutput,
)
from server.api.dependencies import Db, Limits, Listing, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import paged_output
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id, changes_in
from server.auth.request_identity import signed_in, teachers_only
from server.auth.sign_ins import SignedIn
from server.limits import COPIES_OF_TEACHER

DIFFICULT_MAX: Final = 50
SHARE_CODE_BYTES: Final = 12

Search = Annotated[str, QueryParameter(name="q", max_length=TITLE_MAX)]


class DecksController(Controller):
    path = "/decks"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listDecks", responses=problems(401, 422, 429))
    async def list_decks(
        self, viewer: Viewer, db: Db, paging: Paging, listing: Listing, search: Search = ""
    ) -> DeckList:
        """List the own decks and those that are learned, by title; `q` is in their titles."""
        now = datetime.now(UTC)
        async with listing:
            page = await decks.page(db, viewer, search, now, paging.page, paging.page_size)
        return paged_output(
            DeckList, page, paging, lambda each: schemas.listed(each, viewer.user_id)
        )

    @post(
        "/",
        operation_id="createDeck",
        dependencies=IN_TURN,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def create(
        self, data: JSONBody[NewDeck], viewer: Viewer, db: Db, limits: Limits
    ) -> NewDeckOutput:
        """Create an empty deck, or as a teacher one from the own bank.

        `too_many_decks`; `no_such_set`; `nothing_to_ask` of this topic or set that cards can ask.
        """
        await _require_source(db, limits, viewer, data)
        values = msgspec.structs.asdict(data) | {"kind": _kind(data)}
        is_learned = values.pop("is_learned")
        async with storing.counted(limits, viewer.user_id, storing.SET_BYTES):
            deck = await decks.create(db, viewer.user_id, values, most=DECKS_MAX * limits.scale)
            if is_learned:
                most = SUBSCRIBERS_MAX * limits.scale
                await deck_learners.subscribe(db, deck, viewer.user_id, most=most)
            filled = None if deck.kind == "hand" else await _fill(db, limits, deck)
        return NewDeckOutput(**schemas.fields(deck, viewer.user_id), filled=filled)

    @post(
        "/{deck_id:uuid}/questions",
        operation_id="refillDeck",
        dependencies=IN_TURN,
        guards=[teachers_only, limited_by_account(COPIES_OF_TEACHER)],
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def refill(self, deck_id: Id, viewer: Viewer, db: Db, limits: Limits) -> FilledOutput:
        """Add what the topic or set of a deck has by now. `not_from_bank`, `nothing_to_ask`."""
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        if deck.topic is None and deck.set_id is None:
            raise Conflict("not_from_bank", "This deck has no topic or question set.")
        return await _fill(db, limits, deck)

    @get(
        "/{deck_id:uuid}/questions",
        operation_id="listDeckQuestions",
        responses=problems(401, 404, 422),
    )
    async def list_questions(
        self, deck_id: Id, viewer: Viewer, db: Db, paging: Paging
    ) -> DeckQuestionList:
        """List the questions of a deck that is the own or learned."""
        deck = await decks.get(db, viewer, deck_id)
        page = await decks.questions(db, deck, paging.page, paging.page_size)
        return paged_output(DeckQuestionList, page, paging, _question)

    @delete(
        "/{deck_id:uuid}/questions/{question_id:uuid}",
        operation_id="removeDeckQuestion",
        dependencies=IN_TURN,
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404),
    )
    async def remove_question(self, deck_id: Id, question_id: Id, viewer: Viewer, db: Db) -> None:
        """Take a question out of an own deck. Cards that were reviewed stay."""
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        await decks.remove_question(db, deck, question_id)

    @get("/{deck_id:uuid}", operation_id="getDeck", responses=problems(401, 404))
    async def show(self, deck_id: Id, viewer: Viewer, db: Db) -> DeckItem:
        """Get a deck that is the own or learned."""
        return schemas.listed(
            await decks.listed(db, viewer, deck_id, datetime.now(UTC)), viewer.user_id
        )

    @patch(
        "/{deck_id:uuid}",
        operation_id="changeDeck",
        dependencies=IN_TURN,
        responses=problems(401, 404, 422),
    )
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
        return schemas.output(deck, viewer.user_id)

    @delete(
        "/{deck_id:uuid}",
        operation_id="deleteDeck",
        dependencies=IN_TURN,
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 409),
    )
    async def remove(self, deck_id: Id, viewer: Viewer, db: Db) -> None:
        """Delete an own deck with its notes, and the own cards of them. `deck_is_learned`."""
        await decks.remove(db, await decks.get(db, viewer, deck_id, to_edit=True))

    @get(
        "/{deck_id:uuid}/difficulties",
        operation_id="getDeckDifficulties",
        responses=problems(401, 404, 429),
    )
    async def difficulties(
        self, deck_id: Id, viewer: Viewer, db: Db, listing: Listing
    ) -> Difficulties:
        """Get what the learners of an own deck knew least, over all of them.

        Only what at least five have reviewed beside the owner, without saying how many, so that
        little can be concluded about a single learner.
        """
        async with listing:  # before the first query, which takes a connection
            deck = await decks.own(db, viewer, deck_id)
            hardest = await decks.difficulties(db, deck, DIFFICULT_MAX)
            learners = await deck_learners.count(db, deck.id)
        return Difficulties([DifficultItem(*each) for each in hardest], learners)


async def _require_source(
    db: AsyncSession, limits: Limits, viewer: SignedIn, data: NewDeck
) -> None:
    if data.topic is None and data.set_id is None:
        return
    if not viewer.is_teacher:
        raise Forbidden("teachers_only", "Only teachers can do this.")
    if data.topic is not None and data.set_id is not None:
        raise Invalid("topic_or_set", "Choose a topic or a question set, not both.")
    await limits.hit(COPIES_OF_TEACHER, str(viewer.user_id))
    if data.set_id is not None:
        await question_sets.get(db, viewer, data.set_id)


async def _fill(db: AsyncSession, limits: Limits, deck: Deck) -> FilledOutput:
    filled = await fill(db, limits, deck)
    if filled.found == filled.left_out:
        raise Invalid("nothing_to_ask", "There is nothing in it that cards can ask.")
    return FilledOutput(*filled)


def _kind(data: NewDeck) -> DeckKind:
    return "topic" if data.topic is not None else "set" if data.set_id is not None else "hand"


def _question(stored: ReviewQuestion) -> DeckQuestion:
    question = msgspec.convert(stored.content, Question)
    return DeckQuestion(stored.id, kind(question), question.stem, stored.topic, stored.tags)
