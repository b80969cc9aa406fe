"""Statistics of questions, merged from what all sessions add (`session_question_statistics`).

A question and its copies share their statistics, as far as they belong to the same teacher: what is
asked is a copy of what is in the bank.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from uuid_utils.compat import uuid7

from game.rules.question_statistics import (
    ChoiceCounts,
    ChosenWrong,
    Figures,
    Sums,
    chosen_wrong,
    correlation,
    median_ms,
)
from persistence.models import (
    Question,
    QuestionAttempt,
    QuestionStatistics,
    Quiz,
    QuizSession,
    SessionQuestionStatistics,
)
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
        SELECT root, owner, row_number() OVER () AS family
          FROM members WHERE id = ANY(:ids) GROUP BY root, owner),
    related AS (
        SELECT family, id FROM members JOIN families USING (root, owner))
"""

MERGED = text(f"""{FAMILIES},
    parts AS MATERIALIZED (
        SELECT family, s.* FROM related r
          JOIN session_question_statistics s ON s.question_id = r.id AND s.answers > 0),
    sums AS (
        SELECT family, count(*) AS asked, sum(answers) AS answers, sum(correct) AS correct,
               sum(compared) AS compared, sum(compared_correct) AS compared_correct,
               sum(shares) AS shares, sum(squared_shares) AS squared_shares,
               sum(correct_shares) AS correct_shares
          FROM parts GROUP BY family),
    counted AS (
        SELECT family, 'times' AS what, key, sum(value::int) AS times
          FROM parts, jsonb_each_text(time_steps) GROUP BY family, key
         UNION ALL
        SELECT family, 'wrong', key, sum(value::int)
          FROM parts, jsonb_each_text(wrong_choices) GROUP BY family, key
         UNION ALL
        SELECT family, 'right', key, sum(value::int)
          FROM parts, jsonb_each_text(right_choices) GROUP BY family, key
         UNION ALL
        SELECT family, 'wordings', wording, sum(answers) FROM parts GROUP BY family, wording),
    maps AS (
        SELECT family, json_object_agg(what, counts)::text AS counts FROM (
            SELECT family, what, json_object_agg(key, times) AS counts
              FROM counted GROUP BY family, what) AS by_what
         GROUP BY family)
    SELECT sums.*, maps.counts, ARRAY(SELECT id FROM related r WHERE r.family = sums.family) AS ids
      FROM sums JOIN maps USING (family)
""")  # noqa: S608  # our own text

MEMBERS = text(f"{FAMILIES} SELECT id FROM related")  # noqa: S608  # the same

# A question of a quiz is asked in sessions of this quiz only.
LACKING = text(f"""{FAMILIES}
    SELECT s.id FROM quiz_sessions s
     WHERE s.quiz_id IN (SELECT q.quiz_id FROM related m JOIN questions q ON q.id = m.id)
       AND s.ended_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM session_question_statistics p WHERE p.session_id = s.id)
       AND EXISTS (SELECT FROM question_attempts a WHERE a.session_id = s.id)
     ORDER BY s.id
""")  # noqa: S608  # the same

NOTHING: Final = Figures(0, 0, None, None, None, None, {})


class _Counts(Struct):
    """Counts of all sessions together: of times by their step, and by texts and wordings."""

    times: dict[int, int] = {}
    wrong: dict[str, int] = {}
    right: dict[str, int] = {}
    wordings: dict[str, int] = {}


_decode_counts = msgspec.json.Decoder(_Counts).decode


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
    """The questions of a session whose answers were counted and which still exist."""
    query = select(SessionQuestionStatistics.question_id).where(
        SessionQuestionStatistics.session_id == session_id,
        SessionQuestionStatistics.question_id.is_not(None),
    )
    return [id_ for id_ in await session.scalars(query) if id_ is not None]


async def outdated_sessions(session: AsyncSession, since: timedelta, limit: int) -> Sequence[UUID]:
    """Sessions that have ended lately, or whose answers were never counted, the latest first."""
    counted = exists().where(SessionQuestionStatistics.session_id == QuizSession.id)
    answered = exists().where(QuestionAttempt.session_id == QuizSession.id)
    query = (
        select(QuizSession.id)
        .where(
            QuizSession.ended_at.is_not(None),
            (QuizSession.ended_at > func.now() - since) | (~counted & answered),
        )
        .order_by(QuizSession.id.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def lacking_sessions(session: AsyncSession, question_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Sessions with these questions, or copies of them, whose answers were never counted.

    Those are games from before an upgrade.
    """
    return (await session.scalars(LACKING, {"ids": list(question_ids)})).all()


async def merge(session: AsyncSession, question_ids: Sequence[UUID]) -> None:
    """Compute and store the statistics of these questions, and of what shares them.

    One transaction at a time, so that none overwrites what a later one has seen.
    """
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    given = {"ids": list(question_ids)}
    figures = dict.fromkeys(await session.scalars(MEMBERS, given), NOTHING)
    for row in await session.execute(MERGED, given):
        figures.update(dict.fromkeys(row.ids, _figures(row)))
        await asyncio.sleep(0)  # the worker records games meanwhile
    await _store(session, figures)


def _figures(row: Row[Any]) -> Figures:
    counts = _decode_counts(row.counts)
    sums = Sums(
        row.compared,
        row.compared_correct,
        int(row.shares),
        int(row.squared_shares),
        int(row.correct_shares),
    )
    return Figures(
        asked=row.asked,
        answers=row.answers,
        correct=row.correct,
        discrimination=correlation(sums),
        median_ms=median_ms(counts.times),
        wrong=chosen_wrong(ChoiceCounts(counts.wrong, counts.right)),
        by_wording=counts.wordings,
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
        return NOTHING
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
