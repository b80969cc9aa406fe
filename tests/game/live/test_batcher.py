"""There is one call per room at a time, and waiting items are batched."""

import asyncio
from collections.abc import Sequence

import pytest

from game.errors import Refusal, Unavailable
from game.live import batcher
from game.live.batcher import MAX_BATCH_SIZE, Batcher
from tests.game.live.playing import SOON_S, until

pytestmark = pytest.mark.timeout(SOON_S)  # what is never settled would hang for minutes


class Recorded:
    """A commit that keeps what it was called with and can be held up."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[int]]] = []
        self.under_way: dict[str, int] = {}
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def __call__(self, room: str, items: Sequence[int]) -> list[int | Refusal]:
        self.under_way[room] = self.under_way.get(room, 0) + 1
        assert self.under_way[room] == 1, "one call a room"
        self.calls.append((room, [*items]))
        await self.may_go.wait()
        self.under_way[room] -= 1
        return [Refusal("odd", "Odd.") if item % 2 else item * 10 for item in items]


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


async def test_each_gets_its_own_outcome(recorded: Recorded) -> None:
    on: Batcher[int, int] = Batcher(recorded)
    outcomes = await asyncio.gather(
        *(on.add("room", at) for at in range(4)), return_exceptions=True
    )
    assert [outcomes[0], outcomes[2]] == [0, 20]
    assert all(isinstance(outcomes[at], Refusal) for at in (1, 3))


async def test_what_waits_during_a_call_goes_with_the_next(recorded: Recorded) -> None:
    on: Batcher[int, int] = Batcher(recorded)
    recorded.may_go.clear()
    tasks = [on.add("room", 0)]
    await until(lambda: len(recorded.calls) == 1)
    tasks += [on.add("room", at * 2) for at in range(1, MAX_BATCH_SIZE + 10)]
    tasks.append(on.add("another", 0))
    await until(lambda: len(recorded.calls) == 2)
    recorded.may_go.set()
    await asyncio.gather(*tasks)
    await on.drain()
    sizes = [(room, len(items)) for room, items in recorded.calls]
    assert sizes == [("room", 1), ("another", 1), ("room", MAX_BATCH_SIZE), ("room", 9)]
    assert recorded.calls[2][1] == [at * 2 for at in range(1, MAX_BATCH_SIZE + 1)]


async def test_a_failed_call_fails_those_in_it_and_no_others() -> None:
    calls = 0

    async def commit(_: str, items: Sequence[int]) -> Sequence[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Unavailable("unavailable", "Away.")
        return items

    on: Batcher[int, int] = Batcher(commit)
    with pytest.raises(Unavailable):
        await on.add("room", 1)
    assert await on.add("room", 2) == 2


async def test_a_missing_outcome_fails_everyone_instead_of_leaving_them_waiting() -> None:
    async def commit(_: str, items: Sequence[int]) -> Sequence[int]:
        return items[1:]

    on: Batcher[int, int] = Batcher(commit)
    with pytest.raises(ValueError, match="shorter"):
        await on.add("room", 1)


async def test_somebody_who_goes_takes_nobody_along(recorded: Recorded) -> None:
    on: Batcher[int, int] = Batcher(recorded)
    recorded.may_go.clear()
    going, staying = (on.add("room", at) for at in (0, 2))
    await until(lambda: len(recorded.calls) == 1)
    going.cancel()
    recorded.may_go.set()
    assert await staying == 20
    assert going.cancelled()


async def test_what_waits_is_bounded(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batcher, "MAX_WAITING", 2)
    on: Batcher[int, int] = Batcher(recorded)
    recorded.may_go.clear()
    tasks = [on.add("room", at * 2) for at in range(2)]
    with pytest.raises(Unavailable) as refusal:
        await on.add("room", 4)
    assert refusal.value.code == "unavailable"
    recorded.may_go.set()
    assert await asyncio.gather(*tasks) == [0, 20]


async def test_each_call_waits_for_company_where_nobody_minds(recorded: Recorded) -> None:
    on: Batcher[int, int] = Batcher(recorded, window_s=0.01)
    first = on.add("room", 0)
    await asyncio.sleep(0)
    assert [*await asyncio.gather(first, on.add("room", 2))] == [0, 20]
    assert recorded.calls == [("room", [0, 2])]


async def test_nothing_is_kept_of_a_room_that_is_idle(recorded: Recorded) -> None:
    on: Batcher[int, int] = Batcher(recorded)
    await on.add("room", 0)
    await on.drain()
    assert not on._waiting  # noqa: SLF001  # a leak would show nowhere else
    assert not on._running  # noqa: SLF001
