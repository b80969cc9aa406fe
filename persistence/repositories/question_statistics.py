"""Statistics of questions, computed from all recorded answers.

A question and its copies share their statistics, as far as they belong to the same teacher: what is
asked is a copy of what is in the bank. Answers of kicked players and to voided questions do not
count, and a corrected key grades as in the results. Of a homework the first attempts count, because
later ones know the questions.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from uuid_utils.compat import uuid7

from game.rules.question_statistics import (
    Asked,
    ChosenWrong,
    Figures,
    chosen_wrong,
    correlation,
    wording,
)
from game.rules.questions import Question as PlayedQuestion
from game.rules.questions import Response
from game.rules.session_corrections import Correction, corrected
from persistence.models import Question, QuestionAttempt, QuestionStatistics, Quiz, QuizSession
from persistence.repositories import jobs
from persistence.repositories.viewers import OWN_QUIZZES, QUESTIONS, Viewer

JOB: Final = "compute_question_statistics"
"""The name of the job in server/jobs/question_statistics.py."""

LOCK: Final = 0x6B756973_71737461
"""The key of the advisory lock of those who compute."""

# A family is everything that was copied from one question, and belongs to one teacher.
FAMILIES = """
    WITH RECURSIVE up AS (
        SELECT id, source_id FROM questions WHERE id = ANY(:ids)
         UNION
        SELECT q.id, q.source_id FROM up JOIN questions q ON q.id = up.source_id),
    down AS (
        SELECT id AS root, id FROM up WHERE source_id IS NULL
         UNION
        SELECT down.root, q.id FROM down JOIN questions q ON q.source_id = down.id),
    members AS (
        SELECT down.id, down.root, COALESCE(q.teacher_id, z.teacher_id) AS owner
          FROM down JOIN questions q ON q.id = down.id LEFT JOIN quizzes z ON z.id = q.quiz_id),
    families AS (
        SELECT DISTINCT root, owner FROM members WHERE id = ANY(:ids)),
    given AS (
        SELECT f.root, f.owner, a.session_id, a.question_index, a.response, a.time_taken_ms,
               CASE WHEN ar.id IS NULL THEN a.is_correct ELSE ar.is_correct END AS is_correct,
               -- A result belongs to the attempt at a homework that counts.
               CASE WHEN COALESCE(rr.counting_run, p.counting_run) = 1
                    THEN COALESCE(rr.correct_answers, r.correct_answers) END AS all_correct,
               COALESCE(rr.total_questions, r.total_questions) AS all_questions
          FROM families f
          JOIN members m ON m.root = f.root AND m.owner = f.owner
          JOIN question_attempts a ON a.question_id = m.id AND a.run = 1
          JOIN quiz_sessions s ON s.id = a.session_id AND s.ended_at IS NOT NULL
          JOIN quiz_participations p ON p.id = a.participation_id AND p.kicked_at IS NULL
          LEFT JOIN question_attempt_rescores ar ON ar.attempt_id = a.id
          LEFT JOIN quiz_attempts r ON r.participation_id = a.participation_id
          LEFT JOIN quiz_attempt_rescores rr ON rr.attempt_id = r.id
         WHERE NOT EXISTS (
               SELECT FROM session_corrections c
                WHERE c.session_id = a.session_id AND c.question_index = a.question_index
                  AND c.action = 'void' AND NOT EXISTS (
                      SELECT FROM session_corrections l WHERE l.replaces_id = c.id)))
"""

MEMBERS = text(f"""{FAMILIES}
    SELECT m.root, m.owner, m.id FROM families f
      JOIN members m ON m.root = f.root AND m.owner = f.owner
""")  # noqa: S608  # our own text

FIGURES = text(f"""{FAMILIES}
    SELECT root, owner, count(DISTINCT session_id) AS asked, count(*) AS answers,
           count(*) FILTER (WHERE is_correct) AS correct, count(is_correct) AS judged,
           -- In whole millionths, whose sums are exact: equal shares have no correlation.
           corr(is_correct::int,
                round(1e6 * (all_correct - is_correct::int) / NULLIF(all_questions - 1, 0))
           ) AS discrimination,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY time_taken_ms)::int AS median_ms
      FROM given GROUP BY root, owner
""")  # noqa: S608  # the same

RESPONSES = text(f"""{FAMILIES},
    counted AS (
        SELECT root, owner, session_id, question_index, response, count(*) AS times
          FROM given GROUP BY root, owner, session_id, question_index, response)
    SELECT c.root, c.owner, s.questions -> c.question_index AS question, k.key, k.also,
           k.created_at,
           json_agg(json_build_array(c.response, c.times))::text AS responses
      FROM counted c
      JOIN quiz_sessions s ON s.id = c.session_id
      LEFT JOIN session_corrections k ON k.session_id = c.session_id
       AND k.question_index = c.question_index AND k.action = 'key' AND NOT EXISTS (
           SELECT FROM session_corrections l WHERE l.replaces_id = k.id)
     GROUP BY c.root, c.owner, s.id, c.question_index, k.key, k.also, k.created_at
