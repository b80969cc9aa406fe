"""Reads finished games with everything that their points and places follow from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules import session_corrections as corrections
from game.rules.rescoring import (
    RecordedGame,
    RecordedParticipant,
    RecordedResult,
    RevealedQuestion,
)
from game.rules.rooms import RoomSettings
from persistence.models import Mode, QuizAttempt, QuizParticipation, QuizSession
from persistence.repositories import quiz_sessions, session_corrections
from persistence.repositories.results import answers_by_participation, decode_answers
from persistence.repositories.viewers import SESSIONS, Viewer

ROWS_AT_ONCE: Final = 500
"""How many players with all their answers are read at once, because they are large."""


class SessionName(NamedTuple):
    id: UUID
    title: str
    mode: Mode


async def sessions_after(
    session: AsyncSession, viewer: Viewer, after: UUID | None, limit: int
) -> Sequence[SessionName]:
    """The next sessions by id, oldest first, also those that have not ended."""
    query = (
        select(QuizSession.id, QuizSession.title, QuizSession.mode)
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


async def read(
    session: AsyncSession, viewer: Viewer, session_id: UUID, *, corrected: bool = False
) -> RecordedGame:
    """A finished game as it was played, or with `corrected` as its corrections left it.

    `homework.records` reads homework.

    Earlier releases did not record how long a missing answer counts, so the recorded times are
    taken as they are. They also did not record when a question opened, which matters only for
    players who joined after the first one.

    Raises:
        NotFound: `no_such_session`.
        Conflict: `session_running`, or `record_incomplete` if it cannot be known who joined late.
        msgspec.ValidationError: the questions, settings or answers are not what rooms have.
    """
    return await of_session(
        session, await quiz_sessions.get(session, viewer, session_id), corrected=corrected
    )


async def of_session(
    session: AsyncSession, game: QuizSession, *, corrected: bool = False
) -> RecordedGame:
    """The game of this session; raises what `read` does, except NotFound."""
    if game.ended_at is None:
        raise Conflict("session_running", "This game is still running.")
    participants = await _participants(session, game.id, corrected=corrected)
    revealed = _revealed(game, participants)
    if corrected:
        in_force = await session_corrections.in_force(session, game.id)
        revealed = corrections.apply(in_force, revealed)
    return RecordedGame(
        revealed=revealed,
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


async def _participants(
    session: AsyncSession, session_id: UUID, *, corrected: bool
) -> list[RecordedParticipant]:
    answers = answers_by_participation(session_id, corrected=corrected)
    values = session_corrections.results(session_id) if corrected else QuizAttempt.__table__
    query = (
        select(
            QuizParticipation.player,
            QuizParticipation.nickname,
            QuizParticipation.joined_at,
            QuizParticipation.kicked_at.is_not(None),
            answers.c.document,
            *(values.c[column] for column in RESULT_COLUMNS),
        )
        .outerjoin(values, values.c.participation_id == QuizParticipation.id)
        .outerjoin(answers, answers.c.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id)
        .order_by(QuizParticipation.joined_at, QuizParticipation.player)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return [_participant(*row) async for row in await session.stream(query)]


def _participant(
    player: UUID,
    nickname: str,
    joined_at: datetime,
    kicked: bool,  # noqa: FBT001  # a column
    answers: str | None,
    *result: int | str | None,
) -> RecordedParticipant:
    return RecordedParticipant(
        player=str(player),
        nickname=nickname,
        joined_at=_milliseconds(joined_at),
        kicked=kicked,
        answers=decode_answers(answers) if answers else [],
        result=None if result[0] is None else _result(result),
    )


def _result(values: Sequence[int | str | None]) -> RecordedResult:
    return msgspec.convert(dict(zip(RESULT_COLUMNS.values(), values, strict=True)), RecordedResult)


RESULT_COLUMNS: Mapping[str, str] = {
    "score": "score",
    "rank": "rank",
    "correct_answers": "correct",
    "answered_questions": "answered",
    "total_time_ms": "total_time_ms",
    "best_streak": "best_streak",
    "total_questions": "of",
    "performance_band": "performance_band",
}
"""The fields of `RecordedResult` by the columns that have them."""


def _milliseconds(at: datetime) -> int:
    """The time as rooms count it, exactly."""
    return round(at.timestamp() * 1000)
