"""Turns of requests that change decks, each of which may have thousands of cards.

A deck is locked meanwhile. Whoever waits for the lock would hold a connection to PostgreSQL, until
none is left for sign-ins and rooms. So they wait before they take one.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from litestar.di import Provide
from sqlalchemy.ext.asyncio import AsyncSession

from server.api.dependencies import DeckTurns, SessionFactory, Viewer

DECKS_AT_ONCE: Final = 2
"""How many users change decks in a process at the same time."""


async def _transaction(
    viewer: Viewer, deck_turns: DeckTurns, session_factory: SessionFactory
) -> AsyncIterator[AsyncSession]:
    """A transaction in the user's turn, which ends when that is committed."""
    async with deck_turns.of(viewer.user_id), session_factory.begin() as session:
        yield session


IN_TURN: Final[Mapping[str, Provide]] = {"db": Provide(_transaction)}
"""The dependencies of a handler that locks a deck: its `db` is in a turn."""
