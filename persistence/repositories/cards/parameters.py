"""Queries of the parameters of FSRS that are fitted to learners' logs."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from game.rules.cards import GRADES
from game.rules.cards.evaluation import CardLog
from persistence.models import Card, CardReview, FsrsParameters
from persistence.repositories.viewers import Viewer

CARDS_MAX: Final = 20_000
REVIEWS_OF_CARD_MAX: Final = 64
REVIEWS_MAX: Final = 100_000
"""The parameters are fitted to the first reviews of the cards that were reviewed last."""
LOOKED_AT_MAX: Final = 20_000
"""Reviews among which those are counted that parameters can be fitted to."""
WAITS_MAX: Final = timedelta(hours=4)
"""A job that has not run by then has failed for good."""

IN_LOG: Final = CardReview.version.is_not(None) & (CardReview.kind != "reschedule")
LAPSE_GRADE: Final = GRADES["again"]


async def applying(session: AsyncSession, viewer: Viewer) -> FsrsParameters | None:
    """The parameters that the viewer's cards are scheduled with; None for the usual ones."""
    query = select(FsrsParameters).where(FsrsParameters.id == _applying(viewer.user_id))
    return await session.scalar(query)


async def last(session: AsyncSession, viewer: Viewer) -> FsrsParameters | None:
    """What came of the viewer's last request for a fit."""
    query = (
        select(FsrsParameters)
        .where(FsrsParameters.user_id == viewer.user_id)
        .order_by(FsrsParameters.id.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def predictable_reviews(session: AsyncSession, viewer: Viewer, most: int) -> int:
    """How many reviews of the viewer were on a later day than the one before; at most `most`.

    Of the last ones only so many are looked at, in case most are of cards that do not count.
    """
    last = (
        select(CardReview.card_id)
        .where(CardReview.user_id == viewer.user_id, CardReview.elapsed_days > 0, IN_LOG)
        .order_by(CardReview.id.desc())
        .limit(LOOKED_AT_MAX)
        .subquery()
    )
    begun_with = _begun_with(last.c.card_id)
    some = (
        select(literal(1))
        .select_from(last)
        .join(begun_with, begun_with.c.state == "new")
        .limit(most)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def begin(session: AsyncSession, viewer: Viewer) -> UUID | None:
    """Note that parameters are being fitted; None if that is so already."""
    waiting = FsrsParameters.status == "waiting"
    await session.execute(
        update(FsrsParameters)
        .where(
            FsrsParameters.user_id == viewer.user_id,
            waiting,
            FsrsParameters.created_at < func.now() - WAITS_MAX,
        )
        .values(status="failed")
    )
    statement = (
        insert(FsrsParameters)
        .values(user_id=viewer.user_id)
        .on_conflict_do_nothing()
        .returning(FsrsParameters.id)
    )
    return await session.scalar(statement)


async def waiting(session: AsyncSession, parameters_id: UUID) -> FsrsParameters | None:
    """Lock these parameters, if they are still to be fitted."""
    query = select(FsrsParameters).where(
        FsrsParameters.id == parameters_id, FsrsParameters.status == "waiting"
    )
    return await session.scalar(query.with_for_update())


def fail(row: FsrsParameters) -> None:
    row.status = "failed"


def store(
    row: FsrsParameters,
    *,
    weights: Sequence[float],
    reviews: int,
    log_losses: tuple[float, float],
    workload: Sequence[float],
) -> None:
    """Store what was fitted. It applies if it predicts better than what applied before."""
    before, after = log_losses
    row.status = "fitted" if after < before else "no_better"
    row.weights, row.workload = [*weights], [*workload]
    row.reviews, row.log_loss_before, row.log_loss_after = reviews, before, after


async def take_back(session: AsyncSession, viewer: Viewer) -> bool:
    """Let the parameters before apply again; False if the usual ones apply."""
    statement = (
        update(FsrsParameters)
        .where(FsrsParameters.id == _applying(viewer.user_id))
        .values(taken_back_at=func.now())
        .returning(FsrsParameters.id)
    )
    return await session.scalar(statement) is not None


async def logs(session: AsyncSession, user_id: UUID) -> list[CardLog]:
    """The logs of the learner's cards, as far as parameters are fitted to them.

    Cards that came with a schedule are left out, because their first reviews are not known.
    """
    begun_with = _begun_with(Card.id)
    recent = (
        select(Card.id, Card.reviewed_at)
        .join(begun_with, begun_with.c.state == "new")
        .where(Card.user_id == user_id, Card.reviewed_at.is_not(None))
        .order_by(Card.reviewed_at.desc(), Card.id)
        .limit(CARDS_MAX)
        .subquery()
    )
    reviews = (
        select(
            CardReview.version,
            CardReview.rating,
            CardReview.elapsed_days,
            CardReview.reviewed_on,
        )
        .where(CardReview.card_id == recent.c.id, IN_LOG)
        .order_by(CardReview.version)
        .limit(REVIEWS_OF_CARD_MAX)
        .lateral()
    )
    query = (
        select(recent.c.id, reviews.c.rating, reviews.c.elapsed_days, reviews.c.reviewed_on)
        .join(reviews, true())
        .order_by(recent.c.reviewed_at.desc(), recent.c.id, reviews.c.version)
        .limit(REVIEWS_MAX)
    )
    rows = (await session.execute(query)).all()
    by_card = (list(of_card) for _, of_card in groupby(rows, key=lambda row: row.id))
    return [
        CardLog(
            of_card[0].reviewed_on.toordinal(),
            [(row.rating or LAPSE_GRADE, row.elapsed_days) for row in of_card],
        )
        for of_card in by_card
    ]


def _begun_with(card_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> FromClause:
    """The state that a card had before the first row of its log."""
    first = aliased(CardReview)
    return (
        select(first.before["state"].astext.label("state"))
        .where(first.card_id == card_id, first.version.is_not(None))
        .order_by(first.version)
        .limit(1)
        .lateral()
    )


def fitted(user_id: UUID | InstrumentedAttribute[UUID]) -> Select[UUID, list[float] | None]:
    """The id and the weights of the parameters that somebody's cards are scheduled with, if any."""
    return (
        select(FsrsParameters.id, FsrsParameters.weights)
        .where(
            FsrsParameters.user_id == user_id,
            FsrsParameters.status == "fitted",
            FsrsParameters.taken_back_at.is_(None),
        )
        .order_by(FsrsParameters.id.desc())
        .limit(1)
    )


def _applying(user_id: UUID) -> ScalarSelect[UUID]:
    return fitted(user_id).with_only_columns(FsrsParameters.id).scalar_subquery()