""")  # noqa: S608  # the same

Family = tuple[UUID, UUID]
_decode_responses = msgspec.json.Decoder(list[tuple[Response, int]]).decode


class StoredStatistics(NamedTuple):
    """A question as it is written now, with its statistics; None if there are none yet."""

    question: Question
    statistics: QuestionStatistics | None


async def of_questions(
    session: AsyncSession, viewer: Viewer, ids: Iterable[UUID]
) -> Sequence[StoredStatistics]:
    """Those of these questions that are the viewer's own, in the bank or in quizzes.

    Not those of shared quizzes: the figures are of all games of their owner, also with other
    quizzes that are not shared.
    """
    quizzes = select(Quiz.id).where(OWN_QUIZZES.visible_to(viewer))
    query = (
        select(Question, QuestionStatistics)
        .outerjoin(QuestionStatistics, QuestionStatistics.question_id == Question.id)
        .where(
            Question.id.in_(list(ids)),
            or_(QUESTIONS.visible_to(viewer), Question.quiz_id.in_(quizzes)),
        )
        .options(selectinload(Question.choices))
    )
    return [StoredStatistics(*row) for row in await session.execute(query)]


async def recompute_soon(session: AsyncSession, session_ids: Iterable[UUID]) -> None:
    """Enqueue the job that computes the questions of these sessions, which have changed."""
    for id_ in session_ids:
        payload = msgspec.json.encode({"job": JOB, "session": str(id_)})
        await jobs.enqueue(session, JOB, payload)


async def questions_of(session: AsyncSession, session_id: UUID) -> Sequence[UUID]:
    """The questions that were answered in a session and still exist."""
    query = (
        select(QuestionAttempt.question_id)
        .distinct()
        .where(QuestionAttempt.session_id == session_id, QuestionAttempt.question_id.is_not(None))
    )
    return [id_ for id_ in await session.scalars(query) if id_ is not None]


async def outdated_sessions(session: AsyncSession, since: timedelta, limit: int) -> Sequence[UUID]:
    """Sessions that have ended lately, or whose questions have no statistics, the latest first."""
    missing = (
        select(QuestionAttempt.id)
        .outerjoin(
            QuestionStatistics, QuestionStatistics.question_id == QuestionAttempt.question_id
        )
        .where(
            QuestionAttempt.session_id == QuizSession.id,
            QuestionAttempt.question_id.is_not(None),
            QuestionStatistics.id.is_(None),
        )
    )
    query = (
        select(QuizSession.id)
        .where(
            QuizSession.ended_at.is_not(None),
            (QuizSession.ended_at > func.now() - since) | missing.exists(),
        )
        .order_by(QuizSession.id.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def compute(session: AsyncSession, question_ids: Sequence[UUID]) -> None:
    """Compute and store the statistics of these questions, and of what shares them.

    One transaction at a time, so that none overwrites what a later one has seen.
    """
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    given = {"ids": list(question_ids)}
    asked = defaultdict[Family, list[Asked]](list)
    for row in await session.execute(RESPONSES, given):
        asked[row.root, row.owner].append(
            _asked(row.question, row.key, row.also, row.created_at, row.responses)
        )
        await asyncio.sleep(0)  # the worker records games meanwhile
    figures: dict[Family, Figures] = {}
    for row in await session.execute(FIGURES, given):
        figures[row.root, row.owner] = _figures(row, asked[row.root, row.owner])
        await asyncio.sleep(0)
    nothing = Figures(0, 0, None, None, None, None, {})
    members = (await session.execute(MEMBERS, given)).all()
    await _store(session, {row.id: figures.get((row.root, row.owner), nothing) for row in members})


def _asked(
    question: object,
    key: object,
    also: Sequence[object] | None,
    corrected_at: datetime,
    responses: str,
) -> Asked:
    played: PlayedQuestion = msgspec.convert(question, PlayedQuestion)
    correction = None if key is None else Correction(key, corrected_at, tuple(also or ()))
    return Asked(corrected(correction, played), _decode_responses(responses))


def _figures(row: Row[Any], asked: Sequence[Asked]) -> Figures:
    by_wording = defaultdict[str, int](int)
    for each in asked:
        by_wording[wording(each.question)] += sum(times for _, times in each.responses)
    return Figures(
        asked=row.asked,
        answers=row.answers,
        correct=row.correct if row.judged else None,
        discrimination=correlation(row.discrimination),
        median_ms=row.median_ms,
        wrong=chosen_wrong(asked),
        by_wording=dict(by_wording),
    )


async def _store(session: AsyncSession, figures: Mapping[UUID, Figures]) -> None:
    # In the order of ids, so that two jobs cannot deadlock.
    rows = [_row(id_, figures[id_]) for id_ in sorted(figures)]
    if not rows:
        return
    statement = insert(QuestionStatistics).values(rows)
    changed = {
        name: statement.excluded[name] for name in rows[0] if name not in {"id", "question_id"}
    }
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["question_id"], set_={**changed, "updated_at": func.clock_timestamp()}
        )
    )


def _row(question_id: UUID, figures: Figures) -> dict[str, object]:
    wrong = figures.wrong
    return {
        "id": uuid7(),
        "question_id": question_id,
        "asked": figures.asked,
        "answers": figures.answers,
        "correct": figures.correct,
        "discrimination": figures.discrimination,
        "median_ms": figures.median_ms,
        "wrong_text": wrong.text if wrong else None,
        "wrong_times": wrong.times if wrong else None,
        "right_times": wrong.right_times if wrong else None,
        "by_wording": figures.by_wording,
    }


def figures_of(row: QuestionStatistics | None) -> Figures:
    if row is None:
        return Figures(0, 0, None, None, None, None, {})
    wrong = None
    if row.wrong_text is not None and row.wrong_times is not None and row.right_times is not None:
        wrong = ChosenWrong(row.wrong_text, row.wrong_times, row.right_times)
    return Figures(
        asked=row.asked,
        answers=row.answers,
        correct=row.correct,
        discrimination=row.discrimination,
        median_ms=row.median_ms,
        wrong=wrong,
        by_wording=row.by_wording,
    )
