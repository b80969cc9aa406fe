"""Queries of decks."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from persistence.models import Deck
from persistence.repositories.viewers import DECKS, Viewer


async def get(
    session: AsyncSession, viewer: Viewer, deck_id: UUID, *, to_edit: bool = False
) -> Deck:
    """A deck that the viewer learns or owns, or only one to change; else NotFound `no_such_deck`.

    One to change is locked until the transaction ends.
    """
    allowed = DECKS.editable_by(viewer) if to_edit else DECKS.visible_to(viewer)
    query = select(Deck).where(Deck.id == deck_id, allowed)
    found = await session.scalar(query.with_for_update() if to_edit else query)
    if found is None:
        raise NotFound("no_such_deck", "There is no such deck.")
    return found
