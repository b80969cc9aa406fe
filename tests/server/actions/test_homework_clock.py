"""Homework runs on the clock of PostgreSQL, however slowly it is looked at."""

from typing import cast

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from persistence.database import SessionFactory
from persistence.repositories.homework import runs
from server.actions.homework import work
from server.actions.homework.work import Homework
from server.limits import LocalLimits

AHEAD_S = 3600.0


class Clock:
    """Both clocks of this process; PostgreSQL's is an hour ahead."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now

    monotonic = time


@pytest.mark.parametrize("stalls", [[5.0, 0.002], [0.002], [5.0, 9.0, 0.1]])
async def test_a_process_that_stands_still_after_a_look_looks_again(
    monkeypatch: pytest.MonkeyPatch, stalls: list[float]
) -> None:
    clock, remaining = Clock(), list(stalls)

    async def now_ms(_: AsyncSession) -> int:
        theirs = clock.now + AHEAD_S
        clock.now += remaining.pop(0)
        return round(theirs * 1000)

    monkeypatch.setattr(work, "time", clock)
    monkeypatch.setattr(runs, "now_ms", now_ms)
    nobody = cast("SessionFactory", None), cast("AsyncSession", None)
    homework = Homework(nobody[0], LocalLimits())
    found = await homework.now_ms(nobody[1])
    assert abs(found - (clock.now + AHEAD_S) * 1000) <= min(stalls) * 1000 / 2 + 1
    assert remaining == []
