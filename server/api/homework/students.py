"""Homework over HTTP, for the students who work on it."""

import hashlib
import re
from typing import Final
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK
from litestar.types import Guard

from game.errors import Unauthenticated
from persistence.models import QuizSession
from persistence.repositories.homework import runs
from server.actions.homework.batch import Answer, Caller, Command, GoOn, HandIn, Read
from server.actions.homework.start import Starter
from server.api.dependencies import (
    AttemptStarter,
    CodeLookups,
    Db,
    Homework,
    HomeworkResults,
)
from server.api.homework import outputs
from server.api.homework.schemas import (
    AnswerRequest,
    AttemptOutput,
    AttemptResults,
    HomeworkSummary,
    NextRequest,
    StartRequest,
)
from server.api.openapi import problems
from server.api.request_bodies import Id, KuisRequest
from server.auth.request_identity import Connection, recognised
from server.client_address import address_of
from server.limits import (
    HOMEWORK_LOOKUPS_FROM_ADDRESS,
    HOMEWORK_REQUESTS_OF_STUDENT,
    HOMEWORK_WORK_FROM_ADDRESS,
    Limit,
    LocalLimits,
)

TOKEN_HEADER: Final = "Homework-Token"  # noqa: S105  # its name only
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,64}")
UUID_TEXT: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
MAX_BODY_BYTES: Final = 8192


