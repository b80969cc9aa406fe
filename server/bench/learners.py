"""Learners who review over HTTP, each with a connection of its own, in one event loop."""

import asyncio
import random
import time
from collections.abc import Sequence
from uuid import uuid4

from server.bench.server import Server
from server.bench.students import Connection, Json


async def grade(
    server: Server, tokens: Sequence[str], grades: int, think_s: float
) -> tuple[list[float], float]:
    """Each learner grades so many cards, and thinks so long about each, half more or less.

    Returns how long each grade took, and all together, in seconds. Then all is taken back, so that
    the next time finds the same cards.
    """
    took: list[float] = []
    learners = [_Learner(server, token, took) for token in tokens]
    try:
        await asyncio.gather(*(learner.read_queue() for learner in learners))
        began = time.perf_counter()
        await asyncio.gather(*(learner.grade(grades, think_s) for learner in learners))
        all_s = time.perf_counter() - began
        await asyncio.gather(*(learner.undo() for learner in learners))
        return took, all_s
    finally:
        for learner in learners:
            learner.close()


class _Learner:
    def __init__(self, server: Server, token: str, took: list[float]) -> None:
        self._connection = Connection(server, token)
        self._took = took
        self._cards: list[Json] = []
        self._keys: list[str] = []

    async def read_queue(self) -> None:
        queue = await self._connection.ask("GET", "/api/cards/queue?limit=20")
        self._cards = queue["cards"]

    async def grade(self, times: int, think_s: float) -> None:
        for number in range(times):
            await asyncio.sleep(random.uniform(0.5, 1.5) * think_s)  # noqa: S311  # no secret
            place = number % len(self._cards)
            card = self._cards[place]
            self._keys.append(str(uuid4()))
            body = {"key": self._keys[-1], "rating": "good", "version": card["version"]}
            began = time.perf_counter()
            graded = await self._connection.ask("POST", f"/api/cards/{card['id']}/grades", body)
            self._took.append(time.perf_counter() - began)
            self._cards[place] = graded["card"]

    async def undo(self) -> None:
        while self._keys:
            await self._connection.ask("POST", "/api/cards/undo", {"key": self._keys.pop()})

    def close(self) -> None:
        self._connection.close()
