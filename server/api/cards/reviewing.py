"""Reviews over HTTP: the queue, answers, grades, and taking grades back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.cards import reviewing
from server.actions.cards.queue import Asked, previews_of, read_card, read_queue, read_today
from server.actions.cards.reviewing import Reviewed
from server.api.cards import outputs
from server.api.cards.schemas import (
    AHEAD_MAX_DAYS,
    LIMIT_MAX,
    CardOutput,
    CardQueue,
    CardResponse,
    Grade,
    GradedCard,
    JudgedResponse,
    Undo,
)
from server.api.dependencies import Db, Listing, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.rate_limits import limited_in_process
from server.api.request_bodies import Id
from server.auth.request_identity import signed_in
from server.limits import GRADES_OF_LEARNER


class CardsController(Controller):
    path = "/cards"
    tags = ["cards"]  # noqa: RUF012  # Litestar's way to say it
    guards = [signed_in]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/queue", operation_id="readCardQueue", responses=problems(401, 404, 422))
    async def queue(  # noqa: PLR0913, PLR0917  # the parameters of the query
        self,
        viewer: Viewer,
        db: Db,
        listing: Listing,
        deck: FromQuery[UUID | None] = None,
        limit: Annotated[int, QueryParameter(ge=0, le=LIMIT_MAX)] = 50,
        ahead_days: Annotated[int, QueryParameter(ge=0, le=AHEAD_MAX_DAYS)] = 0,
        cram: FromQuery[bool] = False,  # noqa: FBT002  # of the query
        after: FromQuery[UUID | None] = None,
    ) -> CardQueue:
        """Read what is asked next: learning steps, due reviews by overdue share, new cards.

        With `ahead_days` reviews that will be due by then are among them. With `cram` these are all
        cards of the deck, due or not, page by page `after` a card. `still_busy`.
        """
        now = datetime.now(UTC)
        async with listing:
            found = await read_queue(db, viewer, Asked(deck, limit, ahead_days, cram, after), now)
        return CardQueue(
            **outputs.day(found.today, now),
            has_cards=found.has_cards,
            cards=[outputs.card(each) for each in found.cards],
        )

    @get("/{card_id:uuid}", operation_id="getCard", responses=problems(401, 404))
    async def show(self, card_id: Id, viewer: Viewer, db: Db) -> CardOutput:
        """Read a card with all that is needed to ask it."""
        return outputs.card(await read_card(db, viewer, card_id, datetime.now(UTC)))

    @post(
        "/{card_id:uuid}/answers",
        operation_id="answerCard",
        guards=[limited_in_process(GRADES_OF_LEARNER)],
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def answer(
        self, card_id: Id, data: JSONBody[CardResponse], viewer: Viewer, db: Db
    ) -> JudgedResponse:
        """Find out whether a response to a card's question is right. Nothing is stored.

        `bad_response`, `not_a_question`.
        """
        judged = await reviewing.judge(db, viewer, card_id, data.response)
        return JudgedResponse(*judged)

    @post(
        "/{card_id:uuid}/grades",
        operation_id="gradeCard",
        guards=[limited_in_process(GRADES_OF_LEARNER)],
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def grade(self, card_id: Id, data: JSONBody[Grade], viewer: Viewer, db: Db) -> GradedCard:
        """Grade a card. The same key again is the same grade, and gets the same answer.

        `card_changed`: the card has another version by now. `key_used`, `bad_response`;
        `not_a_question`: a note takes no response.
        """
        given = reviewing.Grade(
            key=data.key,
            rating=data.rating,
            version=data.version,
            is_cram=data.is_cram,
            took_ms=data.took_ms,
            response=data.response,
            ago=timedelta(milliseconds=data.ago_ms),
        )
        return await _graded(
            db, await reviewing.grade(db, viewer, card_id, given, datetime.now(UTC))
        )

    @post(
        "/undo",
        operation_id="undoGrade",
        guards=[limited_in_process(GRADES_OF_LEARNER)],
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def undo(self, data: JSONBody[Undo], viewer: Viewer, db: Db) -> GradedCard:
        """Take a grade back: card, log and counts are as before. Again, for one more step.

        `nothing_to_undo`, `no_such_review`; `card_changed`: it is not the card's last one.
        """
        return await _graded(db, await reviewing.undo(db, viewer, data.key, datetime.now(UTC)))


async def _graded(db: AsyncSession, reviewed: Reviewed) -> GradedCard:
    learner, now = reviewed.learner, reviewed.now
    today = await read_today(db, learner, now)
    is_held_back = reviewed.shown.card.id in today.held_back
    shown = reviewed.shown._replace(is_held_back=is_held_back)
    [previewed] = await previews_of(db, learner, now, [shown])
    return GradedCard(**outputs.day(today, now.at), key=reviewed.key, card=outputs.card(previewed))
