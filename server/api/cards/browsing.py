"""A learner's own cards over HTTP: the list of them, and changes of one or of many."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, patch, post
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from game.rules.cards import FLAG_MAX
from game.rules.questions.fields import TOPIC_MAX
from game.rules.quizzes import TITLE_MAX
from persistence.repositories.cards import browser
from persistence.repositories.cards.browser import CardFilter, Filters
from server.actions.cards.changing import Change, change_card, change_cards
from server.actions.cards.queue import read_card
from server.api.cards import outputs
from server.api.cards.schemas import (
    CardChange,
    CardList,
    CardOutput,
    CardsChange,
    ChangedCards,
    VersionedCardChange,
)
from server.api.dependencies import Db, Limits, Paging, Searching, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import paged_output
from server.api.rate_limits import limited_in_process
from server.api.request_bodies import Id, changes_in
from server.auth.request_identity import signed_in
from server.limits import CARD_BATCHES_OF_LEARNER, GRADES_OF_LEARNER

Search = Annotated[str, QueryParameter(name="q", max_length=TITLE_MAX)]

# Litestar keeps parameters called `state` for itself.
StateFilter = Annotated[CardFilter | None, QueryParameter(name="state")]


class OwnCardsController(Controller):
    path = "/cards"
    tags = ["cards"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listCards", responses=problems(401, 422, 429))
    async def list_cards(  # noqa: PLR0913, PLR0917  # the parameters of the query
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        searching: Searching,
        search: Search = "",
        deck: FromQuery[UUID | None] = None,
        of_state: StateFilter = None,
        flag: Annotated[int | None, QueryParameter(ge=0, le=FLAG_MAX)] = None,
        topic: Annotated[str | None, QueryParameter(max_length=TOPIC_MAX)] = None,
    ) -> CardList:
        """List the own cards, the newest first. `search_too_slow`, `still_busy`."""
        filters = Filters(search, deck, of_state, flag, topic)
        async with searching:
            page = await browser.page(
                db, viewer, filters, datetime.now(UTC), paging.page, paging.page_size
            )
        return paged_output(CardList, page, paging, outputs.listed)

    @patch(
        "/{card_id:uuid}",
        operation_id="changeCard",
        guards=[limited_in_process(GRADES_OF_LEARNER)],
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def change(
        self, card_id: Id, data: JSONBody[VersionedCardChange], viewer: Viewer, db: Db
    ) -> CardOutput:
        """Suspend or bury a card, flag it, or choose the day of its next review.

        `card_changed`, `card_is_new`; `no_chosen_day` that could be taken back.
        """
        now = datetime.now(UTC)
        await change_card(db, viewer, card_id, _change(data), now)
        return outputs.card(await read_card(db, viewer, card_id, now))

    @post(
        "/batch",
        operation_id="changeCards",
        guards=[limited_in_process(CARD_BATCHES_OF_LEARNER)],
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422, 429),
    )
    async def change_many(
        self, data: JSONBody[CardsChange], viewer: Viewer, db: Db, limits: Limits
    ) -> ChangedCards:
        """Do the same to many cards, and say how many of them there were."""
        now = datetime.now(UTC)
        return ChangedCards(await change_cards(db, limits, viewer, data.cards, _change(data), now))


def _change(data: CardChange) -> Change:
    change: Change = msgspec.convert(changes_in(data), Change)
    return change
