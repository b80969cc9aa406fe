"""Finds out in which order a change locks rows."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from persistence.base import Base
from persistence.database import SessionFactory
from persistence.models import Card

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
T = TypeVar("T")


async def until_it_waits(db: AsyncSession | AsyncConnection) -> None:
    """Return when something waits for a lock."""
    async with asyncio.timeout(20):
        while not await db.scalar(WAITING):  # noqa: ASYNC110  # only PostgreSQL knows
            await asyncio.sleep(0.01)


async def reverse_cards(db: AsyncSession, *, reviewed: int = 0) -> None:
    """Give cards that come first in indexes and in the table the last ids.

    So many with the first ids count as reviewed then, and the others do not.
    """
    order = Card.note_id, Card.review_question_id, Card.user_id, Card.is_reversed
    cards = (await db.scalars(select(Card.id).order_by(*order))).all()
    ids = sorted((uuid4() for _ in cards), reverse=True)
    for card_id, new in zip(cards, ids, strict=True):
        await db.execute(update(Card).where(Card.id == card_id).values(id=new))
    for left, new in zip(range(len(ids), 0, -1), ids, strict=True):
        reviews = 1 if left <= reviewed else 0
        await db.execute(update(Card).where(Card.id == new).values(reviews=reviews))


async def require_order(
    session_factory: SessionFactory,
    table: type[Base],
    changed: Select[UUID],
    change: Coroutine[Any, Any, T],
) -> T:
    """What the change returns. While it waits for the row with the least id, it holds no other."""
    async with asyncio.TaskGroup() as tasks, session_factory.begin() as db:
        ids = sorted(await db.scalars(changed))
        assert len(ids) > 1
        await db.get_one(table, ids[0], with_for_update=True)
        changing = tasks.create_task(change)
        await until_it_waits(db)
        await db.execute(select(table.id).where(table.id.in_(ids)).with_for_update(nowait=True))
    return await changing
