"""People, quizzes and games for the tests of persistence."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.live import journal, keys
from game.live.journal import (
    Answered,
    Entry,
    Finished,
    Joined,
    JournalAnswer,
    JournalPlayer,
    JournalResult,
    Kicked,
    Started,
)
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft, freeze
from game.rules.rooms import RoomSettings
from persistence.database import SessionFactory
from persistence.models import (
    QuestionAttempt,
    Quiz,
    QuizAttempt,
    QuizParticipation,
    QuizSession,
    Role,
    User,
)
from persistence.repositories import questions, quiz_sessions, quizzes, users

GAME_BEGAN = 1_800_000_000_000


@dataclass(frozen=True)
class Someone:
    user_id: UUID
    role: str = "teacher"


async def add_user(session: AsyncSession, email: str, role: Role = "teacher") -> User:
    return await users.create(
        session, email=email, password_hash="hash", full_name=email, role=role
    )


async def teacher(session: AsyncSession, email: str = "teacher@kuis.example") -> Someone:
    return Someone((await add_user(session, email)).id)


def capital(stem: str = "Capital of Indonesia?", question_id: UUID | None = None) -> QuestionDraft:
    return QuestionDraft(
        type=Kind.MULTIPLE_CHOICE,
        stem=stem,
        choices=(ChoiceDraft(text="Jakarta", is_correct=True), ChoiceDraft(text="Bandung")),
        id=question_id,
    )


def drafts(number: int) -> list[QuestionDraft]:
    return [capital(f"Question {place}?") for place in range(number)]


async def add_quiz(session: AsyncSession, host: Someone, questions: int = 2) -> Quiz:
    return await quizzes.create(
        session, host.user_id, title="Geography", questions=drafts(questions)
    )


async def add_session(session: AsyncSession, host: Someone, quiz: Quiz) -> QuizSession:
    frozen = [freeze(questions.draft(question), Random(1)) for question in quiz.questions]
    return await quiz_sessions.create(
        session, quiz, host_id=host.user_id, questions=frozen, settings=RoomSettings()
    )


def participation(session: QuizSession, user: User) -> QuizParticipation:
    return QuizParticipation(
        session_id=session.id,
        player=uuid7(),
        user_id=user.id,
        nickname=user.full_name,
        joined_at=datetime.now(UTC),
    )


@dataclass(frozen=True)
class Game:
    """A game of `players` over `questions`, as the journal tells it."""

    session: str
    sources: tuple[str, ...]
    players: tuple[JournalPlayer, ...]

    def joined(self) -> list[Entry]:
        return [
            Joined(session=self.session, players=self.players[at : at + 20])
            for at in range(0, len(self.players), 20)
        ]

    def started(self) -> Entry:
        return Started(session=self.session, at=GAME_BEGAN + 1000)

    def answered(self, question: int) -> list[Entry]:
        return [
            Answered(
                session=self.session,
                question=question,
                source=self.sources[question],
                answers=tuple(_answer(player, question) for player in self.players[at : at + 500]),
            )
            for at in range(0, len(self.players), 500)
        ]

    def finished(self) -> list[Entry]:
        of = len(self.sources)
        return [
            Finished(
                session=self.session,
                at=GAME_BEGAN + 600_000,
                of=of,
                results=tuple(
                    _result(player, at + place, of)
                    for place, player in enumerate(self.players[at : at + 500], 1)
                ),
                last=at + 500 >= len(self.players),
            )
            for at in range(0, len(self.players), 500)
        ]

    def entries(self) -> list[Entry]:
        questions = range(len(self.sources))
        answered = [entry for question in questions for entry in self.answered(question)]
        return [*self.joined(), self.started(), *answered, *self.finished()]


def _answer(player: JournalPlayer, question: int) -> JournalAnswer:
    return JournalAnswer(
        player=player,
        response="a",
        correct=True,
        points=900,
        elapsed_ms=1500,
        answered_at=GAME_BEGAN + 10_000 * (question + 1),
    )


def _result(player: JournalPlayer, rank: int, of: int) -> JournalResult:
    return JournalResult(
        player=player,
        score=900 * of,
        rank=rank,
        correct=of,
        answered=of,
        total_time_ms=1500 * of,
        best_streak=of,
    )


def player(nickname: str, user: UUID | None = None, joined_at: int = GAME_BEGAN) -> JournalPlayer:
    account = str(user) if user else None
    return JournalPlayer(str(uuid7()), nickname, account, None, joined_at)


def joined_by(game: Game, user: UUID) -> Entry:
    return Joined(session=game.session, players=(player("with an account", user),))


def kick(game: Game, place: int) -> Entry:
    return Kicked(session=game.session, player=game.players[place], at=GAME_BEGAN + 5)


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


async def play(session_factory: SessionFactory, players: int = 3, questions: int = 2) -> Game:
    """A session that was opened, and the game that was played in it."""
    async with session_factory.begin() as session:
        host = await teacher(session, f"{uuid7()}@kuis.example")
        quiz = await add_quiz(session, host, questions)
        opened = await add_session(session, host, quiz)
    return Game(
        session=str(opened.id),
        sources=tuple(str(question.id) for question in quiz.questions),
        players=tuple(player(f"player {number}") for number in range(players)),
    )


async def write_down(redis: Redis, *entries: Entry) -> None:
    """As the room's scripts do."""
    for entry in entries:
        stream = keys.journal(keys.shard(entry.session))
        await redis.xadd(stream, {"entry": journal.encode(entry)})


async def counts(session_factory: SessionFactory) -> dict[str, int]:
    """Rows of what was played."""
    tables = (QuizParticipation, QuestionAttempt, QuizAttempt)
    async with session_factory() as session:
        return {
            table.__tablename__: await session.scalar(select(func.count(table.id))) or 0
            for table in tables
        }


def complete(game: Game) -> dict[str, int]:
    return {
        "quiz_participations": len(game.players),
        "question_attempts": len(game.players) * len(game.sources),
        "quiz_attempts": len(game.players),
    }
