"""Many questions of the bank at once, over HTTP: changes, draws, duplicates, copies."""

from random import SystemRandom
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import Provide
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Invalid
from game.rules.question_sets import SET_QUESTIONS_MAX
from game.rules.questions.changes import CHANGED_MAX, AddTags, AddToSet, Change, SetTags
from game.rules.quizzes import QUESTIONS_MAX
from persistence.repositories import question_sets
from persistence.repositories.questions import draws, duplicates, search
from persistence.repositories.questions.filters import Sort
from server.actions import storing
from server.actions.questions import changes, copies
from server.api import long_writes
from server.api.dependencies import Db, Limits, Paging, Searching, Viewer, Writing
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import SearchText, paged_output
from server.api.questions.filters import QuestionFilter, question_filter
from server.api.questions.many_schemas import (
    AddedOutput,
    ChangesBody,
    ChangesOutput,
    CopiedOutput,
    CopyFromQuizRequest,
    CopyToQuizRequest,
    DraftsRequest,
    DrawOutput,
    DuplicatesGroup,
    DuplicatesList,
    EqualList,
    EqualOutput,
    ImportRequest,
    MatchingQuestions,
)
from server.api.questions.schemas import bank_question, draft_of
from server.api.rate_limits import limited_by_account
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn
from server.limits import COPIES_OF_TEACHER

MANY_MAX_BYTES = 4 * 1024 * 1024
"""For 2,000 questions. What undoes a change may have ten tags for each of them."""
SEED_MAX = 2**31 - 1
DrawCount = Annotated[int, QueryParameter(ge=1, le=QUESTIONS_MAX)]
Seed = Annotated[int | None, QueryParameter(ge=0, le=SEED_MAX)]
NotIn = Annotated[UUID | None, QueryParameter()]


