"""Question sets over HTTP: ordered selections from the bank.

Questions are added and removed by `POST /api/questions/changes`, with other changes of many.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, patch, post, put
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import Meta, Struct

from game.errors import Invalid
from game.rules.question_sets import SET_QUESTIONS_MAX, rearranged
from persistence.models import QuestionSet
from persistence.repositories import question_sets
from server.actions import storing
from server.api.dependencies import Db, Limits, Paging, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.request_bodies import Id, Title
from server.auth.request_identity import teachers_only


class SetTitle(Struct, frozen=True, forbid_unknown_fields=True):
    title: Title


class SetOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of questions of the set, in their new order. Others keep their places."""

    questions: Annotated[list[UUID], Meta(max_length=SET_QUESTIONS_MAX)]


class QuestionSetOutput(Struct, frozen=True):
    """A set; `GET /api/questions?set=…` lists its questions."""

    id: UUID
    title: str
    created_at: datetime
    updated_at: datetime


class QuestionSetItem(QuestionSetOutput, frozen=True):
    """`question_count` counts the questions that are not in the archive."""

    question_count: int


class QuestionSetList(PagedOutput[QuestionSetItem], frozen=True):
    pass


class QuestionSetsController(Controller):
    path = "/question-sets"
    tags = ["questions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listQuestionSets", responses=problems(401, 403, 422))
    async def list_sets(self, viewer: Viewer, db: Db, paging: Paging) -> QuestionSetList:
        """List the own question sets by title."""
        page = await question_sets.page(db, viewer, paging.page, paging.page_size)
        return paged_output(
            QuestionSetList,
            page,
            paging,
            lambda item: QuestionSetItem(*_stored(item.question_set), item.question_count),
        )

    @post("/", operation_id="createQuestionSet", responses=problems(401, 403, 422, 429))
    async def create(
        self, data: JSONBody[SetTitle], viewer: Viewer, db: Db, limits: Limits
    ) -> QuestionSetOutput:
        """Create an empty question set."""
        async with storing.counted(limits, viewer.user_id, storing.SET_BYTES):
            question_set = await question_sets.create(db, viewer.user_id, data.title)
        return QuestionSetOutput(*_stored(question_set))

    @patch(
        "/{set_id:uuid}", operation_id="renameQuestionSet", responses=problems(401, 403, 404, 422)
    )
    async def rename(
        self, set_id: Id, data: JSONBody[SetTitle], viewer: Viewer, db: Db
    ) -> QuestionSetOutput:
        """Rename a question set."""
        question_set = await question_sets.get(db, viewer, set_id)
        await question_sets.rename(db, question_set, data.title)
        return QuestionSetOutput(*_stored(question_set))

    @put(
        "/{set_id:uuid}/order",
        operation_id="orderQuestionSet",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 422),
    )
    async def order(
        self, set_id: Id, data: JSONBody[SetOrder], viewer: Viewer, db: Db
    ) -> QuestionSetOutput:
        """Put questions of a set into the given order, at the places that they have together."""
        question_set = await question_sets.get(db, viewer, set_id)
        ids = await question_sets.order(db, question_set)
        try:
            wanted = rearranged(ids, data.questions)
        except ValueError:
            raise Invalid("invalid", "Name questions of the set, each once.") from None
        await question_sets.write_order(db, question_set, wanted)
        return QuestionSetOutput(*_stored(question_set))

    @delete(
        "/{set_id:uuid}",
        operation_id="deleteQuestionSet",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404),
    )
    async def remove(self, set_id: Id, viewer: Viewer, db: Db) -> None:
        """Delete a question set. Its questions stay in the bank."""
        await question_sets.remove(db, await question_sets.get(db, viewer, set_id))


def _stored(question_set: QuestionSet) -> tuple[UUID, str, datetime, datetime]:
    return (
        question_set.id,
        question_set.title,
        question_set.created_at,
        question_set.updated_at,
    )
