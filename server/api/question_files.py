"""Downloads of the questions of a quiz as files."""

from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal
from uuid import UUID

import anyio.to_process
from litestar import Controller, Response, get
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.params import QueryParameter
from msgspec import Struct

from game.rules.questions import QuestionDraft
from persistence.repositories import questions, quizzes
from server.actions.question_files import (
    pictures_to_pack,
    read_pictures,
)
from server.api.dependencies import Exports, Files, SessionFactory, Viewer
from server.api.openapi import SIGNED_IN, problems
from server.api.rate_limits import limited_by_account
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn
from server.exports.files import attachment
from server.formats.all import FORMATS
from server.formats.quiz_files import quiz_file, quiz_losses
from server.limits import (
    DOWNLOADS_OF_TEACHER,
)

FileFormat = Annotated[
    Literal["gift", "aiken", "json", "csv", "xlsx", "moodle", "qti"],
    QueryParameter(name="format"),
]
FILE_TYPE: Final = "application/octet-stream"


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
class DownloadOperation(Operation):
    """Litestar describes one type of content."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        types = {format_.media_type for format_ in FORMATS.values()}
        content = {type_: OpenAPIMediaType(schema=file) for type_ in sorted(types)}
        responses = self.responses or {}
        answer = responses["200"]
        if isinstance(answer, OpenAPIResponse):
            responses["200"] = replace(answer, content=content)


class QuizFilesController(Controller):
    path = "/quizzes/{quiz_id:uuid}/export"
    tags = ["quizzes"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get(
        "/",
        operation_id="exportQuiz",
        operation_class=DownloadOperation,
        guards=[limited_by_account(DOWNLOADS_OF_TEACHER)],
        media_type=FILE_TYPE,
        responses=problems(401, 403, 404, 422, 429),
    )
    async def download(  # noqa: PLR0913, PLR0917  # Litestar gives each by its name
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        files: Files,
        exports: Exports,
    ) -> Response[bytes]:
        """Download the questions of a quiz as a file, without those that it cannot carry.

        Moodle XML and QTI hold up to 25 MB of their pictures too.
        """
        format_ = FORMATS[file_format]
        async with exports.of(viewer.user_id):
            title, drafts, media = await _read(session_factory, viewer, quiz_id)
            pictures = await read_pictures(files, media) if format_.pack else {}
            body = await anyio.to_process.run_sync(
                quiz_file, file_format, drafts, pictures, cancellable=True
            )
        headers = {"Content-Disposition": attachment(title, format_.extension)}
        return Response(body, headers=headers, media_type=format_.media_type)

    @get(
        "/losses",
        operation_id="getExportLosses",
        guards=[limited_by_account(DOWNLOADS_OF_TEACHER)],  # it writes the file, too
        responses=problems(401, 403, 404, 422, 429),
    )
    async def show_losses(
        self,
        quiz_id: Id,
        file_format: FileFormat,
        viewer: Viewer,
        session_factory: SessionFactory,
        exports: Exports,
    ) -> ExportLosses:
        """List what the questions of a quiz would lose in a download of this format."""
        async with exports.of(viewer.user_id):
            _, drafts, media = await _read(session_factory, viewer, quiz_id)
            found = await anyio.to_process.run_sync(
                quiz_losses, file_format, drafts, media, cancellable=True
            )
        return ExportLosses([QuestionLosses(at, lost) for at, lost in enumerate(found) if lost])


async def _read(
    session_factory: SessionFactory, viewer: SignedIn, quiz_id: UUID
) -> tuple[str, list[QuestionDraft], list[str]]:
    """Title, questions, and which pictures a file may hold; the connection is given back."""
    async with session_factory() as db:
        quiz = await quizzes.get(db, viewer, quiz_id)
        drafts = [questions.draft(question) for question in quiz.questions]
        return quiz.title, drafts, await pictures_to_pack(db, drafts)
