"""Which answers of a session count: of several attempts at a homework only those of one."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from persistence.models import (
    HomeworkRun,
    QuestionAttempt,
    QuizAttempt,
    QuizAttemptRescore,
    QuizParticipation,
)


def counts(session_id: UUID) -> ColumnElement[bool]:
    """Whether an answer belongs to its student's counting attempt; in a room it always does.

    A correction can make another attempt count. PostgreSQL hashes the others once, and a room has
    none.
    """
    counting = func.coalesce(QuizAttemptRescore.counting_run, QuizParticipation.counting_run)
    others = (
        select(HomeworkRun.participation_id, HomeworkRun.number)
        .join(QuizParticipation, QuizParticipation.id == HomeworkRun.participation_id)
        .outerjoin(QuizAttempt, QuizAttempt.participation_id == QuizParticipation.id)
        .outerjoin(QuizAttemptRescore, QuizAttemptRescore.attempt_id == QuizAttempt.id)
        .where(HomeworkRun.session_id == session_id, HomeworkRun.number != counting)
    )
    return tuple_(QuestionAttempt.participation_id, QuestionAttempt.run).not_in(others)