class ManyQuestionsController(Controller):
    path = "/questions"
    tags = ["questions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN
    dependencies = {  # noqa: RUF012  # the same
        "question_filter": Provide(question_filter, sync_to_thread=False)
    }

    @post(
        "/changes",
        operation_id="changeQuestions",
        request_max_body_size=MANY_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def change(
        self, data: ChangesBody, viewer: Viewer, db: Db, writing: Writing, limits: Limits
    ) -> ChangesOutput:
        """Tag, archive, restore or delete many questions, or put them into sets: all or none.

        `not_archived` if one is to be deleted that is not in the archive, `set_full` when a set
        would have more than 500 questions, `too_many_tags` when a question would have more than 10.
        """
        number = sum(len(each.questions) for each in data.changes)
        size = sum(map(_size, data.changes))
        async with (
            long_writes.turn(writing, viewer.user_id, number),
            storing.counted(limits, viewer.user_id, size),
        ):
            changed = await changes.change(db, viewer, data.changes)
        return ChangesOutput(len(changed.questions), list(changed.undo))

    @get("/ids", operation_id="listQuestionIds", responses=problems(401, 403, 422, 429))
    async def list_ids(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        question_filter: QuestionFilter,
        searching: Searching,
        *,
        q: SearchText = "",
        sort: FromQuery[Sort] = "latest",
    ) -> MatchingQuestions:
        """List the ids of all questions of the own bank that match, in the order of `GET`.

        At most 2,000, which is what one change can name. What is added later does not belong to
        them: to change what matches, list the ids, then send them as the `questions` of a change.
        """
        async with searching:
            searched = await search.prepare(db, viewer, q, "bank", question_filter, sort)
            return MatchingQuestions(await search.first_ids(db, searched, CHANGED_MAX))

    @get("/draw", operation_id="drawQuestions", responses=problems(401, 403, 422, 429))
    async def draw(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        question_filter: QuestionFilter,
        searching: Searching,
        *,
        q: SearchText = "",
        count: DrawCount = 10,
        seed: Seed = None,
        not_in: NotIn = None,
    ) -> DrawOutput:
        """Draw questions that match search and filters and can be played, in random order.

        There may be fewer than `count`. The same `seed` draws the same questions again. Questions
        of which the quiz `not_in` has a copy are not drawn.
        """
        if seed is None:
            seed = SystemRandom().randint(0, SEED_MAX)
        async with searching:
            drawn = await draws.draw(
                db, viewer, question_filter, count, seed, typed=q, not_in=not_in
            )
        return DrawOutput(seed, drawn.matching, [bank_question(each) for each in drawn.questions])

    @get("/duplicates", operation_id="listDuplicates", responses=problems(401, 403, 422, 429))
    async def list_duplicates(
        self, viewer: Viewer, db: Db, paging: Paging, searching: Searching
    ) -> DuplicatesList:
        """List groups of equal questions: with the same stem, pictures and choices."""
        async with searching:
            page = await duplicates.page(db, viewer, paging.page, paging.page_size)
        return paged_output(
            DuplicatesList,
            page,
            paging,
            lambda group: DuplicatesGroup(
                [bank_question(each) for each in group.questions], group.total
            ),
        )

    @post(
        "/duplicates",
        operation_id="findDuplicates",
        request_max_body_size=MANY_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422),
    )
    async def find_duplicates(
        self, data: JSONBody[DraftsRequest], viewer: Viewer, db: Db, writing: Writing
    ) -> EqualList:
        """Find out which of these questions are in the own bank already; store nothing."""
        async with long_writes.turn(writing, viewer.user_id, len(data.questions)):
            drafts = [draft_of(question) for question in data.questions]
            found = await copies.find_equal(db, viewer.user_id, drafts)
        return EqualList([EqualOutput(*each) for each in found])

    @post(
        "/import",
        operation_id="importQuestions",
        guards=[limited_by_account(COPIES_OF_TEACHER)],
        request_max_body_size=MANY_MAX_BYTES,
        responses=problems(401, 403, 422, 429),
    )
    async def import_questions(
        self,
        data: JSONBody[ImportRequest],
        viewer: Viewer,
        db: Db,
        writing: Writing,
        limits: Limits,
    ) -> AddedOutput:
        """Add at most 2,000 questions to the own bank, all or none."""
        async with long_writes.turn(writing, viewer.user_id, len(data.questions)):
            added = await copies.add_to_bank(
                db,
                limits,
                viewer.user_id,
                [draft_of(question) for question in data.questions],
                skip_duplicates=data.skip_duplicates,
            )
        return _added(added)

    @post(
        "/copy-from-quiz",
        operation_id="copyQuestionsFromQuiz",
        guards=[limited_by_account(COPIES_OF_TEACHER)],
        responses=problems(401, 403, 404, 422, 429),
    )
    async def copy_from_quiz(
        self,
        data: JSONBody[CopyFromQuizRequest],
        viewer: Viewer,
        db: Db,
        writing: Writing,
        limits: Limits,
    ) -> AddedOutput:
        """Copy questions of a quiz into the own bank. `not_in_quiz` if one is not in the quiz."""
        async with writing.of(viewer.user_id):
            added = await copies.copy_from_quiz(
                db,
                limits,
                viewer,
                data.quiz_id,
                None if data.questions is UNSET else data.questions,
                skip_duplicates=data.skip_duplicates,
            )
        return _added(added)

    @post(
        "/copy-to-quiz",
        operation_id="copyQuestionsToQuiz",
        guards=[limited_by_account(COPIES_OF_TEACHER)],
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def copy_to_quiz(
        self,
        data: JSONBody[CopyToQuizRequest],
        viewer: Viewer,
        db: Db,
        writing: Writing,
        limits: Limits,
    ) -> CopiedOutput:
        """Copy questions of the bank, or of a set, to the end of a quiz or into a new one.

        `quiz_full` if the quiz would have more than 500 questions, `quiz_too_large` if they would
        take more than 1 MiB, `set_empty` if the set has none.
        """
        number = SET_QUESTIONS_MAX if data.questions is UNSET else len(data.questions)
        # Before the first statement: who waits must not hold a connection.
        async with long_writes.turn(writing, viewer.user_id, number):
            ids = await _ids(db, viewer, data)
            if data.quiz_id is not UNSET and data.title is UNSET:
                quiz = await copies.copy_to_quiz(db, limits, viewer, ids, data.quiz_id)
            elif data.title is not UNSET and data.quiz_id is UNSET:
                quiz = await copies.make_quiz(db, limits, viewer, ids, data.title)
            else:
                raise Invalid("invalid", "Give the id of a quiz, or the title of a new one.")
        return CopiedOutput(quiz.id, len(ids), len(quiz.questions))


async def _ids(db: AsyncSession, viewer: SignedIn, data: CopyToQuizRequest) -> list[UUID]:
    if data.questions is not UNSET and data.set_id is UNSET:
        return list(dict.fromkeys(data.questions))
    if data.set_id is not UNSET and data.questions is UNSET:
        question_set = await question_sets.get(db, viewer, data.set_id)
        ids = await question_sets.order(db, question_set, archived=False)
        if not ids:
            raise Conflict("set_empty", "There are no questions in this set.")
        return ids
    raise Invalid("invalid", "Give the ids of questions, or of a set.")


def _size(change: Change) -> int:
    """The bytes that a change may add."""
    match change:
        case AddToSet(questions=ids):
            return len(ids) * storing.SET_PLACE_BYTES
        case AddTags(questions=ids, tags=tags):
            return len(ids) * sum(map(storing.size_of_text, tags))
        case SetTags(questions=tagged):
            return sum(storing.size_of_text(tag) for each in tagged for tag in each.tags)
        case _:
            return 0


def _added(added: copies.Added) -> AddedOutput:
    return AddedOutput([question.id for question in added.questions], added.left_out)
