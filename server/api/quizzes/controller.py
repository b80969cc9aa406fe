"""Quizzes over HTTP, with their questions and choices nested."""

from uuid import UUID

from litestar import Controller, delete, get, patch, post, put
from litestar.params import FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict
from game.rules.quizzes import title_of_copy
from persistence.models import Quiz
from persistence.repositories import questions, quiz_lists, quizzes
from persistence.repositories.viewers import TEACHER
from server.actions import storing
from server.actions.audit_events import record_in
from server.api import long_writes
from server.api.dependencies import Db, Limits, Listing, Paging, Searching, Viewer, Writing
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import SearchText, paged_output
from server.api.questions.schemas import draft_of
from server.api.quizzes.schemas import (
    CopyRequest,
    NewOrder,
    NewQuizBody,
    QuizChange,
    QuizList,
    QuizOutput,
    quiz_list_item,
    quiz_output,
)
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id, KuisRequest, changes_in
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn
from server.client_address import address_of
from server.limits import COPIES_OF_TEACHER

OWN_FIELDS = {"title", "description", "language", "level", "topic"}
"""The fields of a change that are columns of the quiz itself."""


class QuizzesController(Controller):
    path = "/quizzes"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listQuizzes", responses=problems(401, 403, 422, 429))
    async def list_quizzes(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        searching: Searching,
        listing: Listing,
        *,
        archived: FromQuery[bool] = False,
        shared: FromQuery[bool] = False,
        search: SearchText = "",
        sort: FromQuery[quiz_lists.Sort] = "created",
    ) -> QuizList:
        """List the own quizzes, or with `shared=true` those that colleagues share with you.

        With `archived=true` those in the archive. An administrator's own are those of all teachers.
        `search` is words of title, topic and description as in `GET /api/questions`, or if none has
        them a part of the title. `sort` is by title, or the latest first.
        """
        async with searching if search else listing:
            page = await quiz_lists.page(
                db,
                viewer,
                paging.page,
                paging.page_size,
                archived=archived,
                shared=shared,
                search=search,
                sort=sort,
            )
        return paged_output(QuizList, page, paging, quiz_list_item)

    @post("/", operation_id="createQuiz", responses=problems(401, 403, 409, 422, 429))
    async def create(
        self, data: NewQuizBody, viewer: Viewer, db: Db, writing: Writing, limits: Limits
    ) -> QuizOutput:
        """Create a quiz, with or without questions. `quiz_too_large` above 1 MiB of them."""
        async with long_writes.turn(writing, viewer.user_id, len(data.questions)):
            drafts = [draft_of(question) for question in data.questions]
            size = storing.size_of_quiz(drafts, data.description)
            async with storing.counted(limits, viewer.user_id, size):
                quiz = await quizzes.create(
                    db,
                    viewer.user_id,
                    title=data.title,
                    description=data.description,
                    language=data.language,
                    level=data.level,
                    topic=data.topic,
                    questions=drafts,
                )
        return await _shown(db, viewer, quiz)

    @get("/{quiz_id:uuid}", operation_id="getQuiz", responses=problems(401, 403, 404))
    async def show(self, quiz_id: Id, viewer: Viewer, db: Db) -> QuizOutput:
        """Get a quiz with its questions, choices and keys, archived or not."""
        return await _shown(db, viewer, await quizzes.get(db, viewer, quiz_id))

    @patch(
        "/{quiz_id:uuid}",
        operation_id="changeQuiz",
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def change(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        quiz_id: Id,
        data: JSONBody[QuizChange],
        viewer: Viewer,
        db: Db,
        writing: Writing,
        limits: Limits,
    ) -> QuizOutput:
        """Change some fields of a quiz. `changed_elsewhere` if `updated_at` is not the latest.

        `quiz_too_large` if its questions take more than 1 MiB, unless they took more before.
        """
        async with long_writes.turn(writing, viewer.user_id, len(data.questions or ())):
            return await _changed(db, limits, viewer, quiz_id, data)

    @put(
        "/{quiz_id:uuid}/order",
        operation_id="orderQuestions",
        responses=problems(401, 403, 404, 422),
    )
    async def order(
        self, quiz_id: Id, data: JSONBody[NewOrder], viewer: Viewer, db: Db
    ) -> QuizOutput:
        """Put the questions into the given order."""
        quiz = await quizzes.get(db, viewer, quiz_id, for_update=True)
        await questions.reorder(db, quiz, data.questions)
        return await _shown(db, viewer, quiz)

    @post(
        "/{quiz_id:uuid}/copy",
        operation_id="copyQuiz",
        guards=[limited_by_account(COPIES_OF_TEACHER)],
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def copy(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        quiz_id: Id,
        viewer: Viewer,
        db: Db,
        writing: Writing,
        limits: Limits,
        data: JSONBody[CopyRequest | None] = None,
    ) -> QuizOutput:
        """Copy a quiz with its questions to the own ones.

        Without a title the copy of an own quiz has its title with a number. That of a colleague's
        quiz has the same title, and names its `source`.
        """
        async with writing.of(viewer.user_id):
            quiz = await quizzes.get_unchanging(db, viewer, quiz_id)
            is_own = quiz.teacher_id == viewer.user_id
            own_title = title_of_copy(quiz.title) if is_own else quiz.title
            title = (data.title if data else None) or own_title
            drafts = [questions.draft(question) for question in quiz.questions]
            size = storing.size_of_quiz(drafts, quiz.description)
            async with storing.counted(limits, viewer.user_id, size):
                copied = await quizzes.copy(db, quiz, viewer.user_id, title=title)
            return await _shown(db, viewer, copied)

    @post(
        "/{quiz_id:uuid}/archive",
        operation_id="archiveQuiz",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404),
    )
    async def archive(self, quiz_id: Id, viewer: Viewer, db: Db) -> QuizOutput:
        """Archive a quiz: it cannot be played any more, and its results stay."""
        quiz = await quizzes.get_own(db, viewer, quiz_id)
        await quizzes.archive(db, quiz)
        return await _shown(db, viewer, quiz)

    @post(
        "/{quiz_id:uuid}/restore",
        operation_id="restoreQuiz",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404),
    )
    async def restore(self, quiz_id: Id, viewer: Viewer, db: Db) -> QuizOutput:
        """Take a quiz out of the archive."""
        quiz = await quizzes.get_own(db, viewer, quiz_id)
        await quizzes.restore(db, quiz)
        return await _shown(db, viewer, quiz)

    @delete(
        "/{quiz_id:uuid}",
        operation_id="deleteQuiz",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def remove(
        self,
        request: KuisRequest,
        quiz_id: Id,
        viewer: Viewer,
        db: Db,
        *,
        purge: FromQuery[bool] = False,
    ) -> None:
        """Archive a quiz, or with `purge=true` delete it for good, with all its results.

        `quiz_in_play` while one of its rooms is open: end that first. `played_by_others`: the
        results of colleagues would be lost, so only an administrator can delete the quiz.
        """
        quiz = await quizzes.get_own(db, viewer, quiz_id)
        if not purge:
            await quizzes.archive(db, quiz)
        elif viewer.role == TEACHER and await quizzes.is_in_others_results(db, quiz):
            raise Conflict(
                "played_by_others",
                "Colleagues have results of this quiz. Leave it in the archive.",
            )
        elif await quizzes.is_in_play(db, quiz):
            raise Conflict("quiz_in_play", "A room of this quiz is open. End it first.")
        else:
            await quizzes.purge(db, quiz)
            await record_in(
                db,
                "quiz_deleted",
                account_id=quiz.teacher_id,
                actor_id=viewer.user_id,
                address=address_of(request.scope),
                quiz=str(quiz_id),
            )


async def _shown(db: AsyncSession, viewer: SignedIn, quiz: Quiz) -> QuizOutput:
    return quiz_output(quiz, await quizzes.facts(db, viewer, quiz))


async def _changed(
    db: AsyncSession, limits: Limits, viewer: SignedIn, quiz_id: UUID, data: QuizChange
) -> QuizOutput:
    quiz = await quizzes.get(db, viewer, quiz_id, for_update=True)
    if data.updated_at is not UNSET and data.updated_at != quiz.updated_at:
        raise Conflict("changed_elsewhere", "The quiz was changed elsewhere. Load it again.")
    changes = changes_in(data)
    description = quiz.description if data.description is UNSET else data.description
    size, drafts = storing.size_of_text(description, quiz.description), None
    if data.questions is not UNSET:
        drafts = [draft_of(question) for question in data.questions]
        before = [questions.draft(question) for question in quiz.questions]
        size += storing.size_of_questions(drafts, before)
    own = {name: changes[name] for name in OWN_FIELDS & changes.keys()}
    async with storing.counted(limits, viewer.user_id, size):
        await quizzes.change(db, quiz, own)
        if drafts is not None:
            await questions.replace(db, quiz, drafts)
    return await _shown(db, viewer, quiz)
