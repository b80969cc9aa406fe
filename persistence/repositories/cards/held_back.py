"""Queries of the cards that are held back, because their learner is asked the same elsewhere.

A card's question has the wording that was played last, with its key. This may be what a room or a
homework asks that the learner has not finished, so nothing may tell that key until it is over.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ScalarSelect, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from persistence.models import HomeworkRun, QuizParticipation, QuizSession

# What the questions of these sessions were copied from, and the copies that cards have of all that.
COPIES: Final = """
    WITH RECURSIVE family AS (
        SELECT CAST(source #>> '{}' AS uuid) AS id
          FROM quiz_sessions s,
               jsonb_path_query(s.questions, '$[*].source ? (@ != null)') AS source
         WHERE s.id = ANY(:sessions)
         UNION
        SELECT q.source_id FROM family JOIN questions q ON q.id = family.id
         WHERE q.source_id IS NOT NULL),
    copies AS (
        SELECT id FROM review_questions WHERE origin_id IN (SELECT id FROM family)
         UNION
        -- A question that its copies had their origin from may be gone.
        SELECT copy.id FROM review_questions known JOIN review_questions copy USING (origin_id)
         WHERE known.question_id IN (SELECT id FROM family))
"""
QUESTIONS: Final = text(f"{COPIES} SELECT id FROM copies")  # noqa: S608  # our own text, as below
CARDS: Final = text(f"""{COPIES}
    SELECT c.id FROM copies JOIN srs_cards c ON c.review_question_id = copies.id
     WHERE c.user_id = :user_id
""")  # noqa: S608


def sessions_of(
    user_id: UUID | InstrumentedAttribute[UUID],
) -> ScalarSelect[Sequence[UUID] | None]:
    """An array of the sessions in which somebody takes part whose keys they must not see yet.

    These are rooms that are not over, and homework whose feedback does not show the keys: until the
    deadline, or else while an attempt is not finished. None if there are none.
    """
    unfinished = select(HomeworkRun.id).where(
        HomeworkRun.participation_id == QuizParticipation.id, HomeworkRun.finished_at.is_(None)
    )
    return (
        select(func.array_agg(QuizSession.id))
        .join(QuizParticipation, QuizParticipation.session_id == QuizSession.id)
        .where(
            QuizParticipation.user_id == user_id,
            QuizSession.ended_at.is_(None),
            QuizSession.host_id.is_distinct_from(user_id),  # who tries out their own knows them
            or_(
                QuizSession.mode == "live",
                QuizSession.settings["feedback"].astext == "after_deadline",
                unfinished.exists(),
            ),
        )
        .scalar_subquery()
    )


async def sessions(session: AsyncSession, user_id: UUID) -> Sequence[UUID]:
    """The sessions of `sessions_of`."""
    return await session.scalar(select(sessions_of(user_id))) or ()


async def cards(
    session: AsyncSession, user_id: UUID, taking_part_in: Sequence[UUID]
) -> Sequence[UUID]:
    """The learner's cards of questions that these sessions ask, or of copies of them."""
    if not taking_part_in:
        return ()
    given = {"sessions": list(taking_part_in), "user_id": user_id}
    return (await session.scalars(CARDS, given)).all()


async def cards_of(session: AsyncSession, user_id: UUID) -> Sequence[UUID]:
    """All cards of a learner that are held back."""
    return await cards(session, user_id, await sessions(session, user_id))


async def questions_of(session: AsyncSession, user_id: UUID) -> Sequence[UUID]:
    """The review questions that are held back from somebody, who need not have cards of them."""
    taking_part_in = await sessions(session, user_id)
    if not taking_part_in:
        return ()
    return (await session.scalars(QUESTIONS, {"sessions": list(taking_part_in)})).all()
