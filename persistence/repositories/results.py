"""Queries of results: rankings, answers, statistics of questions, and a student's history.

The database aggregates the answers of each player into one JSON document. So a session with
thousands of players and dozens of questions is read in one go, without an ORM object per answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import CTE, Float, Integer, Text, case, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.rules.questions import Response
from game.rules.rescoring import RecordedAnswer
from persistence.models import (
    Card,
    Mode,
    QuestionAttempt,
    QuizAttempt,
    QuizAttemptRescore,
    QuizParticipation,
    QuizSession,
)
from persistence.repositories import pagination, session_corrections
from persistence.repositories.homework.counting import counts
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import RESULTS, Viewer, took_part


class Grade(msgspec.Struct, frozen=True, array_like=True):
    """Whether an answer was right, and its points."""

    correct: bool | None
    points: int


class CountedAnswer(RecordedAnswer, frozen=True, array_like=True):
    """An answer as it counts; `original` has what the room recorded, if that is something else."""

    original: Grade | None = None


class OriginalResult(msgspec.Struct, frozen=True):
    """What a player had at the end of the game, before it was corrected."""

    score: int
    rank: int
    correct: int


class RecordedPlayer(msgspec.Struct, frozen=True):
    """A participant. `rank` and `best_streak` are None before the end, and for kicked players.

    `answers` are sorted by question. `total_time_ms` counts a question without an answer with its
    whole time limit, including the host's extension. `original` is None unless the session was
    corrected.
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
    answers: list[CountedAnswer]
    original: OriginalResult | None


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
    """A session that a student took part in. An open homework goes on at its code.

    The result, from `score` to `of`, is null before the end, and if the room was lost. `original`
    is what the game ended with, if it was corrected at `corrected_at`. `cards` is how many of the
    student's cards were made from it.
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
    mode: Mode
    code: str
    ended_at: datetime | None
    cards: int
    corrected_at: datetime | None = None
    original: OriginalResult | None = None


decode_answers = msgspec.json.Decoder(list[CountedAnswer]).decode


async def players(
    session: AsyncSession,
    viewer: Viewer,
    session_id: UUID,
    limits_ms: Sequence[int | None],
    *,
    corrected: bool = False,
) -> list[RecordedPlayer]:
    """The participants by rank, kicked ones last; before the end by the room's present ranking.

    The host gets all of them, a player only their own row. `limits_ms` has the time of each
    revealed question that a missing answer counts with, None if it was voided. `corrected` says
    whether a correction is in force.
    """
    answers = answers_by_participation(session_id, corrected=corrected)
    counts = session_corrections.results(session_id) if corrected else QuizAttempt.__table__
    query = (
        select(
            QuizParticipation.player,
            QuizParticipation.user_id,
            QuizParticipation.nickname,
            QuizParticipation.team,
            QuizParticipation.kicked_at.is_not(None),
            counts.c.rank,
            counts.c.score,
            counts.c.best_streak,
            counts.c.total_time_ms,
            answers.c.document,
            *(
                (counts.c.original_score, counts.c.original_rank, counts.c.original_correct)
                if corrected
                else ()
            ),
        )
        .select_from(QuizParticipation)
        .outerjoin(counts, counts.c.participation_id == QuizParticipation.id)
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


async def questions(
    session: AsyncSession, session_id: UUID, *, corrected: bool = False
) -> list[QuestionStatistics]:
    """Statistics of the answered questions, in order, without the answers of kicked players."""
    given: Any = session_corrections.answers(session_id).c if corrected else QuestionAttempt
    median = func.percentile_cont(0.5).within_group(given.time_taken_ms)
    # A subquery, because PostgreSQL plans a join badly while it has no statistics of the tables.
    kicked = select(QuizParticipation.id).where(
        QuizParticipation.session_id == session_id, QuizParticipation.kicked_at.is_not(None)
    )
    query = (
        select(
            given.question_index,
            func.count(),
            func.count().filter(given.is_correct.is_(True)),
            cast(median, Integer),
            cast(func.avg(given.points), Float),
        )
        .where(given.participation_id.not_in(kicked))
        .group_by(given.question_index)
        .order_by(given.question_index)
    )
    if not corrected:
        query = query.where(QuestionAttempt.session_id == session_id, counts(session_id))
    return [QuestionStatistics(*row) for row in await session.execute(query)]


async def responses(session: AsyncSession, session_id: UUID) -> list[ResponseCount]:
    """The number of times that each response was given, without those of kicked players."""
    query = (
        select(QuestionAttempt.question_index, QuestionAttempt.response, func.count())
        .join(QuizParticipation, QuizParticipation.id == QuestionAttempt.participation_id)
        .where(
            QuestionAttempt.session_id == session_id,
            QuizParticipation.kicked_at.is_(None),
            counts(session_id),
        )
        .group_by(QuestionAttempt.question_index, QuestionAttempt.response)
    )
    return [
        ResponseCount(index, msgspec.convert(response, Response), times)
        for index, response, times in await session.execute(query)
        if index is not None
    ]


PAST = ("score", "rank", "correct_answers", "total_questions")


async def history(
    session: AsyncSession, viewer: Viewer, page: int, page_size: int
) -> Page[PastSession]:
    """The sessions that the viewer played in, newest first, without those with a kick."""
    others = aliased(QuizParticipation)
    players = select(func.count(others.id)).where(
        others.session_id == QuizParticipation.session_id, others.kicked_at.is_(None)
    )
    cards = select(func.count(Card.id)).where(
        Card.session_id == QuizParticipation.session_id, Card.user_id == viewer.user_id
    )
    past = (
        select(
            QuizParticipation.session_id,
            QuizSession.title,
            QuizParticipation.nickname,
            QuizParticipation.joined_at,
            players.scalar_subquery(),
            *(
                func.coalesce(getattr(QuizAttemptRescore, name), getattr(QuizAttempt, name))
                for name in PAST
            ),
            QuizSession.mode,
            QuizSession.access_code,
            QuizSession.ended_at,
            cards.scalar_subquery(),
            QuizAttemptRescore.created_at,
            *(getattr(QuizAttempt, name) for name in PAST[:3]),
        )
        .join(QuizSession, QuizSession.id == QuizParticipation.session_id)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .outerjoin(QuizAttemptRescore, QuizAttemptRescore.attempt_id == QuizAttempt.id)
        .where(took_part(viewer))
        .order_by(QuizParticipation.joined_at.desc(), QuizParticipation.id.desc())
    )
    return await pagination.page(session, past, page, page_size, _past)


def _past(*row: Any) -> PastSession:  # noqa: ANN401  # the columns of `history`
    *values, corrected_at, score, rank, correct = row
    original = None if corrected_at is None else OriginalResult(score, rank, correct)
    return PastSession(*[*values, corrected_at, original])


def answers_by_participation(session_id: UUID, *, corrected: bool = False) -> CTE:
    """The answers of each participation, as one document for `decode_answers`.

    As the room recorded them, or with `corrected` as they count now.
    """
    given: Any = session_corrections.answers(session_id).c if corrected else QuestionAttempt
    values = [
        given.question_index,
        given.response,
        given.is_correct,
        given.points,
        given.time_taken_ms,
    ]
    if corrected:
        recorded = func.json_build_array(given.recorded_correct, given.recorded_points)
        values.append(case((given.was_rescored, recorded)))
    in_order = aggregate_order_by(func.json_build_array(*values), given.question_index)
    query = select(
        given.participation_id,
        cast(func.json_agg(in_order), Text).label("document"),
    ).group_by(given.participation_id)
    if not corrected:
        query = query.where(QuestionAttempt.session_id == session_id, counts(session_id))
    return query.cte("answers")


def _player(  # noqa: PLR0913, PLR0917  # one a column
    limits_ms: Sequence[int | None],
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
    *original: int | None,
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
        original=_original(*original),
    )


def _original(
    score: int | None = None, rank: int | None = None, correct: int | None = None
) -> OriginalResult | None:
    if score is None or rank is None or correct is None:
        return None
    return OriginalResult(score, rank, correct)


def _total_time_ms(answers: Sequence[RecordedAnswer], limits_ms: Sequence[int | None]) -> int:
    took = {each.question: each.elapsed_ms for each in answers}
    return sum(
        took.get(question, limit_ms)
        for question, limit_ms in enumerate(limits_ms)
        if limit_ms is not None
    )


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
