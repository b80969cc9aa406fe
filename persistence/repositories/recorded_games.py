"""Reads finished games with everything that their points and places follow from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules.rescoring import (
    RecordedGame,
    RecordedParticipant,
    RecordedResult,
    RevealedQuestion,
)
from game.rules.rooms import RoomSettings
from persistence.models import QuizAttempt, QuizParticipation, QuizSession
from persistence.repositories import quiz_sessions
from persistence.repositories.results import answers_by_participation, decode_answers
from persistence.repositories.viewers import SESSIONS, Viewer


class SessionName(NamedTuple):
    id: UUID
    title: str


async def sessions_after(
    session: AsyncSession, viewer: Viewer, after: UUID | None, limit: int
) -> Sequence[SessionName]:
    """The next sessions by id, oldest first, also those that have not ended."""
    query = (
        select(QuizSession.id, QuizSession.title)
        .where(SESSIONS.visible_to(viewer))
        .order_by(QuizSession.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(QuizSession.id > after)
    return [SessionName(*row) for row in await session.execute(query)]


async def count_sessions(session: AsyncSession, viewer: Viewer) -> int:
    query = select(func.count(QuizSession.id)).where(SESSIONS.visible_to(viewer))
    return (await session.execute(query)).scalar_one()


async def read(session: AsyncSession, viewer: Viewer, session_id: UUID) -> RecordedGame:
    """A finished game.

    Earlier releases did not record how long a missing answer counts, so the recorded times are
    taken as they are. They also did not record when a question opened, which matters only for
    players who joined after the first one.

    Raises:
        NotFound: `no_such_session`.
        Conflict: `session_running`, or `record_incomplete` if it cannot be known who joined late.
        msgspec.ValidationError: the questions, settings or answers are not what rooms have.
    """
    game = await quiz_sessions.get(session, viewer, session_id)
    if game.ended_at is None:
        raise Conflict("session_running", "This game is still running.")
    participants = await _participants(session, session_id)
    return RecordedGame(
        revealed=_revealed(game, participants),
        settings=msgspec.convert(game.settings, RoomSettings),
        participants=participants,
        has_times=_is_complete(game.limits_ms, game),
    )


def _is_complete(by_question: Mapping[str, int], game: QuizSession) -> bool:
    return all(str(index) in by_question for index in range(game.revealed_questions))


def _revealed(
    game: QuizSession, participants: Sequence[RecordedParticipant]
) -> list[RevealedQuestion]:
    questions = quiz_sessions.frozen_questions(game)[: game.revealed_questions]
    opened_at: Mapping[str, int] = game.questions_opened_at
    if not _is_complete(opened_at, game):
        at = _opened_for_all(game, participants)
        opened_at = {str(index): at for index in range(len(questions))}
    return [
        RevealedQuestion(
            question,
            opened_at[str(index)],
            game.limits_ms.get(str(index), question.time_limit * 1000),
        )
        for index, question in enumerate(questions)
    ]


def _opened_for_all(game: QuizSession, participants: Sequence[RecordedParticipant]) -> int:
    """A time at which all players were there already."""
    started_at = 0 if game.started_at is None else _milliseconds(game.started_at)
    if any(each.joined_at > started_at and each.answers for each in participants):
        raise Conflict(
            "record_incomplete",
            "An earlier release recorded this game without the times when its questions opened, "
            "so nobody can tell who joined a question late.",
        )
    return started_at


async def _participants(session: AsyncSession, session_id: UUID) -> list[RecordedParticipant]:
    answers = answers_by_participation(session_id)
    query = (
        select(QuizParticipation, QuizAttempt, answers.c.document)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .outerjoin(answers, answers.c.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id)
        .order_by(QuizParticipation.joined_at, QuizParticipation.player)
    )
    return [_participant(*row) for row in await session.execute(query)]


def _participant(
    seat: QuizParticipation, attempt: QuizAttempt | None, document: str | None
) -> RecordedParticipant:
    return RecordedParticipant(
        player=str(seat.player),
        nickname=seat.nickname,
        joined_at=_milliseconds(seat.joined_at),
        kicked=seat.kicked_at is not None,
        answers=decode_answers(document) if document else [],
        result=None if attempt is None else _result(attempt),
    )


def _result(attempt: QuizAttempt) -> RecordedResult:
    return RecordedResult(
        score=attempt.score,
        rank=attempt.rank,
        correct=attempt.correct_answers,
        answered=attempt.answered_questions,
        total_time_ms=attempt.total_time_ms,
        best_streak=attempt.best_streak,
        of=attempt.total_questions,
        performance_band=attempt.performance_band,
    )


def _milliseconds(at: datetime) -> int:
    """The time as rooms count it, exactly."""
    return round(at.timestamp() * 1000)