def _admitted(limit: Limit) -> Guard:
    """A guard that finds out who asks, and counts their requests and those of their address."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        limits: LocalLimits = connection.app.state.local_limits
        limits.hit(limit, address_of(connection.scope))
        await recognised(connection, handler)
        if (identity := _caller(connection).identity) is not None:
            limits.hit(HOMEWORK_REQUESTS_OF_STUDENT, str(identity))

    return guard


class SessionAttemptsController(Controller):
    """For students: what anybody with the id or the code may see, and the start of an attempt."""

    path = "/sessions/{homework_id:str}/attempts"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [_admitted(HOMEWORK_LOOKUPS_FROM_ADDRESS)]  # noqa: RUF012  # the same

    @get("/", operation_id="listAttempts", responses=problems(404, 429))
    async def show(  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        homework_id: FromPath[str],
        db: Db,
        code_lookups: CodeLookups,
        homework: Homework,
    ) -> HomeworkSummary:
        """Get what a student sees of a homework before the start, and the own attempts.

        `homework_id` is the id of the session, or its code, whose case does not matter. Guests are
        recognised by the header `Homework-Token`, 32 to 64 random characters that their browser
        makes. `no_such_homework`; `no_such_room` if nothing has this code.
        """
        found = await _find(request, homework_id, code_lookups, homework)
        caller = _caller(request)
        assignment = await homework.assignment_of(db, found)
        seat = await runs.seat_of(
            db, found.id, user_id=caller.user_id, token_hash=caller.token_hash
        )
        return outputs.summary(found, assignment, seat, await homework.now_ms(db))

    @post(
        "/",
        operation_id="startAttempt",
        status_code=HTTP_200_OK,
        request_max_body_size=MAX_BODY_BYTES,
        responses=problems(401, 403, 404, 409, 422, 429),
    )
    async def start(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        homework_id: FromPath[str],
        code_lookups: CodeLookups,
        attempt_starter: AttemptStarter,
        homework: Homework,
        data: JSONBody[StartRequest | None] = None,
    ) -> AttemptOutput:
        """Start an attempt at a homework, or go on with the one that is not finished.

        `homework_id` is the id of the session, or its code.
        `homework_not_open`, `homework_closed`, `no_attempts_left`, `sign_in_required`,
        `homework_full`; `nickname_taken` and `nickname_invalid`, for guests.
        """
        found = await _find(request, homework_id, code_lookups, homework)
        caller = _somebody(request)
        nickname = data.nickname if data else ""
        name = nickname if request.user is None else request.user.full_name
        attempt_id = await attempt_starter.start(found.id, Starter(caller, name))
        return outputs.attempt(await homework.work(attempt_id, caller, Read()))


class AttemptsController(Controller):
    """For students at work. Nothing here makes a query of its own."""

    path = "/attempts/{attempt_id:uuid}"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [_admitted(HOMEWORK_WORK_FROM_ADDRESS)]  # noqa: RUF012  # the same
    request_max_body_size = MAX_BODY_BYTES

    @get("/", operation_id="getAttempt", responses=problems(401, 404, 429))
    async def show(self, request: KuisRequest, attempt_id: Id, homework: Homework) -> AttemptOutput:
        """Get an attempt with its present question, on any device of the student."""
        return await _work(request, attempt_id, homework, Read())

    @put(
        "/answers/{question:int}",
        operation_id="answerQuestion",
        responses=problems(401, 404, 409, 422, 429),
    )
    async def answer(
        self,
        request: KuisRequest,
        attempt_id: Id,
        question: FromPath[int],
        data: JSONBody[AnswerRequest],
        homework: Homework,
    ) -> AttemptOutput:
        """Answer a question, whose number is its field `question`.

        It is stored when the answer to this request comes. The same answer again is fine, another
        one `already_answered`. `too_late`, `not_open_yet`, `bad_response`, `no_such_question`,
        `attempt_finished`, `homework_closed`.
        """
        return await _work(request, attempt_id, homework, Answer(question, data.response))

    @post(
        "/next",
        operation_id="goOn",
        status_code=HTTP_200_OK,
        responses=problems(401, 404, 409, 422, 429),
    )
    async def go_on(
        self, request: KuisRequest, attempt_id: Id, data: JSONBody[NextRequest], homework: Homework
    ) -> AttemptOutput:
        """Leave a question, answered or not, for the next one, whose clock starts now.

        Leaving the last one finishes the attempt. A repetition changes nothing. `not_open_yet` for
        a later question; `attempt_finished`, `homework_closed`.
        """
        return await _work(request, attempt_id, homework, GoOn(data.question))

    @post(
        "/finish",
        operation_id="finishAttempt",
        status_code=HTTP_200_OK,
        responses=problems(401, 404, 429),
    )
    async def finish(
        self, request: KuisRequest, attempt_id: Id, homework: Homework
    ) -> AttemptOutput:
        """Hand the attempt in, whatever is not answered."""
        return await _work(request, attempt_id, homework, HandIn())

    @get("/results", operation_id="getAttemptResults", responses=problems(401, 404, 409, 429))
    async def results(
        self, request: KuisRequest, attempt_id: Id, homework_results: HomeworkResults
    ) -> AttemptResults:
        """Get the results of an attempt with the keys. `results_later` before they may be seen."""
        return outputs.results(await homework_results.own(attempt_id, _somebody(request)))


async def _find(
    request: KuisRequest, id_or_code: str, code_lookups: CodeLookups, homework: Homework
) -> QuizSession:
    """The homework. Only codes can be guessed, so only wrong ones slow an address down."""
    if UUID_TEXT.fullmatch(id_or_code):
        return await homework.by_id(UUID(id_or_code))
    return await code_lookups.find_by(
        homework.by_code, id_or_code, address_of(request.scope), signed_in=request.user is not None
    )


def _caller(connection: Connection) -> Caller:
    """The account, or else the guest with this token."""
    address, signed_in = address_of(connection.scope), connection.user
    if signed_in is not None:
        return Caller(signed_in.user_id, None, address)
    token = connection.headers.get(TOKEN_HEADER.lower(), "")
    is_token = TOKEN.fullmatch(token) is not None
    return Caller(None, hashlib.sha256(token.encode()).digest() if is_token else None, address)


def _somebody(request: KuisRequest) -> Caller:
    """The caller, or `not_signed_in`: an account may have been signed out while it worked."""
    caller = _caller(request)
    if caller.identity is None:
        message = f"Sign in, or send 32 to 64 random characters as {TOKEN_HEADER}."
        raise Unauthenticated("not_signed_in", message)
    return caller


async def _work(
    request: KuisRequest, attempt_id: UUID, homework: Homework, command: Command
) -> AttemptOutput:
    return outputs.attempt(await homework.work(attempt_id, _somebody(request), command))
