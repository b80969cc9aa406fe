"""Reports of published quizzes over HTTP, for administrators."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import Struct

from game.errors import NotFound
from game.rules.quiz_reports import ReportReason
from persistence.repositories import quiz_reports
from persistence.repositories.quiz_reports import ListedReport
from server.api.dependencies import Db, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.request_bodies import Id
from server.auth.request_identity import administrators_only


class QuizReportOutput(Struct, frozen=True):
    """A report with the quiz, its author's name, and who reported it.

    `published_at` is null if the author has taken the quiz back meanwhile.
    """

    id: UUID
    quiz_id: UUID
    title: str
    author: str
    published_at: datetime | None
    reason: ReportReason
    comment: str
    reporter: str
    reporter_email: str | None
    created_at: datetime


class QuizReportList(PagedOutput[QuizReportOutput], frozen=True):
    pass


class QuizReportsController(Controller):
    path = "/quiz-reports"
    tags = ["library"]  # noqa: RUF012  # Litestar's way to say it
    guards = [administrators_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listQuizReports", responses=problems(401, 403, 422))
    async def list_reports(self, viewer: Viewer, db: Db, paging: Paging) -> QuizReportList:
        """List the reports that nobody has decided yet, the newest first.

        Taking the quiz back (`DELETE /api/quizzes/{quiz_id}/publication`) closes its reports.
        """
        page = await quiz_reports.page(db, viewer, paging.page, paging.page_size)
        return paged_output(QuizReportList, page, paging, _output)

    @post(
        "/{report_id:uuid}/dismiss",
        operation_id="dismissQuizReport",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404),
    )
    async def dismiss(self, report_id: Id, viewer: Viewer, db: Db) -> None:
        """Close a report and leave the quiz in the library."""
        if not await quiz_reports.dismiss(db, viewer, report_id):
            raise NotFound("no_such_report", "There is no such open report.")


def _output(report: ListedReport) -> QuizReportOutput:
    return QuizReportOutput(**report._asdict())
