"""The library over HTTP: quizzes that teachers published for all others."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, post, put
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import UNSET, Struct, UnsetType

from game.errors import Conflict
from game.rules.levels import Level
from game.rules.questions.fields import LANGUAGE_MAX, TOPIC_MAX, Language, Topic
from game.rules.quiz_reports import Comment, ReportReason
from game.rules.quizzes import QuizLabels, quiz_problems
from persistence.repositories import library, quiz_reports, quizzes
from persistence.repositories.library import PublishedQuiz
from persistence.repositories.questions import draft
from server.actions import storing
from server.actions.publications import allow, publish, take_back
from server.api.dependencies import Db, Limits, Listing, Paging, Searching, Viewer, Writing
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, SearchText, paged_output
from server.api.questions.schemas import QuestionOutput
from server.api.quizzes.schemas import Description, QuizOutput, quiz_output
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id, KuisRequest, Title, changes_in
from server.auth.request_identity import administrators_only, teachers_only
from server.auth.sign_ins import SignedIn
from server.client_address import address_of
from server.limits import COPIES_OF_TEACHER, REPORTS_OF_TEACHER

LanguageFilter = Annotated[str | None, QueryParameter(max_length=LANGUAGE_MAX)]
TopicFilter = Annotated[str | None, QueryParameter(max_length=TOPIC_MAX)]
AuthorFilter = Annotated[UUID | None, QueryParameter(name="author")]


class LibraryItem(QuizLabels, frozen=True, kw_only=True):
    """A published quiz.

    `author` is its owner's name, `author_id` the account; `copy_count` counts the copies by others.
    """

    id: UUID
    title: str
    description: str
    author: str
    author_id: UUID
    is_own: bool
    question_count: int
    copy_count: int
    published_at: datetime


class LibraryList(PagedOutput[LibraryItem], frozen=True):
    pass


class LibraryQuiz(LibraryItem, frozen=True, kw_only=True):
    """With the questions and their keys.

    It may not be `playable` while its author works on it. `is_reported`: by you, and no
    administrator has looked at it yet.
    """

    questions: list[QuestionOutput]
    playable: bool
    is_reported: bool


class Publication(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a quiz is shown in the library. What is left out stays as it is in the quiz."""

    language: Language
    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    level: Level | UnsetType | None = UNSET
    topic: Topic | UnsetType | None = UNSET


