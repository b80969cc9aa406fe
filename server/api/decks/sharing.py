"""Learning decks over HTTP, own ones and those that others share by a link."""

import asyncio
from typing import Annotated

from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, PathParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.decks import (
    SHARE_CODE_MAX,
    SUBSCRIBERS_MAX,
)
from persistence.models import Deck
from persistence.repositories import deck_learners, decks
from server.actions import storing
from server.addresses import join_address
from server.api.deck_turns import IN_TURN
from server.api.decks import schemas
from server.api.decks.schemas import DeckOutput, SharedDeck
from server.api.dependencies import Db, Drawing, Limits, Settings, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.request_bodies import Id, KuisRequest
from server.api.rooms import qr_svg
from server.auth.request_identity import signed_in
from server.auth.sign_ins import SignedIn

ShareCode = Annotated[str, PathParameter(max_length=SHARE_CODE_MAX, pattern=r"^[\w-]+$")]


class DeckLearnersController(Controller):
    path = "/decks"
    tags = ["reviews"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get(
        "/shared/{share_code:str}", operation_id="getSharedDeck", responses=problems(401, 404, 422)
    )
    async def show_shared(self, share_code: FromPath[ShareCode], db: Db) -> SharedDeck:
        """Get what is in a deck, by the code in its link."""
        found = await decks.shared(db, share_code)
        deck = found.deck
        return SharedDeck(
            deck.id, deck.title, deck.description, found.owner, found.notes, found.questions
        )

    @get(
        "/shared/{share_code:str}/qr.svg",
        operation_id="getSharedDeckQr",
        media_type="image/svg+xml",
        responses=problems(401, 404, 422),
    )
    async def qr(
        self,
        request: KuisRequest,
        share_code: FromPath[ShareCode],
        db: Db,
        settings: Settings,
        drawing: Drawing,
    ) -> Response[bytes]:
        """Draw a QR code of the link to a shared deck, in black on white."""
        await decks.shared(db, share_code)
        base = join_address(settings, request.scope).url
        async with drawing:
            svg = await asyncio.to_thread(qr_svg, f"{base}/decks/shared/{share_code}")
        return Response(svg)

    @post(
        "/shared/{share_code:str}/subscription",
        operation_id="subscribeToDeck",
        dependencies=IN_TURN,
        responses=problems(401, 404, 409, 422, 429),
    )
    async def subscribe(
        self, share_code: FromPath[ShareCode], viewer: Viewer, db: Db, limits: Limits
    ) -> DeckOutput:
        """Learn a shared deck: all that is in it becomes own cards. `deck_full`.

        Whoever comes back goes on with the cards that they had.
        """
        return await _learned(db, limits, viewer, await decks.by_share_code(db, share_code))

    @post(
        "/{deck_id:uuid}/subscription",
        operation_id="learnOwnDeck",
        dependencies=IN_TURN,
        responses=problems(401, 404, 409, 429),
    )
    async def learn(self, deck_id: Id, viewer: Viewer, db: Db, limits: Limits) -> DeckOutput:
        """Learn an own deck. `deck_full`."""
        deck = await decks.get(db, viewer, deck_id, to_edit=True)
        return await _learned(db, limits, viewer, deck)

    @delete(
        "/{deck_id:uuid}/subscription",
        operation_id="unsubscribeFromDeck",
        dependencies=IN_TURN,
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 404),
    )
    async def unsubscribe(self, deck_id: Id, viewer: Viewer, db: Db) -> None:
        """Stop learning a deck. Cards that were reviewed are kept for a return, suspended."""
        await deck_learners.unsubscribe(db, await decks.get(db, viewer, deck_id), viewer.user_id)


async def _learned(db: AsyncSession, limits: Limits, viewer: SignedIn, deck: Deck) -> DeckOutput:
    size = storing.CARD_BYTES * await deck_learners.cards_to_write(db, deck, viewer.user_id)
    async with storing.counted(limits, viewer.user_id, size):
        await deck_learners.subscribe(db, deck, viewer.user_id, most=SUBSCRIBERS_MAX * limits.scale)
    return schemas.output(deck, viewer.user_id)
