"""Many requests of one user wait for each other, and not others for them."""

import asyncio
from uuid import UUID

import pytest

from game.errors import Unavailable
from server.turns import WAITING_MAX, Turns

ANI, BUDI, CITRA = UUID(int=1), UUID(int=2), UUID(int=3)


class Work:
    """Work that lasts until it is told to end."""

    def __init__(self, turns: Turns, user_id: UUID) -> None:
        self.started, self.end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._run(turns, user_id))

    async def _run(self, turns: Turns, user_id: UUID) -> None:
        async with turns.of(user_id):
            self.started.set()
            await self.end.wait()


async def test_a_user_with_much_work_takes_one_place() -> None:
    turns = Turns(places=2)
    ani, *waiting = [Work(turns, ANI) for _ in range(5)]
    budi, citra = Work(turns, BUDI), Work(turns, CITRA)
    await asyncio.gather(ani.started.wait(), budi.started.wait())
    assert not citra.started.is_set()
    ani.end.set()
    await citra.started.wait()
    assert not any(each.started.is_set() for each in waiting)
    for each in (*waiting, budi, citra):
        each.end.set()
    await asyncio.gather(*(each.task for each in (ani, *waiting, budi, citra)))


async def test_only_some_work_of_a_user_waits() -> None:
    turns = Turns(places=1)
    several = [Work(turns, ANI) for _ in range(WAITING_MAX + 1)]
    await several[0].started.wait()
    with pytest.raises(Unavailable, match="still being done"):
        await several[-1].task
    budi = Work(turns, BUDI)
    for each in (*several, budi):
        each.end.set()
    await asyncio.gather(*(each.task for each in several[:-1]), budi.task)
    async with turns.of(ANI):
        pass  # the places of those who waited are free again


async def test_who_stops_waiting_takes_no_turn() -> None:
    turns = Turns(places=1)
    ani, waiting = Work(turns, ANI), Work(turns, ANI)
    await ani.started.wait()
    waiting.task.cancel()
    await asyncio.wait([waiting.task])
    budi = Work(turns, BUDI)
    ani.end.set()
    await budi.started.wait()
    budi.end.set()
    await asyncio.gather(ani.task, budi.task)
