"""The question bank over HTTP: questions without a quiz."""

from litestar import Controller, delete, get, patch, post
from litestar.di import Provide
from litestar.params import FromQuery, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT
from msgspec import UNSET

from game.errors import Conflict
from game.rules.questions.changes import Archive, Delete
from persistence.repositories import questions
from persistence.repositories.questions import bank
from persistence.repositories.questions.filters import Sort
from persistence.repositories.questions.search import Where
from server.actions import storing
from server.actions.questions.changes import change
from server.api.dependencies import Db, Limits, Paging, Searching, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import SearchText
from server.api.questions.filters import QuestionFilter, question_filter
from server.api.questions.found import QuestionList, found
from server.api.questions.schemas import (
    BankQuestion,
    NewQuestionBody,
    QuestionChange,
    bank_question,
    changed_draft,
    draft_of,
)
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only


class QuestionsController(Controller):
    path = "/questions"
    tags = ["questions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN
    dependencies = {  # noqa: RUF012  # the same
        "question_filter": Provide(question_filter, sync_to_thread=False)
    }

    @get("/", operation_id="listQuestions", responses=problems(401, 403, 422, 429))
    async def list_questions(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        question_filter: QuestionFilter,
        searching: Searching,
        *,
        q: SearchText = "",
        where: FromQuery[Where] = "bank",
        sort: FromQuery[Sort] = "latest",
        facets: FromQuery[bool] = False,
    ) -> QuestionList:
        """List the questions of the own bank, latest first; with `set` those of a set, in order.

        `sort` gives another order, if nothing is searched: by `difficulty`, easy ones first.
        A filter may be given several times: one of its values matches, but all of its tags. With
        `archived=true` the list has the questions in the archive.

        `q` searches: words in any form, the last one may be unfinished, `"a phrase"`, `-without`,
        `this or that`. The best hits come first, with `highlights`. `where` adds the questions of
        quizzes, or searches only those. With `facets=true` the values of each filter are counted.
        A search ranks the 3,000 newest matches; if there may be more, it says `is_capped`.
        `search_too_slow` if it takes more than two seconds, `still_busy` while ten wait.
        """
        async with searching:
            return await found(
                db,
                viewer,
                paging,
                question_filter,
                typed=q,
                where=where,
                sort=sort,
                with_facets=facets,
            )

    @post("/", operation_id="createQuestion", responses=problems(401, 403, 422, 429))
    async def create(
        self, data: NewQuestionBody, viewer: Viewer, db: Db, limits: Limits
    ) -> BankQuestion:
        """Add a question to the own bank."""
        drafts = [draft_of(data)]
        async with storing.counted(limits, viewer.user_id, storing.size_of_questions(drafts)):
            [question] = await bank.add(db, viewer.user_id, drafts)
        return bank_question(question)

    @get("/{question_id:uuid}", operation_id="getQuestion", responses=problems(401, 403, 404))
    async def show(self, question_id: Id, viewer: Viewer, db: Db) -> BankQuestion:
        """Get a question of the bank, archived or not."""
        return bank_question(await bank.get(db, viewer, question_id))

    @patch(
        "/{question_id:uuid}",
        operation_id="changeQuestion",
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def change(
        self,
        question_id: Id,
        data: JSONBody[QuestionChange],
        viewer: Viewer,
        db: Db,
        limits: Limits,
    ) -> BankQuestion:
        """Change some fields of a question. `changed_elsewhere` if `updated_at` is not the latest.

        Copies in quizzes stay as they are.
        """
        question = await bank.get(db, viewer, question_id, for_update=True)
        if data.updated_at is not UNSET and data.updated_at != question.updated_at:
            raise Conflict("changed_elsewhere", "It was changed elsewhere. Load it again.")
        before = questions.draft(question)
        after = changed_draft(before, data)
        size = storing.size_of_questions([after], [before])
        async with storing.counted(limits, viewer.user_id, size):
            await bank.change(db, question, after)
        return bank_question(question)

    @delete(
        "/{question_id:uuid}",
        operation_id="deleteQuestion",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def remove(
        self, question_id: Id, viewer: Viewer, db: Db, *, purge: FromQuery[bool] = False
    ) -> None:
        """Archive a question, or with `purge=true` delete one in the archive for good.

        `not_archived` if it is not there. Copies in quizzes stay as they are.
        """
        ids = [question_id]
        await change(db, viewer, [Delete(questions=ids) if purge else Archive(questions=ids)])
