"""Reads the results of a session, computed from its recorded answers and frozen questions."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules.questions import (
    Choice,
    Kind,
    Numeric,
    Question,
    Response,
    ShortAnswer,
    counts,
    is_scored,
    kind,
    reveal_also,
    reveal_key,
)
from game.rules.session_corrections import Correction, Corrections, corrected
from persistence.database import one_snapshot
from persistence.homework_deadlines import ranked
from persistence.models import Mode, QuizSession
from persistence.repositories import quiz_sessions, results, session_corrections
from persistence.repositories.homework import assignments
from persistence.repositories.homework.runs import assignment_of
from persistence.repositories.results import (
    OriginalResult,
    QuestionStatistics,
    RecordedPlayer,
    ResponseCount,
)
from server.auth.sign_ins import SignedIn
from server.live.protocol.values import Key


class SessionResult(Struct, frozen=True):
    """The session itself. `complete` is false while the room runs.

    `players` counts those who took part, without those who were kicked. `asked` is how many of the
    `questions` were revealed; these are always the first ones. `corrected_at` is when one of them
    was corrected last, null if no correction holds.
    """

    id: UUID
    mode: Mode
    title: str
    code: str
    started_at: datetime | None
    ended_at: datetime | None
    players: int
    questions: int
    asked: int
    complete: bool
    corrected_at: datetime | None


class OriginalGrade(Struct, frozen=True):
    """What an answer got in the game."""

    correct: bool | None
    points: int


class AnswerResult(Struct, frozen=True):
    """A player's answer to one question. `correct` is null in a poll, and if it was voided.

    `original` is null unless a correction changed the answer's grade.
    """

    question: int
    response: Response
    correct: bool | None
    points: int
    elapsed_ms: int
    original: OriginalGrade | None


class PlayerResult(Struct, frozen=True):
    """A player's row. `rank` is null until the end, and for players who were kicked.

    `answers` has an entry for each question in the same results, null if there is no answer. In
    `total_time_ms` a question without an answer counts with its whole time limit, including the
    host's extension. `original` is what the player ended the game with, null unless the session was
    corrected. Voided questions are in none of the figures.

    Of several `attempts` at a homework the answers are those of `counting_attempt`. Until the
    deadline `rank` is the place so far.
    """

    player: UUID
    nickname: str
    team: str | None
    score: int
    rank: int | None
    correct: int
    answered: int
    best_streak: int | None
    total_time_ms: int
    kicked: bool
    answers: list[AnswerResult | None]
    original: OriginalResult | None
    attempts: int = 1
    counting_attempt: int = 1


class QuestionCorrection(Struct, frozen=True):
    """What was corrected after the game, and when; `original_key` is the key that was played."""

    voided: bool
    original_key: Key
    at: datetime


class QuestionResult(Struct, frozen=True):
    """A question with statistics of its answers, without those of players who were kicked.

    `counts` are by choice id, for texts and numbers the ten most frequent ones, for orderings
    `right` and `wrong`. `points` is the most that the question was worth, `mean_points` the
    average. `correct_share`, `median_ms` and `mean_points` are null if nobody answered. `asked` is
    false if the game ended before the question was revealed; only the host sees such questions.
    `key` is the one that counts, `also` what a correction accepts beside it. A voided
    question has neither right answers nor points.
    """

    index: int
    asked: bool
    kind: Kind
    stem: str
    media: str | None
    explanation: str | None
    choices: list[Choice]
    key: Key
    also: list[Key]
    counts: dict[str, int]
    answered: int
    correct: int | None
    correct_share: float | None
    median_ms: int | None
    points: int
    mean_points: float | None
    correction: QuestionCorrection | None


class Results(Struct, frozen=True):
    """`players` are sorted by rank, those who were kicked last; `questions` by their order."""

    session: SessionResult
    players: list[PlayerResult]
    questions: list[QuestionResult]


async def read_results(db: AsyncSession, viewer: SignedIn, session_id: UUID) -> Results:
    """The results as this viewer may see them.

    The host gets everything that is recorded so far. A player who took part and was not kicked
    gets their own row and the questions that were revealed. The other questions may be asked in
    another game, so only the teacher sees their keys.

    Raises:
        NotFound: `no_such_session`.
        Conflict: `session_running`, for a player whose room is not over.
    """
    await one_snapshot(db)  # or half of it would be from before a correction
    try:
        session = await quiz_sessions.get(db, viewer, session_id)
    except NotFound:
        return await _read_own(db, viewer, session_id)
    questions = quiz_sessions.frozen_questions(session)
    return await _put_together(db, viewer, session, questions)


async def _read_own(db: AsyncSession, viewer: SignedIn, session_id: UUID) -> Results:
    session = await quiz_sessions.get_played(db, viewer, session_id)
    if session.ended_at is None:
        raise Conflict("session_running", "The results are available when the room is over.")
    revealed = quiz_sessions.frozen_questions(session)[: session.revealed_questions]
    return await _put_together(db, viewer, session, revealed)


def _limits_ms(
    session: QuizSession, questions: Sequence[Question], corrections: Corrections
) -> list[int | None]:
    """The time limits of the revealed questions, with extensions, as the room used them.

    A voided question has none.
    """
    revealed = questions[: session.revealed_questions]
    return [
        None
        if _is_voided(corrections, index)
        else session.limits_ms.get(str(index), question.time_limit * 1000)
        for index, question in enumerate(revealed)
    ]


def _is_voided(corrections: Corrections, question: int) -> bool:
    return question in corrections and corrections[question].voids


async def _put_together(
    db: AsyncSession, viewer: SignedIn, session: QuizSession, questions: Sequence[Question]
) -> Results:
    corrections = await session_corrections.in_force(db, session.id)
    is_corrected = bool(corrections)
    limits_ms = _limits_ms(session, questions, corrections)
    players = await results.players(db, viewer, session.id, limits_ms, corrected=is_corrected)
    figures = {
        found.question: found
        for found in await results.questions(db, session.id, corrected=is_corrected)
    }
    responses = defaultdict[int, list[ResponseCount]](list)
    for given in await results.responses(db, session.id):
        responses[given.question].append(given)
    return Results(
        session=SessionResult(
            id=session.id,
            mode=session.mode,
            title=session.title,
            code=session.access_code,
            started_at=session.started_at or session.opens_at,
            ended_at=session.ended_at,
            players=await results.count_players(db, session.id),
            questions=len(session.questions),
            asked=session.revealed_questions,
            complete=session.ended_at is not None,
            corrected_at=max((each.at for each in corrections.values()), default=None),
        ),
        players=await _with_attempts(
            db, session, [_player(player, len(questions), corrections) for player in players]
        ),
        questions=[
            _question(
                index,
                question,
                responses[index],
                figures.get(index),
                asked=index < session.revealed_questions,
                correction=corrections.get(index),
            )
            for index, question in enumerate(questions)
        ],
    )


async def _with_attempts(
    db: AsyncSession, session: QuizSession, players: list[PlayerResult]
) -> list[PlayerResult]:
    """The rows of a homework with the attempts, and with the places so far while it is open."""
    if session.mode == "live":
        return players
    started = await assignments.student_runs(db, session.id)
    numbers = Counter(each.player for each in started)
    finished = [each for each in started if each.run.finished_at is not None]
    so_far = {
        UUID(each.player): (each.result, place)
        for _, each, place in await ranked(assignment_of(session), finished)
    }
    placed = []
    for player in players:
        result, place = so_far.get(player.player, (None, None))
        changes: dict[str, Any] = {"attempts": numbers[player.player]}  # Any: values of fields
        if result is not None:
            changes["counting_attempt"] = result.number
            if session.ended_at is None:
                changes |= {"rank": place, "score": result.score, "correct": result.correct}
        placed.append(replace(player, **changes))
    return sorted(placed, key=lambda player: (player.kicked, player.rank is None, player.rank or 0))


def _player(recorded: RecordedPlayer, of: int, corrections: Corrections) -> PlayerResult:
    answers: list[AnswerResult | None] = [None] * of
    for answer in recorded.answers:
        answers[answer.question] = AnswerResult(
            answer.question,
            answer.response,
            answer.correct,
            answer.points,
            answer.elapsed_ms,
            None if answer.original is None else OriginalGrade(*astuple(answer.original)),
        )
    voided = sum(_is_voided(corrections, answer.question) for answer in recorded.answers)
    return PlayerResult(
        player=recorded.player,
        nickname=recorded.nickname,
        team=recorded.team,
        score=recorded.score,
        rank=recorded.rank,
        correct=recorded.correct,
        answered=len(recorded.answers) - voided,
        best_streak=recorded.best_streak,
        total_time_ms=recorded.total_time_ms,
        kicked=recorded.kicked,
        answers=answers,
        original=recorded.original,
    )


def _question(  # noqa: PLR0913  # everything that is known of a question
    index: int,
    played: Question,
    given: Sequence[ResponseCount],
    figures: QuestionStatistics | None,
    *,
    asked: bool,
    correction: Correction | None,
) -> QuestionResult:
    question = corrected(correction, played)
    voided = correction is not None and correction.voids
    answered = figures.answered if figures else 0
    responses = chain.from_iterable(repeat(each.response, each.times) for each in given)
    correct = (figures.correct if figures else 0) if is_scored(question) and not voided else None
    return QuestionResult(
        index=index,
        asked=asked,
        kind=kind(question),
        stem=question.stem,
        media=question.media,
        explanation=question.explanation,
        choices=[] if isinstance(question, ShortAnswer | Numeric) else list(question.choices),
        key=reveal_key(question),
        also=reveal_also(question),
        counts=counts(question, responses),
        answered=answered,
        correct=correct,
        correct_share=correct / answered if correct is not None and answered else None,
        median_ms=figures.median_ms if figures else None,
        points=question.points,
        mean_points=figures.mean_points if figures and not voided else None,
        correction=None
        if correction is None
        else QuestionCorrection(voided, reveal_key(played), correction.at),
    )
