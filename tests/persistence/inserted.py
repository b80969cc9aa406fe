"""Games of any size, written as the recorder writes them but without a room."""

from collections.abc import Mapping, Sequence
from random import Random
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from game.live.journal import (
    Answered,
    Entry,
    Finished,
    Joined,
    JournalAnswer,
    JournalPlayer,
    JournalResult,
    Started,
)
from game.rules.questions import Choice, MultipleChoice, Ordering, Poll, Question, Response
from game.rules.rescoring import (
    RecordedAnswer,
    RecordedGame,
    RecordedParticipant,
    RevealedQuestion,
    rescore,
)
from game.rules.rooms import RoomSettings
from persistence.models import QuizSession
from persistence.repositories import journal_rows, quiz_sessions
from tests.persistence.samples import GAME_BEGAN, Someone, add_quiz

ABCD = tuple(Choice(id_, f"Choice {id_.upper()}") for id_ in "abcd")
SETTINGS = RoomSettings(streak_bonus=True, double_points=(2,))
LIMIT_MS = 30_000


def asked(count: int) -> tuple[Question, ...]:
    """Questions of some kinds, with "a" mostly right; the fourth is a poll."""
    kinds: tuple[Question, ...] = (
        MultipleChoice(stem="?", choices=ABCD, key="a"),
        MultipleChoice(stem="?", choices=ABCD, key="b"),
        Ordering(stem="?", choices=ABCD, key=("b", "a", "d", "c")),
        Poll(stem="?", choices=ABCD),
        MultipleChoice(stem="?", choices=ABCD, key="a"),
    )
    return tuple(
        replace(kinds[index % len(kinds)], stem=f"Question {index + 1}?") for index in range(count)
    )


def answered(players: int, questions: Sequence[Question], seed: int = 1) -> RecordedGame:
    """A game in which everybody answers nearly everything, some better than others."""
    random = Random(seed)
    return RecordedGame(
        revealed=[
            RevealedQuestion(question, GAME_BEGAN + 60_000 * index, LIMIT_MS)
            for index, question in enumerate(questions)
        ],
        settings=SETTINGS,
        participants=[
            RecordedParticipant(
                player=str(uuid7()),
                nickname=f"Player {number}",
                joined_at=GAME_BEGAN - 1000 + number,
                kicked=False,
                answers=[
                    RecordedAnswer(
                        index,
                        _response(random, question, number / players),
                        correct=None,
                        points=0,
                        elapsed_ms=random.randrange(LIMIT_MS),
                    )
                    for index, question in enumerate(questions)
                    if random.random() < 0.95
                ],
                result=None,
            )
            for number in range(players)
        ],
    )


def _response(random: Random, question: Question, skill: float) -> Response:
    right = random.random() < 0.2 + 0.7 * skill
    if isinstance(question, Ordering):
        return question.key if right else tuple("abcd")
    if isinstance(question, Poll):
        return (random.choice("abcd"),)
    return str(question.key) if right else random.choice("abcd")


async def insert(
    db: AsyncSession,
    host: Someone,
    game: RecordedGame,
    users: Mapping[str, UUID] | None = None,
) -> QuizSession:
    """The session of a game that was played; `users` has accounts by player."""
    quiz = await add_quiz(db, host, len(game.revealed))
    questions = [
        replace(each.question, source=str(of.id))
        for each, of in zip(game.revealed, quiz.questions, strict=True)
    ]
    opened = await quiz_sessions.create(
        db, quiz, host_id=host.user_id, questions=questions, settings=game.settings
    )
    await journal_rows.record(db, [*_entries(str(opened.id), questions, game, users or {})])
    await db.refresh(opened)
    return opened


def _entries(
    session: str, questions: Sequence[Question], game: RecordedGame, users: Mapping[str, UUID]
) -> Sequence[Entry]:
    scored = rescore(game)
    players = {
        each.player: JournalPlayer(
            each.player,
            each.nickname,
            str(users[each.player]) if each.player in users else None,
            None,
            each.joined_at,
        )
        for each in game.participants
    }
    grades: list[Entry] = [
        Answered(
            session=session,
            question=index,
            source=questions[index].source,
            answers=tuple(
                JournalAnswer(
                    players[player],
                    grade.response,
                    grade.correct,
                    grade.gained,
                    grade.elapsed_ms,
                    revealed.opened_at + grade.elapsed_ms,
                )
                for (player, at), grade in scored.graded.items()
                if at == index
            ),
            opened_at=revealed.opened_at,
            limit_ms=revealed.limit_ms,
        )
        for index, revealed in enumerate(game.revealed)
    ]
    results = tuple(
        JournalResult(
            players[each.player],
            each.score,
            each.rank,
            each.correct,
            each.answered,
            each.total_time_ms,
            each.best_streak,
        )
        for each in scored.standings
    )
    return [
        Joined(session=session, players=tuple(players.values())),
        Started(session=session, at=GAME_BEGAN),
        *grades,
        Finished(session=session, at=GAME_BEGAN + 10**7, of=scored.of, results=results, last=True),
    ]
