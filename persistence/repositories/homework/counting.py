"""Which answers of a session count: of several attempts at a homework only those of one."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from persistence.models import HomeworkRun, QuestionAttempt, QuizParticipation


def counts(session_id: UUID) -> ColumnElement[bool]:
    """Whether an answer belongs to its student's counting attempt; in a room it always does.

    PostgreSQL hashes the others once, and a room has none.
    """
    others = (
        select(HomeworkRun.participation_id, HomeworkRun.number)
        .join(QuizParticipation, QuizParticipation.id == HomeworkRun.participation_id)
        .where(
            HomeworkRun.session_id == session_id,
            HomeworkRun.number != QuizParticipation.counting_run,
        )
    )
    return tuple_(QuestionAttempt.participation_id, QuestionAttempt.run).not_in(others)