class NewReport(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a quiz should not be in the library."""

    reason: ReportReason
    comment: Comment = ""


class LibraryController(Controller):
    path = "/library"
    tags = ["library"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listLibrary", responses=problems(401, 403, 422, 429))
    async def list_library(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        searching: Searching,
        listing: Listing,
        *,
        search: SearchText = "",
        language: LanguageFilter = None,
        level: FromQuery[Level | None] = None,
        topic: TopicFilter = None,
        author_id: AuthorFilter = None,
        sort: FromQuery[library.Sort] = "published",
    ) -> LibraryList:
        """List published quizzes, the latest first, or by title. `search` is as for quizzes.

        The other filters select those with exactly this language, level, topic or `author`.
        """
        async with searching if search else listing:
            page = await library.page(
                db,
                viewer,
                paging.page,
                paging.page_size,
                search=search,
                language=language,
                level=level,
                topic=topic,
                author_id=author_id,
                sort=sort,
            )
        return paged_output(LibraryList, page, paging, lambda found: _item(found, viewer))

    @get("/{published_id:uuid}", operation_id="getLibraryQuiz", responses=problems(401, 403, 404))
    async def show(self, published_id: Id, viewer: Viewer, db: Db) -> LibraryQuiz:
        """Get a published quiz with its questions, choices and keys. `not_in_library`."""
        found = await library.get(db, viewer, published_id)
        shown = msgspec.convert(found.quiz.questions, list[QuestionOutput], from_attributes=True)
        return LibraryQuiz(
            **msgspec.structs.asdict(_item(found, viewer)),
            questions=shown,
            playable=not quiz_problems(shown),
            is_reported=await quiz_reports.has_open(db, viewer, published_id),
        )

    @post(
        "/{published_id:uuid}/copy",
        operation_id="copyLibraryQuiz",
        guards=[limited_by_account(COPIES_OF_TEACHER)],
        responses=problems(401, 403, 404, 409, 429),
    )
    async def copy(
        self, published_id: Id, viewer: Viewer, db: Db, writing: Writing, limits: Limits
    ) -> QuizOutput:
        """Copy a published quiz to the own ones. The copy names its `source`."""
        async with writing.of(viewer.user_id):
            quiz = (await library.get(db, viewer, published_id, unchanging=True)).quiz
            drafts = [draft(question) for question in quiz.questions]
            size = storing.size_of_quiz(drafts, quiz.description)
            async with storing.counted(limits, viewer.user_id, size):
                copied = await quizzes.copy(db, quiz, viewer.user_id, title=quiz.title)
            return quiz_output(copied, await quizzes.facts(db, viewer, copied))

    @post(
        "/{published_id:uuid}/reports",
        operation_id="reportLibraryQuiz",
        guards=[limited_by_account(REPORTS_OF_TEACHER)],
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def report(
        self, published_id: Id, data: JSONBody[NewReport], viewer: Viewer, db: Db
    ) -> None:
        """Report a published quiz to the administrators, at most 20 an hour.

        `already_reported` until an administrator has looked at it; `own_quiz`: take it back
        instead.
        """
        quiz = (await library.get(db, viewer, published_id)).quiz
        if quiz.teacher_id == viewer.user_id:
            raise Conflict("own_quiz", "This is your own quiz. You can take it back.")
        if not await quiz_reports.add(
            db, quiz.id, viewer.user_id, reason=data.reason, comment=data.comment.strip()
        ):
            raise Conflict("already_reported", "You have reported this quiz already.")


class PublicationsController(Controller):
    path = "/quizzes/{quiz_id:uuid}/publication"
    tags = ["library"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @put("/", operation_id="publishQuiz", responses=problems(401, 403, 404, 409, 422))
    async def publish(
        self, quiz_id: Id, data: JSONBody[Publication], viewer: Viewer, db: Db
    ) -> QuizOutput:
        """Publish an own quiz in the library, where every teacher sees its questions and keys.

        `quiz_not_own`; `quiz_taken_down` by an administrator; `quiz_archived`;
        `quiz_not_playable`, with one of `errors` for each thing to mend. Later changes of the quiz
        show in the library at once.
        """
        quiz = await publish(db, viewer, quiz_id, changes_in(data))
        return quiz_output(quiz, await quizzes.facts(db, viewer, quiz))

    @delete(
        "/",
        operation_id="unpublishQuiz",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 422),
    )
    async def take_back(
        self,
        request: KuisRequest,
        quiz_id: Id,
        viewer: Viewer,
        db: Db,
        reason: FromQuery[ReportReason | None] = None,
    ) -> None:
        """Take an own quiz out of the library; an administrator may do it to any.

        Copies that others made stay. Its reports are closed. A quiz that an administrator took out
        cannot be published until one allows it; its author sees the `reason`, which is that of the
        newest report unless another one is given.
        """
        await take_back(db, viewer, quiz_id, reason=reason, address=address_of(request.scope))

    @post(
        "/allow",
        operation_id="allowPublication",
        guards=[administrators_only],
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404),
    )
    async def allow(self, request: KuisRequest, quiz_id: Id, viewer: Viewer, db: Db) -> None:
        """Allow the author of a quiz that was taken down to publish it again."""
        await allow(db, viewer, quiz_id, address=address_of(request.scope))


def _item(found: PublishedQuiz, viewer: SignedIn) -> LibraryItem:
    quiz = found.quiz
    if quiz.published_at is None:
        raise AssertionError("the library has only published quizzes")
    return LibraryItem(
        id=quiz.id,
        title=quiz.title,
        description=quiz.description,
        language=quiz.language,
        level=msgspec.convert(quiz.level, Level | None),
        topic=quiz.topic,
        author=found.author,
        author_id=quiz.teacher_id,
        is_own=quiz.teacher_id == viewer.user_id,
        question_count=found.question_count,
        copy_count=found.copy_count,
        published_at=quiz.published_at,
    )
