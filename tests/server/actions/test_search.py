"""Searches wait for their turn, and count the time that they take."""

import asyncio
import itertools
import re
from collections.abc import Sequence
from uuid import UUID

import pytest
from redis.asyncio import Redis

from game.errors import RateLimited
from persistence.database import SessionFactory
from server.actions import search
from server.actions.search import COUNTED_MIN_MS, Searches
from server.limits import SEARCH_MS_FROM_ADDRESS, SEARCH_MS_OF_ACCOUNT, Limit, Limits
from server.web.static import STATIC

ANI, BUDI, CITRA = UUID(int=1), UUID(int=2), UUID(int=3)


class Search:
    """A search that lasts until it is told to end."""

    def __init__(
        self, searches: Searches, session_factory: SessionFactory, who: UUID, address: str = "here"
    ) -> None:
        self._session_factory = session_factory
        self._searches = searches
        self._who, self._address = who, address
        self.runs, self.end = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with (
            self._session_factory() as db,
            self._searches.turn(db, self._who, self._address),
        ):
            self.runs.set()
            await self.end.wait()


@pytest.fixture
def searches(redis: Redis) -> Searches:
    return Searches(Limits(redis), connections=6)


async def test_a_list_waits_for_the_searches_of_its_teacher(
    searches: Searches, session_factory: SessionFactory
) -> None:
    running, is_read = Search(searches, session_factory, ANI), asyncio.Event()

    async def read() -> None:
        async with searches.list_turn(ANI):
            is_read.set()

    await running.runs.wait()
    reading = asyncio.create_task(read())
    async with searches.list_turn(BUDI):
        assert not is_read.is_set()
    running.end.set()
    await asyncio.gather(reading, running.task)


async def test_a_teacher_searches_once_at_a_time_and_a_third_of_the_connections_is_used(
    searches: Searches, session_factory: SessionFactory
) -> None:
    first = Search(searches, session_factory, ANI)
    await first.runs.wait()
    second = Search(searches, session_factory, ANI)
    of_other = Search(searches, session_factory, BUDI)
    await of_other.runs.wait()
    of_third = Search(searches, session_factory, CITRA)
    of_other.end.set()
    await of_third.runs.wait()
    assert not second.runs.is_set()
    for each in (first, second, of_third):
        each.end.set()
    await asyncio.gather(first.task, second.task, of_other.task, of_third.task)
    assert second.runs.is_set()


@pytest.mark.parametrize(
    ("limit", "who"),
    [(SEARCH_MS_OF_ACCOUNT, (ANI, ANI, ANI)), (SEARCH_MS_FROM_ADDRESS, (ANI, BUDI, CITRA))],
)
async def test_the_time_that_searches_take_is_limited(
    searches: Searches,
    session_factory: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
    limit: Limit,
    who: Sequence[UUID],
) -> None:
    async def find(teacher_id: UUID) -> None:
        async with session_factory() as db, searches.turn(db, teacher_id, "here"):
            pass

    more_than_half = limit.times // 2000 + 1
    seconds = itertools.count(step=more_than_half)
    monkeypatch.setattr(search, "monotonic", lambda: next(seconds))
    *first, last = who
    for each in first:
        await find(each)
    with pytest.raises(RateLimited):
        await find(last)


def test_typing_for_a_minute_stays_below_the_limit() -> None:
    script = (STATIC / "ui/debounce.js").read_text()
    [typing_ms] = re.findall(r"TYPING_MS = (\d+)", script)
    searches = SEARCH_MS_OF_ACCOUNT.seconds * 1000 / int(typing_ms)
    assert searches * COUNTED_MIN_MS < SEARCH_MS_OF_ACCOUNT.times
