"""Statistics of questions over HTTP."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get
from msgspec import Struct

from game.errors import NotFound
from game.rules.question_statistics import Advice, advice, present_wording
from persistence.repositories import question_statistics, questions, quiz_sessions
from persistence.repositories.question_statistics import StoredStatistics, figures_of
from server.api.dependencies import Db, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only


class QuestionStatisticsOutput(Struct, frozen=True):
    """What is known of a question from all games in which it, or a copy of it, was asked.

    `asked` counts the games. `correct` and `correct_share` are null for a poll. `discrimination` is
    the point-biserial correlation of a right answer with the share of right answers to the other
    questions of the game, null if it cannot be computed. `wrong_text` is the wrong choice that was
    chosen most, `right_times` how often the least chosen right one was. `other_wording` is how many
    of the `answers` were given to another wording or key than the present one.
    """

    question_id: UUID
    stem: str
    asked: int
    answers: int
    correct: int | None
    correct_share: float | None
    discrimination: float | None
    median_ms: int | None
    wrong_text: str | None
    wrong_times: int | None
    right_times: int | None
    other_wording: int
    advice: tuple[Advice, ...]
    computed_at: datetime | None


class SessionQuestion(Struct, frozen=True):
    """A question of a session; `index` is its place in it, from 0."""

    index: int
    statistics: QuestionStatisticsOutput


class SessionStatistics(Struct, frozen=True):
    """The questions of a session that still exist and are the viewer's own."""

    questions: list[SessionQuestion]


class QuestionStatisticsController(Controller):
    path = "/questions/{question_id:uuid}/statistics"
    tags = ["questions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getQuestionStatistics", responses=problems(401, 403, 404))
    async def show(self, question_id: Id, viewer: Viewer, db: Db) -> QuestionStatisticsOutput:
        """Get the statistics of a question in the own bank or quizzes. They are seconds old."""
        found = await question_statistics.of_questions(db, viewer, [question_id])
        if not found:
            raise NotFound("no_such_question", "There is no such question.")
        return _output(found[0])


class SessionStatisticsController(Controller):
    path = "/sessions/{session_id:uuid}/statistics"
    tags = ["results"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getSessionStatistics", responses=problems(401, 403, 404))
    async def show(self, session_id: Id, viewer: Viewer, db: Db) -> SessionStatistics:
        """Get the statistics of the questions of a session, from all games with them."""
        session = await quiz_sessions.get(db, viewer, session_id)
        sources = {
            UUID(question.source): index
            for index, question in enumerate(quiz_sessions.frozen_questions(session))
            if question.source
        }
        stored = await question_statistics.of_questions(db, viewer, sources)
        found = [SessionQuestion(sources[each.question.id], _output(each)) for each in stored]
        return SessionStatistics(sorted(found, key=lambda each: each.index))


def _output(stored: StoredStatistics) -> QuestionStatisticsOutput:
    question, row = stored
    figures = figures_of(row)
    wrong = figures.wrong
    present = present_wording(questions.draft(question))
    return QuestionStatisticsOutput(
        question_id=question.id,
        stem=question.stem,
        asked=figures.asked,
        answers=figures.answers,
        correct=figures.correct,
        correct_share=figures.correct_share,
        discrimination=figures.discrimination,
        median_ms=figures.median_ms,
        wrong_text=wrong.text if wrong else None,
        wrong_times=wrong.times if wrong else None,
        right_times=wrong.right_times if wrong else None,
        other_wording=figures.answers - figures.by_wording.get(present or "", 0),
        advice=advice(figures),
        computed_at=None if row is None else row.updated_at,
    )
