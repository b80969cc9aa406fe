"""Queries of the log, from which cards are rebuilt."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.cards import RATINGS, LogEntry, Schedule, replay
from persistence.models import Card, CardReview
from persistence.repositories.cards.items import schedule
from persistence.repositories.cards.learners import Learner
from persistence.repositories.cards.reviews import restored

ROWS_AT_ONCE: Final = 500
ENTRIES_AT_ONCE: Final = 10_000
"""Of logs that are replayed together, unless a single card has more."""

_SCHEDULE: Final = Schedule.__struct_fields__
_STORE: Final = (
    update(Card.__table__)  # type: ignore[arg-type]  # a table
    .where(Card.id == bindparam("card_id"))
    .values({name: bindparam(name) for name in _SCHEDULE} | {"version": Card.version + 1})
)


async def entries(
    session: AsyncSession, card_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[LogEntry]]:
    """The log of each of these cards, the oldest entry first. Cramming is not in it."""
    begun_with = case(
        (
            func.row_number().over(partition_by=CardReview.card_id, order_by=CardReview.version)
            == 1,
            case((CardReview.before["state"].astext != "new", CardReview.before)),
        )
    ).label("begun_with")
    query = (
        select(
            CardReview.card_id,
            CardReview.kind,
            CardReview.rating,
            CardReview.reviewed_at,
            CardReview.reviewed_on,
            CardReview.elapsed_days,
            CardReview.interval_days,
            CardReview.due_at,
            CardReview.algorithm,
            CardReview.parameters_id,
            begun_with,
        )
        .where(CardReview.card_id.in_(card_ids), CardReview.version.is_not(None))
        .order_by(CardReview.card_id, CardReview.version)
    )
    found: dict[UUID, list[LogEntry]] = defaultdict(list)
    # In parts, because others need the event loop meanwhile.
    async for rows in (await session.stream(query)).partitions(ROWS_AT_ONCE):
        for row in rows:
            found[row.card_id].append(_entry(row))
    return found


def _entry(row: Row[*tuple[Any, ...]]) -> LogEntry:
    return LogEntry(
        row.kind,
        None if row.rating is None else RATINGS[row.rating - 1],
        row.reviewed_at,
        row.reviewed_on,
        row.elapsed_days,
        row.interval_days,
        row.due_at,
        row.algorithm,
        row.parameters_id,
        None if row.begun_with is None else restored(row.begun_with),
    )


async def rebuilt(
    session: AsyncSession,
    cards: Mapping[UUID, tuple[Learner, Schedule]],
    *,
    without_last: bool = False,
) -> Mapping[UUID, Schedule]:
    """The schedules that the logs of cards lead to, as their learners' schedulers replay them.

    With `without_last` they lead to what was before the last entry of each. The schedules that are
    given are the stored ones, which count without a log. A thread does this, because the log of a
    card may be long.
    """
    if not cards:
        return {}
    log = await entries(session, cards)
    if without_last:
        log = {card_id: of_card[:-1] for card_id, of_card in log.items()}
    return await asyncio.to_thread(_replayed, cards, log)


def _replayed(
    cards: Mapping[UUID, tuple[Learner, Schedule]], log: Mapping[UUID, Sequence[LogEntry]]
) -> Mapping[UUID, Schedule]:
    return {
        card_id: replay(log.get(card_id, ()), card_id, learner.scheduler, learner.zone, stored)
        for card_id, (learner, stored) in cards.items()
    }


async def outdated(
    session: AsyncSession, learner: Learner, after: UUID, most: int
) -> Mapping[UUID, Schedule]:
    """Lock cards of the learner that another scheduler has made; those that come after a card.

    They are fewer if their logs are long.
    """
    algorithm, parameters_id = learner.scheduler.signature
    query = (
        select(Card)
        .where(
            Card.user_id == learner.user_id,
            Card.id > after,
            Card.state != "new",
            or_(
                Card.algorithm.is_distinct_from(algorithm),
                Card.parameters_id.is_distinct_from(parameters_id),
            ),
        )
        .order_by(Card.id)
        .limit(most)
        .with_for_update()
    )
    found = (await session.scalars(query)).all()
    return {card.id: schedule(card) for card in found[: at_once(card.version for card in found)]}


def at_once(versions: Iterable[int]) -> int:
    """How many cards of these versions, at least one, have logs that are not too long together.

    No log has more entries than its card has versions.
    """
    return max(1, sum(number <= ENTRIES_AT_ONCE for number in accumulate(versions)))


async def store(session: AsyncSession, schedules: Mapping[UUID, Schedule]) -> None:
    """Give these cards, which are locked, other schedules, and so newer versions."""
    rows = [
        {"card_id": card_id, **msgspec.structs.asdict(each)} for card_id, each in schedules.items()
    ]
    if rows:
        connection = await session.connection()
        await connection.execute(_STORE, rows)
