"""Corrections of finished sessions over HTTP: a question is voided, or gets another key."""

from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import UNSET, Meta, Struct, UnsetType

from game.rules.questions import CHOICES_MAX
from game.rules.quizzes import QUESTIONS_MAX
from game.rules.session_corrections import ALSO_MAX, Action, CorrectionOutcome
from server.actions.session_corrections import Wanted
from server.api.dependencies import SessionCorrector, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.questions.schemas import AnswerKey
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id, KuisRequest
from server.auth.request_identity import teachers_only
from server.client_address import address_of
from server.limits import CORRECTIONS_OF_TEACHER

ChoiceId = Annotated[str, Meta(max_length=10)]
ChoiceIds = Annotated[list[ChoiceId], Meta(max_length=CHOICES_MAX)]
QuestionIndex = Annotated[int, Meta(ge=0, lt=QUESTIONS_MAX)]


class CorrectionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall hold for a question, counted from 0.

    `void` counts it for nobody. `key` grades the answers again, with a `key` in the form in which
    the results show it. Keys in `also` are accepted beside it, except in questions of true and
    false and in short answers, whose key is a list. `undo` takes the last correction back.
    """

    question: QuestionIndex
    action: Action
    key: ChoiceId | bool | ChoiceIds | AnswerKey | UnsetType = UNSET
    also: Annotated[list[ChoiceId | ChoiceIds | AnswerKey], Meta(max_length=ALSO_MAX)] = []


class SessionCorrectionsController(Controller):
    path = "/sessions/{session_id:uuid}/corrections"
    tags = ["results"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only, limited_by_account(CORRECTIONS_OF_TEACHER)]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="correctSession",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def correct(  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        session_id: Id,
        data: JSONBody[CorrectionRequest],
        viewer: Viewer,
        session_corrector: SessionCorrector,
    ) -> CorrectionOutcome:
        """Correct a question of a game that is over, and score the game again.

        The answer says what changed. The same correction again changes nothing. What the game ended
        with stays in the record, and results show it as `original`. `session_running` while the
        game runs; `no_such_question` if the question was not asked; `record_incomplete` if an
        earlier release did not record enough to score the game again.
        """
        return await session_corrector.correct(
            viewer, session_id, _wanted(data), address=address_of(request.scope)
        )

    @post(
        "/preview",
        operation_id="previewCorrection",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def preview(
        self,
        session_id: Id,
        data: JSONBody[CorrectionRequest],
        viewer: Viewer,
        session_corrector: SessionCorrector,
    ) -> CorrectionOutcome:
        """Say what a correction would change, without making it."""
        return await session_corrector.preview(viewer, session_id, _wanted(data))


def _wanted(data: CorrectionRequest) -> Wanted:
    key = None if data.key is UNSET else msgspec.to_builtins(data.key)
    return Wanted(data.question, data.action, key, msgspec.to_builtins(data.also))
