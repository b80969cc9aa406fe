"""Queries of results: rankings, answers, statistics of questions, and a student's history.

The database aggregates the answers of each player into one JSON document. So a session with
thousands of players and dozens of questions is read in one go, without an ORM object per answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import CTE, Float, Integer, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.questions import Response
from game.rules.rescoring import RecordedAnswer
from persistence.models import QuestionAttempt, QuizAttempt, QuizParticipation, QuizSession
from persistence.repositories import pagination
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import RESULTS, Viewer, took_part


class RecordedPlayer(msgspec.Struct, frozen=True):
    """A participant. `rank` and `best_streak` are None before the end, and for kicked players.

    `answers` are sorted by question. `total_time_ms` counts a question without an answer with its
    whole time limit, including the host's extension.
    """

    player: UUID
    user_id: UUID | None
    nickname: str
    team: str | None
    kicked: bool
    rank: int | None
    score: int
    correct: int
    best_streak: int | None
    total_time_ms: int
    answers: list[RecordedAnswer]


class QuestionStatistics(NamedTuple):
    """Statistics of the answers to one question; in a poll none is correct."""

    question: int
    answered: int
    correct: int
    median_ms: int
    mean_points: float


class ResponseCount(NamedTuple):
    """A response to a question, and how many players gave it."""

    question: int
    response: Response
    times: int


class PastSession(msgspec.Struct, frozen=True):
    """A session that a student took part in. The last four fields are null without a result.

    That is so before the end, and if the room was lost.
    """

    session: UUID
    title: str
    nickname: str
    played_at: datetime
    players: int
    score: int | None
    rank: int | None
    correct: int | None
    of: int | None


decode_answers = msgspec.json.Decoder(list[RecordedAnswer]).decode


async def players(
    session: AsyncSession, viewer: Viewer, session_id: UUID, limits_ms: Sequence[int]
) -> list[RecordedPlayer]:
    """The participants by rank, kicked ones last; before the end by the room's present ranking.

    The host gets all of them, a player only their own row. `limits_ms` has the time of each
    revealed question that a missing answer counts with.
    """
    answers = answers_by_participation(session_id)
    query = (
        select(
            QuizParticipation.player,
            QuizParticipation.user_id,
            QuizParticipation.nickname,
            QuizParticipation.team,
            QuizParticipation.kicked_at.is_not(None),
            QuizAttempt.rank,
            QuizAttempt.score,
            QuizAttempt.best_streak,
            QuizAttempt.total_time_ms,
            answers.c.document,
        )
        .select_from(QuizParticipation)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .outerjoin(answers, answers.c.participation_id == QuizParticipation.id)
        .where(QuizParticipation.session_id == session_id, RESULTS.visible_to(viewer))
        .order_by(QuizParticipation.joined_at, QuizParticipation.player)
    )
    recorded = [_player(limits_ms, *row) for row in await session.execute(query)]
    return sorted(recorded, key=_place)


async def count_players(session: AsyncSession, session_id: UUID) -> int:
    """How many players took part, without those who were kicked."""
    query = select(func.count(QuizParticipation.id)).where(
        QuizParticipation.session_id == session_id, QuizParticipation.kicked_at.is_(None)
    )
    return (await session.execute(query)).scalar_one()


async def questions(session: AsyncSession, session_id: UUID) -> list[QuestionStatistics]:
    """Statistics of the answered questions, in order, without the answers of kicked players."""
    median = func.percentile_cont(0.5).within_group(QuestionAttempt.time_taken_ms)
    # A subquery, because PostgreSQL plans a join badly while it has no statistics of the tables.
    kicked = select(QuizParticipation.id).where(
        QuizParticipation.session_id == session_id, QuizParticipation.kicked_at.is_not(None)
    )
    query = (
        select(
            QuestionAttempt.question_index,
            func.count(),
            func.count().filter(QuestionAttempt.is_correct.is_(True)),
            cast(median, Integer),
            cast(func.avg(QuestionAttempt.points), Float),
        )
        .where(
            QuestionAttempt.session_id == session_id,
            QuestionAttempt.participation_id.not_in(kicked),
        )
        .group_by(QuestionAttempt.question_index)
        .order_by(QuestionAttempt.question_index)
    )
    return [QuestionStatistics(*row) for row in await session.execute(query)]


async def responses(session: AsyncSession, session_id: UUID) -> list[ResponseCount]:
    """The number of times that each response was given, without those of kicked players."""
    query = (
        select(QuestionAttempt.question_index, QuestionAttempt.response, func.count())
        .join(QuizParticipation, QuizParticipation.id == QuestionAttempt.participation_id)
        .where(QuestionAttempt.session_id == session_id, QuizParticipation.kicked_at.is_(None))
        .group_by(QuestionAttempt.question_index, QuestionAttempt.response)
    )
    return [
        ResponseCount(index, msgspec.convert(response, Response), times)
        for index, response, times in await session.execute(query)
        if index is not None
    ]


async def history(
    session: AsyncSession, viewer: Viewer, page: int, page_size: int
) -> Page[PastSession]:
    """The sessions that the viewer played in, newest first, without those with a kick."""
    others = aliased(QuizParticipation)
    players = select(func.count(others.id)).where(
        others.session_id == QuizParticipation.session_id, others.kicked_at.is_(None)
    )
    past = (
        select(
            QuizParticipation.session_id,
            QuizSession.title,
            QuizParticipation.nickname,
            QuizParticipation.joined_at,
            players.scalar_subquery(),
            QuizAttempt.score,
            QuizAttempt.rank,
            QuizAttempt.correct_answers,
            QuizAttempt.total_questions,
        )
        .join(QuizSession, QuizSession.id == QuizParticipation.session_id)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .where(took_part(viewer))
        .order_by(QuizParticipation.joined_at.desc(), QuizParticipation.id.desc())
    )
    rows = await session.execute(pagination.paginate(past, page, page_size))
    total = await pagination.count(session, past.with_only_columns(QuizParticipation.id))
    return Page([PastSession(*row) for row in rows], total)


def answers_by_participation(session_id: UUID) -> CTE:
    """The answers of each participation, as one document for `decode_answers`."""
    answer = func.json_build_array(
        QuestionAttempt.question_index,
        QuestionAttempt.response,
        QuestionAttempt.is_correct,
        QuestionAttempt.points,
        QuestionAttempt.time_taken_ms,
    )
    in_order = aggregate_order_by(answer, QuestionAttempt.question_index)
    return (
        select(
            QuestionAttempt.participation_id,
            cast(func.json_agg(in_order), Text).label("document"),
        )
        .where(QuestionAttempt.session_id == session_id)
        .group_by(QuestionAttempt.participation_id)
        .cte("answers")
    )


def _player(  # noqa: PLR0913, PLR0917  # one a column
    limits_ms: Sequence[int],
    player: UUID,
    user_id: UUID | None,
    nickname: str,
    team: str | None,
    kicked: bool,  # noqa: FBT001  # a column
    rank: int | None,
    score: int | None,
    best_streak: int | None,
    total_time_ms: int | None,
    document: str | None,
) -> RecordedPlayer:
    answers = decode_answers(document) if document else []
    return RecordedPlayer(
        player=player,
        user_id=user_id,
        nickname=nickname,
        team=team,
        kicked=kicked,
        rank=rank,
        score=sum(answer.points for answer in answers) if score is None else score,
        correct=sum(answer.correct is True for answer in answers),
        best_streak=best_streak,
        total_time_ms=_total_time_ms(answers, limits_ms)
        if total_time_ms is None
        else total_time_ms,
        answers=answers,
    )


def _total_time_ms(answers: Sequence[RecordedAnswer], limits_ms: Sequence[int]) -> int:
    took = dict(enumerate(limits_ms)) | {each.question: each.elapsed_ms for each in answers}
    return sum(took.values())


def _place(player: RecordedPlayer) -> tuple[bool, int, int, int, int]:
    """The sort key of a player: the rank, or before the end the order of `game.rules.scoring.rank`.

    Players with equal keys stay sorted by the time when they joined.
    """
    return (
        player.kicked,
        player.rank or 0,
        -player.score,
        -player.correct,
        player.total_time_ms,
    )
