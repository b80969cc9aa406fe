"""Sends the Redis commands of one turn of the event loop in one pipeline.

Otherwise, 200 questions that close at once would need 800 round trips. A round trip costs this
process as much as ten commands in a pipeline.
"""

import asyncio
from typing import Any

from redis.asyncio import Redis

from game.live.tasks import resolve

Answer = Any  # Any: what Redis answers depends on the command


class AutoPipeline:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[Answer]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    def __call__(self, *command: Any) -> asyncio.Future[Answer]:  # noqa: ANN401  # what Redis takes
        """A future with Redis's answer to the command, or with the client's error."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._send)
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((command, answer))
        return answer

    def _send(self) -> None:
        together, self._waiting = self._waiting, []
        task = asyncio.create_task(self._call(together), name="calls")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _call(self, together: list[tuple[tuple[Any, ...], asyncio.Future[Answer]]]) -> None:
        pipeline: Any = self._redis.pipeline(transaction=False)  # Any: typed for sync too
        for command, _ in together:
            pipeline.execute_command(*command)
        answers: list[Answer]
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001  # handed to everyone who waits for it
            answers = [error] * len(together)
        for (_, future), answer in zip(together, answers, strict=True):
            resolve(future, answer)
