"""A game that compares what the server acknowledged with what was recorded."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx
import msgspec
from sqlalchemy import make_url

from server.live.protocol import CloseQuestion, End, Next
from tests.e2e.school import Json, Teacher
from tests.faults.clients import Host, Line, Player, Projector
from tests.faults.processes import Place

RECORDED_WITHIN_S = 90.0
CHOICES = "abcd"
JOIN_AT_ONCE = 100

ANSWERS = """
    select player::text, question_index, min(response::text), count(*)
    from question_attempts join quiz_participations p on p.id = participation_id
    where p.session_id = $1::text::uuid group by 1, 2
"""
PLAYERS = """
    select player::text, count(distinct p.id), count(a.id), max(a.score)
    from quiz_participations p left join quiz_attempts a on a.participation_id = p.id
    where p.session_id = $1::text::uuid group by 1
"""


Answers = dict[tuple[str, int], tuple[object, int]]
"""Player and question → the response and how many rows there are of it."""


class Account(msgspec.Struct):
    """Answers that the server had said were stored, and what became of them."""

    players: int = 0
    stored: int = 0
    recorded: int = 0
    wrong: list[str] = []
    """What is missing, there twice, or different; empty when all is well."""


class Game:
    """A room with a host and players on all web processes of a place."""

    def __init__(self, place: Place, teacher: Teacher, players: int) -> None:
        self.teacher = teacher
        self.urls = place.urls
        self.host = Host(self.urls, teacher.code, 0, teacher.token)
        self.projector = Projector(self.urls, teacher.code, 1)
        self.players = [Player(self.urls, teacher.code, number) for number in range(players)]
        self._database_url = place.database_url

    @property
    def lines(self) -> list[Line]:
        return [self.host, self.projector, *self.players]

    async def ask(self, question: int) -> float:
        """Open a question; when that was said. Everybody sees it when this returns."""
        said_at = await self.host.bring(Next(), "question", question)
        await self.all_see("question", question)
        return said_at

    async def close(self, question: int) -> None:
        await self.host.bring(CloseQuestion(), "reveal", question)
        await self.all_see("reveal", question)

    async def all_see(self, phase: str, question: int) -> None:
        await asyncio.gather(*(line.sees(phase, question) for line in self.lines))

    async def answer(
        self, question: int, players: Iterable[Player] | None = None, over_s: float = 0.0
    ) -> None:
        """Players answer, over some seconds; returns when each is stored or refused."""
        chosen = list(self.players if players is None else players)
        pause = over_s / max(len(chosen), 1)
        async with asyncio.TaskGroup() as group:
            for player in chosen:
                response = CHOICES[(player.number + question) % len(CHOICES)]
                group.create_task(player.answer(question, response))
                if pause:
                    await asyncio.sleep(pause)

    @asynccontextmanager
    async def half_answered(self, question: int, over_s: float) -> AsyncIterator[None]:
        """Half of the players have answered; the others do so meanwhile."""
        answering = asyncio.create_task(self.answer(question, over_s=over_s))
        await asyncio.sleep(over_s / 2)
        yield
        await answering

    async def everyone_is_in(self) -> None:
        await asyncio.gather(*(line.is_back() for line in self.lines))

    async def finish(self) -> None:
        await self.host.bring(End(), "finished", *self.host.phase[1:])
        for player in self.players:
            await player.is_told_the_end()

    async def account(self, forgiven_since: float = float("inf"), others: int = 0) -> Account:
        """Compare with the results over HTTP and with the rows in PostgreSQL.

        What was stored since `forgiven_since`, of `time.monotonic()`, may be lost. Nobody has a
        seat but our players and so many `others`.
        """
        results = await self.teacher.results(RECORDED_WITHIN_S)
        shown = {each["player"]: each for each in results["players"]}
        answers, attempts = await self._rows()
        account = Account(players=len(self.players), recorded=len(answers))
        for player in self.players:
            account.stored += len(player.stored)
            if player.id in shown:
                wrong = _wrong(player, shown[player.id], answers, forgiven_since)
                account.wrong += (f"{player.id}: {text}" for text in wrong)
            if attempts.get(player.id) != (1, 1, player.final_score):
                account.wrong.append(f"{player.id}: {attempts.get(player.id)} attempts")
        if len(attempts) != len(self.players) + others:
            account.wrong.append(f"{len(attempts)} seats")
        said = {(player.id, question) for player in self.players for question in player.said}
        account.wrong += (f"nobody said {answer}" for answer in answers.keys() - said)
        return account

    async def _rows(self) -> tuple[Answers, dict[str, tuple[int, int, int]]]:
        """Answers; and by player how many participations and attempts, and the score."""
        dsn = make_url(self._database_url).set(drivername="postgresql")
        connection = await asyncpg.connect(dsn.render_as_string(hide_password=False))
        try:
            answers = await connection.fetch(ANSWERS, self.teacher.session)
            attempts = await connection.fetch(PLAYERS, self.teacher.session)
        finally:
            await connection.close()
        return (
            {(row[0], row[1]): (json.loads(row[2]), row[3]) for row in answers},
            {player: (seats, tries, score) for player, seats, tries, score in attempts},
        )


def _wrong(player: Player, shown: Json, answers: Answers, forgiven_since: float) -> Iterator[str]:
    if shown["score"] != player.final_score:
        yield f"{shown['score']} points instead of {player.final_score}"
    for question, (response, at) in player.stored.items():
        recorded = answers.get((player.id, question))
        result = (shown["answers"][question] or {}).get("response")
        if recorded is None and at >= forgiven_since:
            continue
        if recorded != (response, 1) or result != response:
            yield f"{response} to {question} was recorded as {recorded}, shown as {result}"


def questions(count: int, time_limit: int = 300, **more: object) -> list[Json]:
    return [
        {
            "type": "multiple_choice",
            "stem": f"Question {number}",
            "time_limit": time_limit,
            "choices": [{"text": letter, "is_correct": letter == "b"} for letter in CHOICES],
            **more,
        }
        for number in range(count)
    ]


@asynccontextmanager
async def playing(place: Place, players: int, quiz: list[Json]) -> AsyncIterator[Game]:
    """A room of a new teacher, in its lobby, with everybody in it."""
    async with httpx.AsyncClient(base_url=place.urls[0], timeout=30) as http:
        teacher = Teacher(http, place.urls[0].replace("http", "ws", 1))
        await teacher.register(f"{uuid4()}@school.example")
        await teacher.open(await teacher.write(quiz), max_players=20_000)
        game = Game(place, teacher, players)
        try:
            await _join(game.lines)
            yield game
        finally:
            await asyncio.gather(*(line.go() for line in game.lines))


async def _join(lines: Sequence[Line]) -> None:
    for start in range(0, len(lines), JOIN_AT_ONCE):
        await asyncio.gather(*(line.join() for line in lines[start : start + JOIN_AT_ONCE]))
