"""Takes turns at writing many questions, which takes the event loop's time in many small parts."""

from contextlib import AbstractAsyncContextManager, nullcontext
from uuid import UUID

from server.turns import Turns

LONG = 50


def turn(writing: Turns, user_id: UUID, number: int) -> AbstractAsyncContextManager[None]:
    """Write more than `LONG` questions one request at a time; fewer need not wait.

    Each request yields to the event loop every few questions, but ten of them at once would delay
    rooms ten times as long. Those that wait hold no database connection.
    """
    return writing.of(user_id) if number > LONG else nullcontext()
