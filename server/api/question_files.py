"""Questions as files: a preview of an import, and downloads of a quiz."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal
from uuid import UUID

import anyio.to_process
from litestar import Controller, MediaType, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, Schema
from litestar.openapi.spec.request_body import RequestBody
from litestar.params import QueryParameter, RawBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Struct

from game.rules.questions import QuestionDraft
from persistence.repositories import questions, quizzes
from server.actions.imports import preview
from server.api.dependencies import Exports, Imports, SessionFactory, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.request_bodies import Id
from server.auth.request_identity import Connection, teachers_only
from server.auth.sign_ins import SignedIn
from server.exports.files import attachment
from server.formats.all import FORMATS, NOT_CARRIED, losses
from server.formats.previewer import ImportPreview
from server.limits import IMPORTS_OF_TEACHER, Limits

FileFormat = Annotated[
    Literal["gift", "aiken", "json", "csv", "xlsx"], QueryParameter(name="format")
]
FILE_TYPE: Final = "application/octet-stream"
UPLOAD_MAX_BYTES: Final = 5 * 1024 * 1024
IMPORTS_AT_ONCE: Final = 2


class QuestionLosses(Struct, frozen=True):
    """The fields that a question loses, or only `question`: it is left out as a whole.

    `index` is its place in the quiz, from 0.
    """

    index: int
    lost: list[str]


class ExportLosses(Struct, frozen=True):
    """The questions that lose something."""

    questions: list[QuestionLosses]


@dataclass
class FileOperation(Operation):
    """Litestar describes no body that is taken as it is."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {FILE_TYPE: OpenAPIMediaType(schema=file)}
        self.request_body = RequestBody(content=content, required=True)


async def limited_by_teacher(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard that counts an import before it is read."""
    limits: Limits = connection.app.state.limits
    await limits.hit(IMPORTS_OF_TEACHER, str(connection.user.user_id))


class ImportsController(Controller):
    path = "/imports"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post(
        "/",
        operation_id="previewImport",
        operation_class=FileOperation,
        guards=[limited_by_teacher],
        request_max_body_size=UPLOAD_MAX_BYTES,
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 422, 429)
        | {200: ResponseSpec(ImportPreview, description="All items.", generate_examples=False)},
    )
    async def preview_import(self, body: RawBody, imports: Imports) -> Response[bytes]:
        """Preview the questions of a file of any format, at most 5 MB; store nothing.

        A file of more than 2,000 items is `import_too_many_items`. Other codes of files that cannot
        be read begin with `import_` too.
        """
        async with imports:
            items = await preview(bytes(body))
        return Response(items, media_type=MediaType.JSON)


class QuizFilesController(Controller):
    path = "/quizzes/{quiz_id:uuid}/export"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get(
        "/",
        operation_id="exportQuiz",
        media_type=FILE_TYPE,
        responses=problems(401, 403, 404, 422),
    )
    async def download(
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
    ) -> Response[bytes]:
        """Download the questions of a quiz as a file, without those that it cannot carry."""
        async with exports:
            title, drafts = await _read(session_factory, viewer, quiz_id)
            body = await anyio.to_process.run_sync(_file, file_format, drafts, cancellable=True)
        headers = {"Content-Disposition": attachment(title, FORMATS[file_format].extension)}
        return Response(body, headers=headers, media_type=FILE_TYPE)

    @get("/losses", operation_id="getExportLosses", responses=problems(401, 403, 404, 422))
    async def show_losses(
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
    ) -> ExportLosses:
        """List what the questions of a quiz would lose in a download of this format."""
        async with exports:
            _, drafts = await _read(session_factory, viewer, quiz_id)
            lost = await anyio.to_process.run_sync(_losses, file_format, drafts, cancellable=True)
        return ExportLosses(lost)


async def _read(
    session_factory: SessionFactory, viewer: SignedIn, quiz_id: UUID
) -> tuple[str, list[QuestionDraft]]:
    """Title and questions; the connection is given back before the file is made."""
    async with session_factory() as db:
        quiz = await quizzes.get(db, viewer, quiz_id)
        return quiz.title, [questions.draft(question) for question in quiz.questions]


def _file(name: str, drafts: list[QuestionDraft]) -> bytes:
    carried = [draft for draft in drafts if losses(name, draft) != [NOT_CARRIED]]
    return b"".join(FORMATS[name].write(carried))


def _losses(name: str, drafts: list[QuestionDraft]) -> list[QuestionLosses]:
    found = [losses(name, draft) for draft in drafts]
    return [QuestionLosses(at, lost) for at, lost in enumerate(found) if lost]
