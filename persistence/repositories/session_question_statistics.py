"""What each session adds to the statistics of its questions: counts and exact sums.

They are computed once, when the session ends or is corrected, so the statistics of a question cost
the same however many answers its earlier games had. Answers of kicked players and to voided
questions do not count, and a corrected key grades as in the results. Of a homework the first
attempts count, because later ones know the questions.
"""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.question_statistics import (
    MILLIONTHS,
    TIME_STEPS,
    Asked,
    count_choices,
    wording,
)
from game.rules.questions import Question, Response
from game.rules.session_corrections import corrected
from persistence.models import QuizSession, SessionQuestionStatistics
from persistence.repositories import quiz_sessions, session_corrections
from persistence.repositories.question_statistics import LOCK

ANSWERS = text(f"""
    WITH given AS (
        SELECT a.question_index, a.question_id, a.response, a.time_taken_ms,
               p.kicked_at IS NULL AND a.question_index <> ALL(:voided) AS counts,
               CASE WHEN ar.id IS NULL THEN a.is_correct ELSE ar.is_correct END AS is_correct,
               -- A result belongs to the attempt at a homework that counts.
               CASE WHEN COALESCE(rr.counting_run, p.counting_run) = 1
                    THEN COALESCE(rr.correct_answers, r.correct_answers) END AS all_correct,
               COALESCE(rr.total_questions, r.total_questions) AS all_questions
          FROM question_attempts a
          JOIN quiz_participations p ON p.id = a.participation_id
          LEFT JOIN question_attempt_rescores ar ON ar.attempt_id = a.id
          LEFT JOIN quiz_attempts r ON r.participation_id = a.participation_id
          LEFT JOIN quiz_attempt_rescores rr ON rr.attempt_id = r.id
         WHERE a.session_id = :session AND a.run = 1),
    compared AS (
        SELECT question_index, question_id, counts, is_correct,
               CASE WHEN counts THEN round({MILLIONTHS}::numeric
                    * (all_correct - is_correct::int) / NULLIF(all_questions - 1, 0)
               )::bigint END AS share
          FROM given),
    sums AS (
        SELECT question_index, (array_agg(question_id))[1] AS question_id,
               count(*) FILTER (WHERE counts) AS answers,
               CASE WHEN count(is_correct) FILTER (WHERE counts) > 0
                    THEN count(*) FILTER (WHERE counts AND is_correct) END AS correct,
               count(share) AS compared,
               count(share) FILTER (WHERE is_correct) AS compared_correct,
               COALESCE(sum(share), 0)::bigint AS shares,
               COALESCE(sum(share * share), 0)::bigint AS squared_shares,
               COALESCE(sum(share) FILTER (WHERE is_correct), 0)::bigint AS correct_shares
          FROM compared GROUP BY question_index),
    steps AS (
        SELECT question_index, json_object_agg(step, answers) AS time_steps FROM (
            SELECT question_index, count(*) AS answers,
                   round({TIME_STEPS} * ln(greatest(time_taken_ms, 1)))::int AS step
              FROM given WHERE counts GROUP BY question_index, step) AS counted
         GROUP BY question_index),
    told AS (
        SELECT question_index, json_agg(json_build_array(response, times))::text AS responses FROM (
            SELECT question_index, response, count(*) AS times
              FROM given WHERE counts GROUP BY question_index, response) AS counted
         GROUP BY question_index)
    SELECT sums.*, COALESCE(steps.time_steps, '{{}}') AS time_steps,
           COALESCE(told.responses, '[]') AS responses
      FROM sums LEFT JOIN steps USING (question_index) LEFT JOIN told USING (question_index)
""")  # noqa: S608  # our own text

_decode_responses = msgspec.json.Decoder(list[tuple[Response, int]]).decode


async def compute(session: AsyncSession, session_id: UUID) -> None:
    """Compute and store what a session adds; nothing if it has not ended.

    One transaction at a time, so that none overwrites what a later one has seen.
    """
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    table = SessionQuestionStatistics
    await session.execute(delete(table).where(table.session_id == session_id))
    played = await session.get(QuizSession, session_id)
    if played is None or played.ended_at is None:
        return
    in_force = await session_corrections.in_force(session, session_id)
    questions = quiz_sessions.frozen_questions(played)
    voided = [index for index, correction in in_force.items() if correction.voids]
    rows = []
    for row in await session.execute(ANSWERS, {"session": session_id, "voided": voided}):
        question = questions[row.question_index]
        rows.append(_row(session_id, row, corrected(in_force.get(row.question_index), question)))
        await asyncio.sleep(0)  # the worker records games meanwhile
    if rows:
        await session.execute(insert(table), rows)


def _row(session_id: UUID, row: Row[Any], question: Question) -> dict[str, object]:
    columns = row._asdict()
    counted = count_choices(Asked(question, _decode_responses(columns.pop("responses"))))
    return {
        **columns,
        "session_id": session_id,
        "wording": wording(question),
        "wrong_choices": counted.wrong,
        "right_choices": counted.right,
    }
