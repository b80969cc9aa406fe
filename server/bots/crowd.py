"""Runs a crowd of bots in one room, with their shared state, progress and summary."""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from random import Random
from statistics import median, quantiles

from msgspec import Struct

from game.rules.codes import normalise
from server.bots.behaviour import Belief, believe, names
from server.bots.bot import Bot, BotsError, Ending
from server.client.addresses import room_address
from server.demo.content import QUIZZES
from server.live.protocol import Finished, Question, Reveal

AT_ONCE = 100  # connections being opened
REPORT_S = 0.2
SPARE_FILES = 64

BOOKS = {question.stem: question for quiz in QUIZZES for question in quiz.questions}


class Place(Struct, frozen=True):
    """The place of a bot in the ranking."""

    nickname: str
    score: int
    rank: int


class Progress(Struct):
    """The progress of the crowd. Fields from `question` on are about the current question."""

    players: int
    joined: int = 0
    question: int | None = None
    answered: int = 0
    right: int | None = None
    """None before the reveal, and after a poll."""
    best: Place | None = None
    """The best placed bot of the last reveal."""


class Summary(Struct, frozen=True):
    """The summary of a game. `took_ms` is the time from sending an answer until it was stored."""

    players: int
    endings: dict[Ending, int]
    answers: int
    came_back: int
    took_median_ms: float
    took_p99_ms: float
    best: Place | None


Report = Callable[[Progress], None]


async def play(
    url: str, code: str, players: int, *, seed: int | None = None, report: Report | None = None
) -> Summary:
    """Play the room with this code at a server's http(s) address to the end of its game.

    Raises:
        BotsError: the server does not answer, there is no such room, or it accepts no players.
    """
    _allow_files(players + SPARE_FILES)
    crowd = _Crowd(url, code, players, Random(seed))  # noqa: S311  # play, not secrets
    reporting = asyncio.create_task(_report(crowd, report)) if report else None
    try:
        endings = await _play_all(crowd, players)
    except ExceptionGroup as errors:
        raise _first(errors) from None
    finally:
        if reporting is not None:
            reporting.cancel()
    return crowd.summary(Counter(endings))


async def _play_all(crowd: "_Crowd", players: int) -> list[Ending]:
    """Let one bot join first, so that only one of them fails if the room cannot be played."""
    async with asyncio.TaskGroup() as group:
        games = [group.create_task(crowd.bot().play())]
        await crowd.first_joined.wait()
        games += [group.create_task(crowd.bot().play()) for _ in range(players - 1)]
    return [game.result() for game in games]


async def _report(crowd: "_Crowd", report: Report) -> None:
    await crowd.first_joined.wait()
    while True:
        report(crowd.progress)
        await asyncio.sleep(REPORT_S)


def _first(errors: ExceptionGroup) -> Exception:
    """One of the errors, because many bots may fail for the same reason."""
    error: Exception = errors
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        raise BotsError(f"This machine allows a process {hard} open files; use fewer players.")
    if soft != resource.RLIM_INFINITY and wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Crowd:
    """The shared state of all bots. They run in one event loop, so no locks are needed."""

    def __init__(self, url: str, code: str, players: int, random: Random) -> None:
        self.code = normalise(code)
        if not (self.code.isascii() and self.code.isalnum()):
            raise BotsError(f"{code} is not a room's code.")
        try:
            self.address = room_address(url, self.code)
        except ValueError as error:
            raise BotsError(str(error)) from None
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.first_joined = asyncio.Event()
        self.progress = Progress(players=players)
        self._random = random
        self._names = names(random)
        self._beliefs: dict[str, Belief] = {}
        self._answers = 0
        self._came_back = 0
        self._took_ms: list[float] = []
        self._judged: int | None = None

    def bot(self) -> Bot:
        return Bot(self, Random(self._random.random()))  # noqa: S311  # play, not secrets

    def has_joined(self) -> bool:
        return self.first_joined.is_set()

    def name(self) -> str:
        return next(self._names)

    def believe(self, question: Question) -> Belief:
        key = f"{question.question} {question.stem}"
        if key not in self._beliefs:
            self._beliefs[key] = believe(question, BOOKS, self._random)
        return self._beliefs[key]

    def joined(self) -> None:
        self.progress.joined += 1
        self.first_joined.set()

    def came_back(self) -> None:
        self._came_back += 1

    def opened(self, question: int) -> None:
        if question != self.progress.question:
            self.progress.question = question
            self.progress.answered = 0
            self.progress.right = None

    def answered(self, question: int, took_ms: float) -> None:
        self._answers += 1
        self._took_ms.append(took_ms)
        self.progress.answered += question == self.progress.question

    def revealed(self, nickname: str, reveal: Reveal) -> None:
        if self._judged != reveal.question:
            self._judged = reveal.question
            self.progress.best = None
        if reveal.you:
            if reveal.you.correct is not None:
                self.progress.right = (self.progress.right or 0) + reveal.you.correct
            self._place(Place(nickname, reveal.you.score, reveal.you.rank))

    def finished(self, nickname: str, finished: Finished) -> None:
        if finished.you:
            self._place(Place(nickname, finished.you.score, finished.you.rank))

    def _place(self, place: Place) -> None:
        best = self.progress.best
        if place.rank and (best is None or place.rank <= best.rank):
            self.progress.best = place

    def summary(self, endings: dict[Ending, int]) -> Summary:
        took = self._took_ms or [0.0]
        return Summary(
            players=self.progress.joined,
            endings=endings,
            answers=self._answers,
            came_back=self._came_back,
            took_median_ms=median(took),
            took_p99_ms=quantiles(took, n=100, method="inclusive")[-1] if took[1:] else took[0],
            best=self.progress.best,
        )
