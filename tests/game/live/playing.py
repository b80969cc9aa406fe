"""Rooms for tests: the engines of two processes, a clock that tests set, a listener."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.asyncio import Redis

from game.errors import Refusal
from game.live import journal, keys
from game.live.clock import Clock
from game.live.engine import Engine
from game.live.events import Message
from game.live.room_view import RoomView
from game.live.rooms import Rooms
from game.live.seats import Seat
from game.rules import rooms
from game.rules.questions import Choice, MultipleChoice, Poll, Question, Response
from game.rules.rooms import RoomSettings

CHOICES = (Choice("a", "Yes"), Choice("b", "No"))
QUESTION = MultipleChoice(stem="?", choices=CHOICES, key="a", time_limit=20, source="source-1")
POLL = Poll(stem="?", choices=CHOICES, time_limit=20)
SOON_S = 10.0

_numbers = itertools.count(1)


class SetClock(Clock):
    """A clock that tests set forward; every `Rooms` with it lives at that time."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self.ahead_ms = 0

    def now(self) -> int:
        return super().now() + self.ahead_ms

    def pass_ms(self, ms: int) -> None:
        self.ahead_ms += ms


class Follower:
    """A feed's listener that keeps what it hears."""

    def __init__(self) -> None:
        self.view: RoomView | None = None
        self.messages: list[Message] = []
        self.resets = 0
        self.is_gone = False

    def reset(self, view: RoomView) -> None:
        self.view = view
        self.resets += 1

    def updated(self, message: Message, view: RoomView) -> None:
        self.view = view
        self.messages.append(message)

    def gone(self) -> None:
        self.is_gone = True


@asynccontextmanager
async def running(
    redis: Redis, late: Callable[[int], None] = lambda _: None
) -> AsyncIterator[Engine]:
    engine = Engine(redis, late)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def open_room(
    on: Rooms,
    questions: tuple[Question, ...] = (QUESTION, QUESTION),
    settings: RoomSettings | None = None,
    code: str | None = None,
) -> str:
    number = next(_numbers)
    await on.open(
        session=(session := f"session-{number}"),
        code=code or f"CODE{number}",
        title="A quiz",
        host="host-1",
        questions=questions,
        settings=settings or RoomSettings(lead_in_ms=0),
    )
    return session


async def join(on: Rooms, session: str, nickname: str, user: str | None = None) -> Seat:
    return await on.join(
        session, nickname=nickname, user=user, team=None, connection=f"of-{nickname}"
    )


async def join_many(on: Rooms, session: str, count: int) -> list[Seat]:
    return await asyncio.gather(*(join(on, session, f"player {at}") for at in range(count)))


async def answer(
    on: Rooms, session: str, seat: Seat, response: Response = "a", question: int = 0
) -> None:
    """Answer half a second after the question opened."""
    state = (await on.view(session)).state
    opens_at = state.opens_at or 0
    await on.submit(session, question, seat.player, response, 500, opens_at + 500)


async def start(on: Rooms, session: str) -> None:
    await on.command(session, rooms.Start())


async def refused(asked: Awaitable[object]) -> str:
    """The code of the refusal; '' if there was none."""
    try:
        await asked
    except Refusal as refusal:
        return refusal.code
    return ""


async def until(condition: Callable[[], bool], seconds: float = SOON_S) -> None:
    """Wait for what other tasks bring about; fails when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # what it waits for has no event of its own
            await asyncio.sleep(0.001)


async def phase(on: Rooms, session: str) -> rooms.Phase:
    return (await on.view(session)).state.phase


def raw(redis: Redis) -> Any:  # noqa: ANN401  # its answers are typed for all protocols at once
    return redis


async def cut_pubsub(redis: Redis) -> None:
    await raw(redis).execute_command("CLIENT", "KILL", "TYPE", "pubsub")


async def journal_of(redis: Redis, session: str) -> list[journal.Entry]:
    entries = await raw(redis).xrange(keys.journal(keys.shard(session)))
    decoded = [journal.decode(fields[b"entry"]) for _, fields in entries]
    return [entry for entry in decoded if entry.session == session]


def same(one: RoomView, other: RoomView) -> bool:
    """Equal, the order of the standings included."""
    return one == other and [*one.standings] == [*other.standings]


def with_time_limit(seconds: int) -> MultipleChoice:
    return msgspec.structs.replace(QUESTION, time_limit=seconds)


async def come_and_go(on: Rooms, session: str, count: int) -> list[Seat]:
    seats = await join_many(on, session, count)
    await leave(on, session, *seats)
    return seats


async def join_with_key(on: Rooms, session: str, name: str) -> Seat:
    return await on.join(
        session,
        nickname=name,
        user=None,
        team=None,
        connection=f"of-{name}",
        key=f"the-key-of-{name}",
    )


async def leave(on: Rooms, session: str, *seats: Seat) -> None:
    await asyncio.gather(*(on.leave(session, seat.player, f"of-{seat.nickname}") for seat in seats))
