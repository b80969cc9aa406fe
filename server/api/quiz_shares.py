"""Sharing of quizzes with colleagues over HTTP."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import Struct

from game.errors import NotFound
from persistence.repositories import quiz_shares, quizzes
from persistence.repositories.quiz_shares import ListedShare
from server.actions.quiz_shares import MAX_SHARES, share
from server.api.dependencies import Db, Limits, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id, KuisRequest, locale_of
from server.auth.credentials import Email
from server.auth.request_identity import teachers_only
from server.limits import SHARES_OF_TEACHER


class NewShare(Struct, frozen=True, forbid_unknown_fields=True):
    """With whom to share a quiz: the address of a teacher's account."""

    email: Email
    may_edit: bool = False


class QuizShareOutput(Struct, frozen=True):
    """A colleague with whom a quiz is shared; `is_verified`: the address was confirmed."""

    user_id: UUID
    full_name: str
    email: str | None
    is_verified: bool
    may_edit: bool


class QuizShareList(PagedOutput[QuizShareOutput], frozen=True):
    pass


class QuizSharesController(Controller):
    path = "/quizzes/{quiz_id:uuid}/shares"
    tags = ["library"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listQuizShares", responses=problems(401, 403, 404, 422))
    async def list_shares(
        self, quiz_id: Id, viewer: Viewer, db: Db, paging: Paging
    ) -> QuizShareList:
        """List the colleagues with whom an own quiz is shared, by name."""
        await quizzes.require_own(db, viewer, quiz_id)
        page = await quiz_shares.page(db, viewer, quiz_id, paging.page, paging.page_size)
        return paged_output(QuizShareList, page, paging, _output)

    @post(
        "/",
        operation_id="shareQuiz",
        guards=[limited_by_account(SHARES_OF_TEACHER)],
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def share(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        quiz_id: Id,
        data: JSONBody[NewShare],
        viewer: Viewer,
        db: Db,
        limits: Limits,
    ) -> QuizShareOutput:
        """Share an own quiz with a colleague, or change whether they may edit it.

        They may see it, open rooms of it and copy it. `no_such_colleague`: no open account of a
        teacher has this address. 30 an hour.
        """
        saved = await share(
            db,
            viewer,
            quiz_id,
            data.email,
            may_edit=data.may_edit,
            locale=locale_of(request),
            most=MAX_SHARES * limits.scale,
        )
        return _output(saved)

    @delete(
        "/{user_id:uuid}",
        operation_id="endQuizShare",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404),
    )
    async def remove(self, quiz_id: Id, user_id: Id, viewer: Viewer, db: Db) -> None:
        """End a share: the owner that of any colleague, a colleague the own one."""
        if not await quiz_shares.remove(db, viewer, quiz_id, user_id):
            raise NotFound("no_such_share", "The quiz is not shared with this user.")


def _output(share: ListedShare) -> QuizShareOutput:
    return QuizShareOutput(**share._asdict())
