"""A game with everything that decides points and places, played by the engine and recorded."""

from uuid import UUID

from redis.asyncio import Redis

from game.live.rooms import Rooms
from game.live.seats import Seat
from game.rules import rooms
from game.rules.questions import (
    AcceptedAnswers,
    Choice,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    Response,
    ShortAnswer,
    TrueFalse,
)
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from persistence.repositories import quiz_sessions
from tests.game.live.playing import SetClock, join, leave
from tests.persistence.recorders import record_all
from tests.persistence.samples import add_quiz, teacher

ABC = tuple(Choice(id_, id_) for id_ in "abc")
YES_NO = (Choice("true", "Yes"), Choice("false", "No"))
QUESTIONS: tuple[Question, ...] = (
    MultipleChoice(stem="?", choices=ABC, key="a", time_limit=20),
    TrueFalse(stem="?", choices=YES_NO, key=True, time_limit=20),
    MultipleSelect(stem="?", choices=ABC, key=("a", "b"), time_limit=20),
    Poll(stem="?", choices=ABC, time_limit=20),
    ShortAnswer(stem="?", key=AcceptedAnswers(("Bogor",)), time_limit=20),
    Numeric(stem="?", key=NumericKey(0.3, 0.1), time_limit=20),
    Ordering(stem="?", choices=ABC, key=("b", "a", "c"), time_limit=20),
)
RIGHT: tuple[Response, ...] = ("a", True, ("a", "b"), ("c",), " bogor", 0.2, ("b", "a", "c"))
WRONG: tuple[Response, ...] = ("b", False, ("a", "c"), ("a",), "Depok", 0.1, ("a", "b", "c"))
SETTINGS = RoomSettings(lead_in_ms=0, streak_bonus=True, double_points=(2,))
EXTENDED, PAUSED, LAST_OF_KICKED = 1, 2, 4


class PlayedGame:
    """Ani is always right, Budi sometimes. Citra is silent, and away from the second question on.

    Dewi joins the second question late, Eko the third one while it is paused. Fitri is removed.
    """

    def __init__(self, redis: Redis, session: UUID) -> None:
        self.session = str(session)
        self.clock = SetClock(redis)
        self.on = Rooms(redis, self.clock)
        self.seats: dict[str, Seat] = {}
        self.kicked: Seat | None = None

    async def join(self, *names: str) -> None:
        for name in names:
            self.seats[name] = await join(self.on, self.session, name)

    async def play(self) -> None:
        await self.join("Ani", "Budi", "Citra", "Fitri")
        for question in range(len(QUESTIONS)):
            await self._ask(question)
        await self._do(rooms.Next())

    async def _ask(self, question: int) -> None:
        await self._do(rooms.Next())
        self.clock.pass_ms(1000)
        await self._meanwhile(question)
        await self._answer("Ani", question, RIGHT)
        self.clock.pass_ms(700)
        await self._answer("Fitri", question, WRONG)
        await self._answer("Budi", question, RIGHT if question % 3 else WRONG)
        await self._answer("Dewi", question, RIGHT)
        await self._answer("Eko", question, RIGHT)
        if (await self.on.state(self.session)).phase is rooms.Phase.QUESTION:
            await self._do(rooms.CloseQuestion())
        if question == LAST_OF_KICKED:
            self.kicked = self.seats.pop("Fitri")
            await self.on.kick(self.session, self.kicked.player)

    async def _meanwhile(self, question: int) -> None:
        if question == EXTENDED:
            await leave(self.on, self.session, self.seats["Citra"])
            await self.join("Dewi")
            await self._do(rooms.Extend(10))
            self.clock.pass_ms(21_000)
        elif question == PAUSED:
            await self._do(rooms.Pause())
            self.clock.pass_ms(60_000)
            await self.join("Eko")
            await self._do(rooms.Unpause())

    async def _do(self, command: rooms.Command) -> None:
        await self.on.command(self.session, command)
        await self.on.stop()

    async def _answer(self, name: str, question: int, responses: tuple[Response, ...]) -> None:
        if seat := self.seats.get(name):
            now, opens_at = self.clock.now(), (await self.on.state(self.session)).opens_at or 0
            response, took = responses[question], now - opens_at
            await self.on.submit(self.session, question, seat.player, response, took, now)
            await self.on.stop()


async def open_game(redis: Redis, session_factory: SessionFactory, email: str) -> PlayedGame:
    async with session_factory.begin() as db:
        host = await teacher(db, email)
        quiz = await add_quiz(db, host)
        opened = await quiz_sessions.create(
            db, quiz, host_id=host.user_id, questions=QUESTIONS, settings=SETTINGS
        )
    game = PlayedGame(redis, opened.id)
    await game.on.open(
        session=game.session,
        code=opened.access_code,
        title=opened.title,
        host=str(host.user_id),
        questions=QUESTIONS,
        settings=SETTINGS,
    )
    return game


async def play_game(
    redis: Redis, session_factory: SessionFactory, email: str = "teacher@kuis.example"
) -> UUID:
    """The id of the session of a game that is over and recorded."""
    game = await open_game(redis, session_factory, email)
    await game.play()
    counters = await record_all(redis, session_factory)
    assert (counters.refused, counters.dropped) == (0, 0)
    return UUID(game.session)
